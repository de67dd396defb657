// path_open: every flag, right and errno.
#include "suite.h"

static wasi_fd_t fd;

static wasi_errno_t open_with(const char *path, size_t count, wasi_oflags_t oflags) {
    return wasi_path_open(work, WASI_LOOKUP_SYMLINK_FOLLOW, path, count, oflags, RIGHTS_FILE, 0, 0,
                          &fd);
}

static wasi_errno_t open_folder(const char *path, size_t count, wasi_oflags_t oflags) {
    return wasi_path_open(work, WASI_LOOKUP_SYMLINK_FOLLOW, path, count, oflags, RIGHTS_DIRECTORY,
                          RIGHTS_DIRECTORY | RIGHTS_FILE, 0, &fd);
}

CASE(missing, "path_open: a file that does not exist") {
    ONE_OF(open_with(P("missing"), 0), WASI_ENOENT);
}

CASE(missing_parent, "path_open: in a directory that does not exist") {
    ONE_OF(open_with(P("missing/file"), WASI_OFLAG_CREAT), WASI_ENOENT);
}

CASE(creates, "path_open: CREAT makes an empty file") {
    OK(open_with(P("creates"), WASI_OFLAG_CREAT));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("creates"), P("")));
}

CASE(creates_existing, "path_open: CREAT opens what exists and leaves it") {
    OK(make_file(P("existing"), P("abc")));
    OK(open_with(P("existing"), WASI_OFLAG_CREAT));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("existing"), P("abc")));
}

CASE(exclusive_existing, "path_open: CREAT and EXCL refuse what exists") {
    OK(make_file(P("exclusive"), P("abc")));
    ONE_OF(open_with(P("exclusive"), WASI_OFLAG_CREAT | WASI_OFLAG_EXCL), WASI_EEXIST);
    TRUE(file_is(P("exclusive"), P("abc")));
}

CASE(exclusive_new, "path_open: CREAT and EXCL make a new file") {
    OK(open_with(P("exclusive-new"), WASI_OFLAG_CREAT | WASI_OFLAG_EXCL));
    OK(wasi_fd_close(fd));
}

CASE(exclusive_directory, "path_open: CREAT and EXCL on a directory") {
    OK(make_directory(P("exclusive-dir")));
    ONE_OF(open_with(P("exclusive-dir"), WASI_OFLAG_CREAT | WASI_OFLAG_EXCL), WASI_EEXIST);
}

CASE(exclusive_link, "path_open: CREAT and EXCL do not follow a dangling link") {
    OK(wasi_path_symlink(P("exclusive-target"), work, P("exclusive-link")));
    ONE_OF(open_with(P("exclusive-link"), WASI_OFLAG_CREAT | WASI_OFLAG_EXCL), WASI_EEXIST);
    wasi_filestat_t stat;
    ONE_OF(stat_path(P("exclusive-target"), &stat), WASI_ENOENT);
}

CASE(truncates, "path_open: TRUNC cuts to 0 bytes") {
    OK(make_file(P("truncates"), P("abc")));
    OK(open_with(P("truncates"), WASI_OFLAG_TRUNC));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("truncates"), P("")));
}

CASE(truncates_missing, "path_open: TRUNC alone does not create") {
    ONE_OF(open_with(P("truncates-missing"), WASI_OFLAG_TRUNC), WASI_ENOENT);
}

CASE(truncates_directory, "path_open: TRUNC on a directory") {
    OK(make_directory(P("truncates-dir")));
    ONE_OF(open_with(P("truncates-dir"), WASI_OFLAG_TRUNC), WASI_EISDIR, WASI_EINVAL);
}

CASE(directory_file, "path_open: DIRECTORY on a file") {
    OK(make_file(P("directory-file"), P("abc")));
    ONE_OF(open_folder(P("directory-file"), WASI_OFLAG_DIRECTORY), WASI_ENOTDIR);
}

CASE(directory_missing, "path_open: DIRECTORY on nothing") {
    ONE_OF(open_folder(P("directory-missing"), WASI_OFLAG_DIRECTORY), WASI_ENOENT);
}

CASE(directory_create, "path_open: DIRECTORY and CREAT make no directory") {
    wasi_filestat_t stat;
    ONE_OF(open_folder(P("directory-create"), WASI_OFLAG_DIRECTORY | WASI_OFLAG_CREAT),
           WASI_EINVAL, WASI_ENOTDIR, WASI_ENOENT, WASI_EISDIR);
    wasi_errno_t error = stat_path(P("directory-create"), &stat);
    ONE_OF(error, WASI_ENOENT, 0);
    if (error == 0) TRUE(stat.filetype != WASI_FILETYPE_DIRECTORY);
}

