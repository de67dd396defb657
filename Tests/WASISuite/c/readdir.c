// fd_readdir.
#include "suite.h"

static uint8_t buffer[4096];

typedef struct {
    int count, dots, bad;
    uint32_t seen;  // Bit n: the entry "entry-n" or 'a'+n.
    uint8_t types[32];
    uint64_t inodes[32];
} listing;

// Reads a whole directory with a buffer of `capacity` bytes, as C libraries do.
static wasi_errno_t list(wasi_fd_t fd, wasi_size_t capacity, listing *found) {
    wasi_dircookie_t cookie = 0;
    memset(found, 0, sizeof *found);
    for (int calls = 0; calls < 10000; calls++) {
        wasi_size_t used = 0;
        wasi_errno_t error = wasi_fd_readdir(fd, buffer, capacity, cookie, &used);
        if (error) return error;
        if (used > capacity) return WASI_EIO;
        wasi_size_t at = 0;
        int whole = 0;
        while (used - at >= sizeof(wasi_dirent_t)) {
            wasi_dirent_t entry;
            memcpy(&entry, buffer + at, sizeof entry);
            if (used - at - sizeof entry < entry.namlen) break;
            const char *name = (const char *)buffer + at + sizeof entry;
            if (name[0] == '.' && (entry.namlen == 1 || (entry.namlen == 2 && name[1] == '.'))) {
                found->dots++;
            } else if (entry.namlen != 1 || name[0] < 'a' || name[0] > 'z') {
                found->bad++;
            } else {
                int index = name[0] - 'a';
                found->count++;
                if (found->seen & 1u << index) found->bad++;
                found->seen |= 1u << index;
                found->types[index] = entry.type;
                found->inodes[index] = entry.ino;
            }
            cookie = entry.next;
            at += sizeof entry + entry.namlen;
            whole++;
        }
        if (used < capacity) return 0;
        if (!whole) return WASI_ENOBUFS;
    }
    return WASI_ELOOP;
}

static wasi_errno_t fill(const char *path, size_t count, int entries, wasi_fd_t *fd) {
    wasi_errno_t error = make_directory(path, count);
    if (!error) error = open_directory(path, count, fd);
    for (int i = 0; i < entries && !error; i++) {
        char name = (char)('a' + i);
        wasi_fd_t file;
        error = wasi_path_open(*fd, 0, &name, 1, WASI_OFLAG_CREAT, RIGHTS_FILE, 0, 0, &file);
        if (!error) error = wasi_fd_close(file);
    }
    return error;
}

CASE(list_empty, "fd_readdir: an empty directory has no entries but the dots") {
    wasi_fd_t fd;
    listing found;
    OK(fill(P("empty"), 0, &fd));
    OK(list(fd, sizeof buffer, &found));
    EQUAL(found.count + found.bad, 0);
    TRUE(found.dots == 0 || found.dots == 2);
    OK(wasi_fd_close(fd));
}

CASE(list_all, "fd_readdir: every entry once") {
    wasi_fd_t fd;
    listing found;
    OK(fill(P("all"), 26, &fd));
    OK(list(fd, sizeof buffer, &found));
    EQUAL(found.count, 26);
    EQUAL(found.bad, 0);
    OK(wasi_fd_close(fd));
}

CASE(list_small, "fd_readdir: with a buffer for one entry at a time") {
    wasi_fd_t fd;
    listing found;
    OK(fill(P("small"), 26, &fd));
    OK(list(fd, 26, &found));
    EQUAL(found.count, 26);
    EQUAL(found.bad, 0);
    OK(wasi_fd_close(fd));
}

CASE(list_odd, "fd_readdir: buffers of every size from 26 to 120 give the same") {
    wasi_fd_t fd;
    listing found;
    OK(fill(P("odd"), 9, &fd));
    for (wasi_size_t size = 26; size <= 120; size++) {
        OK(list(fd, size, &found));
        EQUAL(found.count, 9);
        EQUAL(found.bad, 0);
    }
    OK(wasi_fd_close(fd));
}

CASE(list_truncated, "fd_readdir: a buffer shorter than an entry is filled to its end") {
    wasi_fd_t fd;
    wasi_size_t used = 0;
    OK(fill(P("truncated"), 3, &fd));
    memset(buffer, 0x5A, sizeof buffer);
    OK(wasi_fd_readdir(fd, buffer, 10, 0, &used));
    EQUAL(used, 10);
    EQUAL(buffer[10], 0x5A);
    OK(wasi_fd_close(fd));
}

