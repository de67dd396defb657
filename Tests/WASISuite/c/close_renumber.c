// fd_close, fd_renumber, fd_prestat_get, fd_prestat_dir_name.
#include "suite.h"

CASE(close_once, "fd_close: a second time") {
    wasi_fd_t fd;
    OK(open_file(P("close"), WASI_OFLAG_CREAT, &fd));
    OK(wasi_fd_close(fd));
    ONE_OF(wasi_fd_close(fd), WASI_EBADF);
}

CASE(close_never, "fd_close: descriptors that never were") {
    ONE_OF(wasi_fd_close(UINT32_MAX), WASI_EBADF);
    ONE_OF(wasi_fd_close(0x7fffffff), WASI_EBADF);
    ONE_OF(wasi_fd_close(1000000), WASI_EBADF);
}

CASE(close_other, "fd_close: another descriptor of the file stays open") {
    wasi_fd_t one, two;
    char a[4];
    size_t count;
    OK(make_file(P("close-other"), P("abcd")));
    OK(open_file(P("close-other"), 0, &one));
    OK(open_file(P("close-other"), 0, &two));
    OK(wasi_fd_close(one));
    OK(read_fd(two, a, 4, &count));
    EQUAL(count, 4);
    OK(wasi_fd_close(two));
}

CASE(close_many, "fd_close: 200 descriptors opened, closed, and the numbers used again") {
    wasi_fd_t fds[200];
    OK(make_file(P("close-many"), P("x")));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 200; i++) OK(open_file(P("close-many"), 0, &fds[i]));
        for (int i = 0; i < 200; i++) {
            for (int j = i + 1; j < 200; j++) TRUE(fds[i] != fds[j]);
        }
        for (int i = 0; i < 200; i++) OK(wasi_fd_close(fds[i]));
    }
}

CASE(renumber_onto, "fd_renumber: the target becomes the source, the source is closed") {
    wasi_fd_t from, to;
    char a[4];
    size_t count;
    OK(make_file(P("renumber-a"), P("aaaa")));
    OK(make_file(P("renumber-b"), P("bbbb")));
    OK(open_file(P("renumber-a"), 0, &from));
    OK(open_file(P("renumber-b"), 0, &to));
    OK(wasi_fd_renumber(from, to));
    OK(read_fd(to, a, 4, &count));
    EQUAL(memcmp(a, "aaaa", 4), 0);
    wasi_fdstat_t stat;
    ONE_OF(wasi_fd_fdstat_get(from, &stat), WASI_EBADF);
    OK(wasi_fd_close(to));
}

CASE(renumber_position, "fd_renumber: the position moves along") {
    wasi_fd_t from, to;
    wasi_filesize_t position = 0;
    OK(make_file(P("renumber-c"), P("0123456789")));
    OK(open_file(P("renumber-c"), 0, &from));
    OK(open_file(P("renumber-c"), 0, &to));
    OK(wasi_fd_seek(from, 7, WASI_WHENCE_SET, &position));
    OK(wasi_fd_renumber(from, to));
    OK(wasi_fd_tell(to, &position));
    EQUAL(position, 7);
    OK(wasi_fd_close(to));
}

CASE(renumber_self, "fd_renumber: onto itself stays open") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    OK(open_file(P("renumber-self"), WASI_OFLAG_CREAT, &fd));
    OK(wasi_fd_renumber(fd, fd));
    OK(wasi_fd_fdstat_get(fd, &stat));
    OK(wasi_fd_close(fd));
}

CASE(renumber_from_closed, "fd_renumber: a closed source") {
    wasi_fd_t to;
    wasi_fdstat_t stat;
    OK(open_file(P("renumber-to"), WASI_OFLAG_CREAT, &to));
    ONE_OF(wasi_fd_renumber(UINT32_MAX, to), WASI_EBADF);
    OK(wasi_fd_fdstat_get(to, &stat));
    OK(wasi_fd_close(to));
}

CASE(renumber_to_closed, "fd_renumber: a target that is not open") {
    wasi_fd_t from;
    OK(open_file(P("renumber-from"), WASI_OFLAG_CREAT, &from));
    ONE_OF(wasi_fd_renumber(from, 0x7fffffff), WASI_EBADF);
    ONE_OF(wasi_fd_renumber(from, UINT32_MAX), WASI_EBADF);
    OK(wasi_fd_close(from));
}

CASE(prestat_preopen, "fd_prestat_get: a preopened directory and its name") {
    wasi_prestat_t prestat = {9, 99};
    char name[64] = {0};
    OK(wasi_fd_prestat_get(work, &prestat));
    EQUAL(prestat.tag, WASI_PREOPENTYPE_DIR);
    TRUE(prestat.name_len > 0 && prestat.name_len < sizeof name);
    OK(wasi_fd_prestat_dir_name(work, (uint8_t *)name, prestat.name_len));
    EQUAL(strlen(name), prestat.name_len);
}

CASE(prestat_first, "fd_prestat_get: the first preopen is descriptor 3") {
    wasi_prestat_t prestat;
    OK(wasi_fd_prestat_get(3, &prestat));
}

CASE(prestat_streams, "fd_prestat_get: the streams are not preopened directories") {
    wasi_prestat_t prestat;
    for (wasi_fd_t fd = 0; fd < 3; fd++) {
        ONE_OF(wasi_fd_prestat_get(fd, &prestat), WASI_EBADF, WASI_ENOTSUP);
    }
}

CASE(prestat_last, "fd_prestat_get: EBADF behind the last one, as C libraries need it") {
    wasi_prestat_t prestat;
    wasi_fd_t fd = 3;
    while (fd < 100 && wasi_fd_prestat_get(fd, &prestat) == 0) fd++;
    ONE_OF(wasi_fd_prestat_get(fd, &prestat), WASI_EBADF);
}

CASE(prestat_opened, "fd_prestat_get: a directory that the program opened") {
    wasi_prestat_t prestat;
    wasi_fd_t fd;
    OK(make_directory(P("prestat-dir")));
    OK(open_directory(P("prestat-dir"), &fd));
    ONE_OF(wasi_fd_prestat_get(fd, &prestat), WASI_EBADF, WASI_ENOTSUP);
    OK(wasi_fd_close(fd));
}

CASE(prestat_short, "fd_prestat_dir_name: a buffer that is too short") {
    wasi_prestat_t prestat;
    char name[64];
    memset(name, 0x5A, sizeof name);
    OK(wasi_fd_prestat_get(work, &prestat));
    ONE_OF(wasi_fd_prestat_dir_name(work, (uint8_t *)name, prestat.name_len - 1),
           WASI_ENAMETOOLONG, WASI_EINVAL);
    EQUAL(name[prestat.name_len - 1], 0x5A);
}

CASE(prestat_long, "fd_prestat_dir_name: a longer buffer is not touched behind the name") {
    wasi_prestat_t prestat;
    char name[64];
    memset(name, 0x5A, sizeof name);
    OK(wasi_fd_prestat_get(work, &prestat));
    OK(wasi_fd_prestat_dir_name(work, (uint8_t *)name, sizeof name));
    EQUAL(name[prestat.name_len + 1], 0x5A);
}

CASE(prestat_name_closed, "fd_prestat_dir_name: not a preopen") {
    char name[64];
    ONE_OF(wasi_fd_prestat_dir_name(0, (uint8_t *)name, 64), WASI_EBADF, WASI_ENOTDIR,
           WASI_ENOTSUP);
    ONE_OF(wasi_fd_prestat_dir_name(closed_fd(), (uint8_t *)name, 64), WASI_EBADF);
}