CASE(directory_plain, "path_open: a directory without DIRECTORY opens too") {
    wasi_fdstat_t stat;
    OK(make_directory(P("directory-plain")));
    OK(open_folder(P("directory-plain"), 0));
    OK(wasi_fd_fdstat_get(fd, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_DIRECTORY);
    OK(wasi_fd_close(fd));
}

CASE(directory_write, "path_open: a directory for writing bytes") {
    OK(make_directory(P("directory-write")));
    wasi_errno_t error = wasi_path_open(
        work, 0, P("directory-write"), 0, WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE, 0, 0, &fd);
    ONE_OF(error, WASI_EISDIR, WASI_ENOTCAPABLE);
}

CASE(folder_relative, "path_open: relative to an opened directory") {
    wasi_fd_t folder, file;
    OK(make_directory(P("folder")));
    OK(make_file(P("folder/file"), P("inside")));
    OK(open_folder(P("folder"), WASI_OFLAG_DIRECTORY));
    folder = fd;
    OK(wasi_path_open(folder, 0, P("file"), 0, RIGHTS_READ, 0, 0, &file));
    OK(wasi_fd_close(file));
    OK(wasi_fd_close(folder));
}

CASE(spellings, "path_open: dots, double slashes and detours inside the directory") {
    OK(make_directory(P("spell")));
    OK(make_directory(P("spell/sub")));
    OK(make_file(P("spell/file"), P("x")));
    OK(open_with(P("./spell/file"), 0));
    OK(wasi_fd_close(fd));
    OK(open_with(P("spell//file"), 0));
    OK(wasi_fd_close(fd));
    OK(open_with(P("spell/./file"), 0));
    OK(wasi_fd_close(fd));
    OK(open_with(P("spell/sub/../file"), 0));
    OK(wasi_fd_close(fd));
    OK(open_with(P("spell/sub/../../spell/file"), 0));
    OK(wasi_fd_close(fd));
}

CASE(dot, "path_open: . is the directory itself") {
    wasi_filestat_t one, two;
    OK(open_folder(P("."), WASI_OFLAG_DIRECTORY));
    OK(wasi_fd_filestat_get(fd, &one));
    OK(wasi_fd_filestat_get(work, &two));
    EQUAL(one.ino, two.ino);
    OK(wasi_fd_close(fd));
}

CASE(detour_missing, "path_open: a detour through what does not exist") {
    OK(make_file(P("detour"), P("x")));
    ONE_OF(open_with(P("nothing/../detour"), 0), WASI_ENOENT);
    ONE_OF(open_with(P("detour/../detour"), 0), WASI_ENOTDIR);
}

CASE(empty_path, "path_open: an empty path") {
    ONE_OF(open_with("", 0, 0), WASI_ENOENT, WASI_EINVAL);
}

CASE(slash_directory, "path_open: a slash behind a directory") {
    OK(make_directory(P("slash")));
    OK(open_folder(P("slash/"), WASI_OFLAG_DIRECTORY));
    OK(wasi_fd_close(fd));
}

CASE(slash_file, "path_open: a slash behind a file") {
    OK(make_file(P("slash-file"), P("x")));
    ONE_OF(open_with(P("slash-file/"), 0), WASI_ENOTDIR);
}

CASE(slash_create, "path_open: a slash behind a new file") {
    wasi_filestat_t stat;
    ONE_OF(open_with(P("slash-new/"), WASI_OFLAG_CREAT), WASI_EISDIR, WASI_ENOTDIR, WASI_ENOENT,
           WASI_EINVAL);
    ONE_OF(stat_path(P("slash-new"), &stat), WASI_ENOENT);
}

CASE(through_file, "path_open: through a file") {
    OK(make_file(P("through"), P("x")));
    ONE_OF(open_with(P("through/file"), 0), WASI_ENOTDIR);
    ONE_OF(open_with(P("through/file"), WASI_OFLAG_CREAT), WASI_ENOTDIR);
}

CASE(nul, "path_open: a zero byte in the path") {
    OK(make_file(P("nul"), P("x")));
    ONE_OF(open_with(P("nul\0tail"), 0), WASI_EINVAL, WASI_EILSEQ, WASI_ENOENT);
    ONE_OF(open_with(P("nul\0"), 0), WASI_EINVAL, WASI_EILSEQ, WASI_ENOENT);
}

CASE(not_utf8, "path_open: a path that is not UTF-8") {
    ONE_OF(open_with(P("\xff\xfe"), WASI_OFLAG_CREAT), WASI_EILSEQ, WASI_EINVAL);
    ONE_OF(open_with(P("cut\xe2\x82"), WASI_OFLAG_CREAT), WASI_EILSEQ, WASI_EINVAL);
}

CASE(utf8, "path_open: a path in other scripts") {
    OK(make_file(P("\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82-\xe4\xb8\x96\xe7\x95\x8c-\xf0\x9f\x90\xa6"), P("x")));
    TRUE(file_is(P("\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82-\xe4\xb8\x96\xe7\x95\x8c-\xf0\x9f\x90\xa6"), P("x")));
}

CASE(backslash, "path_open: a backslash is a letter") {
    wasi_filestat_t stat;
    OK(make_file(P("back\\slash"), P("x")));
    TRUE(file_is(P("back\\slash"), P("x")));
    ONE_OF(stat_path(P("back/slash"), &stat), WASI_ENOENT);
}

CASE(long_name, "path_open: 255 bytes are a name, 256 are not") {
    static char name[256];
    memset(name, 'x', sizeof name);
    OK(open_with(name, 255, WASI_OFLAG_CREAT));
    OK(wasi_fd_close(fd));
    ONE_OF(open_with(name, 256, WASI_OFLAG_CREAT), WASI_ENAMETOOLONG);
}

CASE(long_path, "path_open: a path of 100,000 bytes") {
    size_t size = 100000;
    char *path = malloc(size);
    TRUE(path != NULL);
    for (size_t i = 0; i < size; i++) path[i] = i % 2 ? '/' : '.';
    wasi_errno_t error = wasi_path_open(work, 0, path, size, 0, RIGHTS_DIRECTORY, 0, 0, &fd);
    // It is only "." over and over: an engine that walks it may open it.
    ONE_OF(error, 0, WASI_ENAMETOOLONG);
    if (error == 0) OK(wasi_fd_close(fd));
    free(path);
}

CASE(link_followed, "path_open: SYMLINK_FOLLOW opens what the link names") {
    char a[3];
    size_t count;
    OK(make_file(P("target"), P("abc")));
    OK(wasi_path_symlink(P("target"), work, P("link")));
    OK(open_with(P("link"), 0));
    OK(read_fd(fd, a, 3, &count));
    EQUAL(memcmp(a, "abc", 3), 0);
    OK(wasi_fd_close(fd));
}

CASE(link_not_followed, "path_open: without SYMLINK_FOLLOW a link is not opened") {
    OK(make_file(P("target-2"), P("abc")));
    OK(wasi_path_symlink(P("target-2"), work, P("link-2")));
    ONE_OF(wasi_path_open(work, 0, P("link-2"), 0, RIGHTS_READ, 0, 0, &fd), WASI_ELOOP);
}

CASE(link_middle, "path_open: a link in the middle is always followed") {
    OK(make_directory(P("middle")));
    OK(make_file(P("middle/file"), P("abc")));
    OK(wasi_path_symlink(P("middle"), work, P("middle-link")));
    OK(wasi_path_open(work, 0, P("middle-link/file"), 0, RIGHTS_READ, 0, 0, &fd));
    OK(wasi_fd_close(fd));
}

CASE(link_chain, "path_open: a chain of links") {
    OK(make_file(P("chain"), P("abc")));
    OK(wasi_path_symlink(P("chain"), work, P("chain-1")));
    OK(wasi_path_symlink(P("./chain-1"), work, P("chain-2")));
    OK(wasi_path_symlink(P("chain-2"), work, P("chain-3")));
    OK(open_with(P("chain-3"), 0));
    OK(wasi_fd_close(fd));
}

CASE(link_loop, "path_open: links in a circle") {
    OK(wasi_path_symlink(P("loop-b"), work, P("loop-a")));
    OK(wasi_path_symlink(P("loop-a"), work, P("loop-b")));
    ONE_OF(open_with(P("loop-a"), 0), WASI_ELOOP);
    ONE_OF(open_with(P("loop-a/file"), 0), WASI_ELOOP);
}

CASE(link_dangling, "path_open: a link to nothing") {
    OK(wasi_path_symlink(P("nothing-here"), work, P("dangling")));
    ONE_OF(open_with(P("dangling"), 0), WASI_ENOENT);
}

CASE(link_dangling_create, "path_open: CREAT through a dangling link creates its target") {
    OK(wasi_path_symlink(P("made-by-link"), work, P("dangling-create")));
    OK(open_with(P("dangling-create"), WASI_OFLAG_CREAT));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("made-by-link"), P("")));
}