CASE(list_no_buffer, "fd_readdir: a buffer of 0 bytes") {
    wasi_fd_t fd;
    wasi_size_t used = 9;
    OK(fill(P("no-buffer"), 3, &fd));
    OK(wasi_fd_readdir(fd, buffer, 0, 0, &used));
    EQUAL(used, 0);
    OK(wasi_fd_close(fd));
}

CASE(list_types, "fd_readdir: types and numbers are those of path_filestat_get") {
    wasi_fd_t fd;
    listing found;
    wasi_filestat_t stat;
    OK(fill(P("types"), 1, &fd));
    OK(wasi_path_create_directory(fd, P("b")));
    OK(wasi_path_symlink(P("a"), fd, P("c")));
    OK(list(fd, sizeof buffer, &found));
    EQUAL(found.count, 3);
    EQUAL(found.types[0], WASI_FILETYPE_REGULAR_FILE);
    EQUAL(found.types[1], WASI_FILETYPE_DIRECTORY);
    EQUAL(found.types[2], WASI_FILETYPE_SYMBOLIC_LINK);
    for (int i = 0; i < 3; i++) {
        char name = (char)('a' + i);
        OK(wasi_path_filestat_get(fd, 0, &name, 1, &stat));
        EQUAL(found.inodes[i], stat.ino);
    }
    OK(wasi_fd_close(fd));
}

CASE(list_again, "fd_readdir: cookie 0 starts anew and sees what has come and gone") {
    wasi_fd_t fd, file;
    listing found;
    OK(fill(P("again"), 3, &fd));
    OK(list(fd, sizeof buffer, &found));
    EQUAL(found.count, 3);
    OK(wasi_path_open(fd, 0, P("x"), WASI_OFLAG_CREAT, RIGHTS_FILE, 0, 0, &file));
    OK(wasi_fd_close(file));
    OK(wasi_path_unlink_file(fd, P("b")));
    OK(list(fd, sizeof buffer, &found));
    EQUAL(found.seen, 1u << 0 | 1u << 2 | 1u << 23);
    OK(wasi_fd_close(fd));
}

CASE(list_resume, "fd_readdir: any cookie can be used again") {
    wasi_fd_t fd;
    wasi_size_t used;
    wasi_dirent_t first, second, again;
    OK(fill(P("resume"), 5, &fd));
    OK(wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &used));
    memcpy(&first, buffer, sizeof first);
    memcpy(&second, buffer + sizeof first + first.namlen, sizeof second);
    OK(wasi_fd_readdir(fd, buffer, sizeof buffer, second.next, &used));
    OK(wasi_fd_readdir(fd, buffer, sizeof buffer, first.next, &used));
    memcpy(&again, buffer, sizeof again);
    EQUAL(again.ino, second.ino);
    EQUAL(again.next, second.next);
    OK(wasi_fd_close(fd));
}

CASE(list_end, "fd_readdir: behind the last entry 0 bytes") {
    wasi_fd_t fd;
    wasi_size_t used = 0, at = 0;
    wasi_dirent_t entry = {0};
    OK(fill(P("end"), 3, &fd));
    OK(wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &used));
    while (at < used) {
        memcpy(&entry, buffer + at, sizeof entry);
        at += sizeof entry + entry.namlen;
    }
    OK(wasi_fd_readdir(fd, buffer, sizeof buffer, entry.next, &used));
    EQUAL(used, 0);
    OK(wasi_fd_close(fd));
}

CASE(list_foreign_cookie, "fd_readdir: a cookie that was never given ends or is refused") {
    wasi_fd_t fd;
    wasi_size_t used = 0;
    OK(fill(P("foreign"), 3, &fd));
    wasi_errno_t error = wasi_fd_readdir(fd, buffer, sizeof buffer, 1ULL << 40, &used);
    ONE_OF(error, 0, WASI_EINVAL, WASI_ENOENT);
    if (error == 0) TRUE(used <= sizeof buffer);
    error = wasi_fd_readdir(fd, buffer, sizeof buffer, UINT64_MAX, &used);
    ONE_OF(error, 0, WASI_EINVAL, WASI_ENOENT, WASI_EOVERFLOW);
    OK(wasi_fd_close(fd));
}

