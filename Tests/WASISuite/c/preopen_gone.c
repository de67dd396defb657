// What becomes of descriptors when a preopen or a stream is closed or renumbered. Last things last.
#include "suite.h"

static wasi_fd_t folder;

CASE(stay_open, "fd_close: a directory opened through a preopen outlives it") {
    wasi_fd_t fd;
    OK(make_directory(P("folder")));
    OK(make_file(P("folder/file"), P("abc")));
    OK(open_directory(P("folder"), &folder));
    OK(wasi_fd_close(work));
    OK(wasi_path_open(folder, 0, P("file"), 0, RIGHTS_READ, 0, 0, &fd));
    OK(wasi_fd_close(fd));
}

CASE(preopen_closed, "fd_close: a closed preopen opens nothing any more") {
    wasi_fd_t fd;
    wasi_prestat_t prestat;
    ONE_OF(wasi_path_open(work, 0, P("folder"), 0, RIGHTS_READ, 0, 0, &fd), WASI_EBADF);
    ONE_OF(wasi_fd_prestat_get(work, &prestat), WASI_EBADF);
}

CASE(upwards, "path_open: the way up from an opened directory stays closed") {
    wasi_fd_t fd;
    CONTAINED(wasi_path_open(folder, 0, P(".."), WASI_OFLAG_DIRECTORY, RIGHTS_DIRECTORY, 0, 0, &fd));
    CONTAINED(wasi_path_open(folder, 0, P("../folder/file"), 0, RIGHTS_READ, 0, 0, &fd));
}

CASE(input_closed, "fd_close: standard input") {
    char a[1];
    wasi_size_t count;
    wasi_iovec_t vector = {a, 1};
    OK(wasi_fd_close(0));
    ONE_OF(wasi_fd_read(0, &vector, 1, &count), WASI_EBADF);
}

CASE(error_renumbered, "fd_renumber: a file becomes standard error") {
    wasi_fd_t fd;
    char a[8];
    size_t count;
    OK(wasi_path_open(folder, 0, P("log"), WASI_OFLAG_CREAT, RIGHTS_FILE, 0, 0, &fd));
    OK(wasi_fd_renumber(fd, 2));
    OK(write_all(2, P("to log")));
    OK(wasi_fd_close(2));
    OK(wasi_path_open(folder, 0, P("log"), 0, RIGHTS_READ, 0, 0, &fd));
    OK(read_fd(fd, a, sizeof a, &count));
    EQUAL(count, 6);
    EQUAL(memcmp(a, "to log", 6), 0);
}