CASE(link_relative, "path_open: a link's text counts from the link's directory") {
    OK(make_directory(P("rel")));
    OK(make_directory(P("rel/deep")));
    OK(make_file(P("rel/file"), P("right")));
    OK(wasi_path_symlink(P("../file"), work, P("rel/deep/link")));
    TRUE(file_is(P("rel/deep/link"), P("right")));
}

CASE(link_slash, "path_open: a slash behind a link to a directory follows it") {
    OK(make_directory(P("slash-target")));
    OK(wasi_path_symlink(P("slash-target"), work, P("slash-link")));
    OK(wasi_path_open(work, 0, P("slash-link/"), WASI_OFLAG_DIRECTORY, RIGHTS_DIRECTORY, 0, 0, &fd));
    OK(wasi_fd_close(fd));
}

CASE(descriptor_flags, "path_open: every descriptor flag") {
    OK(make_file(P("fdflags"), P("x")));
    for (wasi_fdflags_t flag = 1; flag <= WASI_FDFLAG_SYNC; flag <<= 1) {
        wasi_errno_t error = wasi_path_open(work, 0, P("fdflags"), 0, RIGHTS_FILE, 0, flag, &fd);
        if (flag == WASI_FDFLAG_APPEND || flag == WASI_FDFLAG_NONBLOCK) {
            OK(error);
        } else {
            ONE_OF(error, 0, WASI_ENOTSUP);
        }
        if (error == 0) OK(wasi_fd_close(fd));
    }
}