CASE(list_file, "fd_readdir: a file") {
    wasi_fd_t fd;
    wasi_size_t used;
    OK(make_file(P("a-file"), P("x")));
    OK(open_file(P("a-file"), 0, &fd));
    ONE_OF(wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &used), WASI_ENOTDIR, WASI_EBADF,
           WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(list_closed, "fd_readdir: a closed descriptor") {
    wasi_size_t used;
    ONE_OF(wasi_fd_readdir(closed_fd(), buffer, sizeof buffer, 0, &used), WASI_EBADF);
}

CASE(list_long_name, "fd_readdir: a name of 255 bytes") {
    wasi_fd_t fd, file;
    wasi_size_t used = 0, at = 0;
    static char name[255];
    int found = 0;
    memset(name, 'n', sizeof name);
    OK(fill(P("long-name"), 0, &fd));
    OK(wasi_path_open(fd, 0, name, 255, WASI_OFLAG_CREAT, RIGHTS_FILE, 0, 0, &file));
    OK(wasi_fd_close(file));
    OK(wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &used));
    while (at < used) {
        wasi_dirent_t entry;
        memcpy(&entry, buffer + at, sizeof entry);
        if (entry.namlen == 255 && memcmp(buffer + at + sizeof entry, name, 255) == 0) found++;
        at += sizeof entry + entry.namlen;
    }
    EQUAL(found, 1);
    OK(wasi_fd_close(fd));
}

CASE(list_many, "fd_readdir: 1,000 entries, each once") {
    wasi_fd_t fd, file;
    static uint8_t seen[1000];
    wasi_dircookie_t cookie = 0;
    int total = 0;
    OK(fill(P("many"), 0, &fd));
    for (int i = 0; i < 1000; i++) {
        char name[4] = {'f', (char)('0' + i / 100), (char)('0' + i / 10 % 10), (char)('0' + i % 10)};
        OK(wasi_path_open(fd, 0, name, 4, WASI_OFLAG_CREAT, RIGHTS_FILE, 0, 0, &file));
        OK(wasi_fd_close(file));
    }
    for (;;) {
        wasi_size_t used = 0, at = 0;
        OK(wasi_fd_readdir(fd, buffer, 512, cookie, &used));
        while (used - at >= sizeof(wasi_dirent_t)) {
            wasi_dirent_t entry;
            memcpy(&entry, buffer + at, sizeof entry);
            if (used - at - sizeof entry < entry.namlen) break;
            const uint8_t *name = buffer + at + sizeof entry;
            if (entry.namlen == 4) {
                int i = (name[1] - '0') * 100 + (name[2] - '0') * 10 + name[3] - '0';
                TRUE(i >= 0 && i < 1000 && !seen[i]);
                seen[i] = 1;
                total++;
            }
            cookie = entry.next;
            at += sizeof entry + entry.namlen;
        }
        if (used < 512) break;
    }
    EQUAL(total, 1000);
    OK(wasi_fd_close(fd));
}

CASE(list_deleting, "fd_readdir: deleting what has been read neither loops nor hides the rest") {
    wasi_fd_t fd;
    wasi_dircookie_t cookie = 0;
    int removed = 0;
    OK(fill(P("deleting"), 26, &fd));
    for (int calls = 0; calls < 200; calls++) {
        wasi_size_t used = 0;
        wasi_dirent_t entry;
        OK(wasi_fd_readdir(fd, buffer, 26, cookie, &used));
        if (used < sizeof entry) break;
        memcpy(&entry, buffer, sizeof entry);
        cookie = entry.next;
        if (used < 25 || entry.namlen != 1 || buffer[24] == '.') continue;
        OK(wasi_path_unlink_file(fd, (char *)buffer + 24, 1));
        removed++;
    }
    EQUAL(removed, 26);
    OK(wasi_fd_close(fd));
}

CASE(list_order, "fd_readdir: two passes give the same order") {
    wasi_fd_t fd;
    static uint8_t first[2048], second[2048];
    wasi_size_t one = 0, two = 0;
    OK(fill(P("order"), 20, &fd));
    memset(first, 0, sizeof first);
    memset(second, 0, sizeof second);
    OK(wasi_fd_readdir(fd, first, sizeof first, 0, &one));
    OK(wasi_fd_readdir(fd, second, sizeof second, 0, &two));
    EQUAL(one, two);
    EQUAL(memcmp(first, second, one), 0);
    OK(wasi_fd_close(fd));
}