CASE(unknown_flags, "path_open: bits that no flag has") {
    OK(make_file(P("unknown"), P("x")));
    ONE_OF(open_with(P("unknown"), 0x10), WASI_EINVAL);
    ONE_OF(wasi_path_open(work, 0, P("unknown"), 0, RIGHTS_FILE, 0, 0x20, &fd), WASI_EINVAL);
    ONE_OF(wasi_path_open(work, 2, P("unknown"), 0, RIGHTS_FILE, 0, 0, &fd), WASI_EINVAL);
}

CASE(from_file, "path_open: relative to a file") {
    wasi_fd_t file;
    OK(make_file(P("from-file"), P("x")));
    OK(open_with(P("from-file"), 0));
    file = fd;
    ONE_OF(wasi_path_open(file, 0, P("x"), 0, RIGHTS_READ, 0, 0, &fd), WASI_ENOTDIR, WASI_EBADF,
           WASI_ENOTCAPABLE);
    OK(wasi_fd_close(file));
}

CASE(from_closed, "path_open: relative to a closed descriptor") {
    ONE_OF(wasi_path_open(closed_fd(), 0, P("x"), 0, RIGHTS_READ, 0, 0, &fd), WASI_EBADF);
}

CASE(from_stream, "path_open: relative to standard output") {
    ONE_OF(wasi_path_open(1, 0, P("x"), 0, RIGHTS_READ, 0, 0, &fd), WASI_ENOTDIR, WASI_EBADF,
           WASI_ENOTCAPABLE);
}

CASE(no_rights, "path_open: a file with no rights opens and does nothing") {
    char a[1];
    wasi_size_t count;
    wasi_iovec_t vector = {a, 1};
    OK(make_file(P("no-rights"), P("x")));
    OK(wasi_path_open(work, 0, P("no-rights"), 0, 0, 0, 0, &fd));
    ONE_OF(wasi_fd_read(fd, &vector, 1, &count), WASI_ENOTCAPABLE, WASI_EBADF);
    OK(wasi_fd_close(fd));
}

CASE(all_rights, "path_open: rights that do not apply to what is opened are left out") {
    // What several toolchains' libraries ask for; the documentation allows fewer rights for these.
    wasi_fdstat_t stat;
    wasi_rights_t all = (1ULL << 30) - 1;
    OK(make_file(P("all-rights"), P("x")));
    OK(wasi_path_open(work, 0, P("all-rights"), 0, all, all, 0, &fd));
    OK(wasi_fd_fdstat_get(fd, &stat));
    TRUE(stat.rights_base & WASI_RIGHT_FD_READ);
    OK(wasi_fd_close(fd));
    all &= ~WASI_RIGHT_FD_WRITE;
    OK(wasi_path_open(work, 0, P("."), WASI_OFLAG_DIRECTORY, all, all, 0, &fd));
    OK(wasi_fd_close(fd));
}

CASE(unlinked_open, "path_open: an open file outlives its name") {
    char a[3];
    size_t count;
    OK(make_file(P("unlinked"), P("abc")));
    OK(open_with(P("unlinked"), 0));
    OK(wasi_path_unlink_file(work, P("unlinked")));
    OK(read_fd(fd, a, 3, &count));
    EQUAL(count, 3);
    wasi_filestat_t stat;
    OK(wasi_fd_filestat_get(fd, &stat));
    EQUAL(stat.nlink, 0);
    OK(wasi_fd_close(fd));
}

CASE(deep, "path_open: 60 directories deep") {
    static char path[60 * 2 + 4];
    size_t count = 0;
    for (int i = 0; i < 60; i++) {
        path[count++] = 'd';
        OK(make_directory(path, count));
        path[count++] = '/';
    }
    path[count++] = 'f';
    OK(make_file(path, count, P("deep")));
    TRUE(file_is(path, count, P("deep")));
}
