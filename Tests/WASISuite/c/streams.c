// Standard input, output and error.
#include "suite.h"

static char all[65536];

CASE(input_short, "stdin: a short read gets the start") {
    char a[5];
    wasi_size_t count = 0;
    wasi_iovec_t vector = {a, 5};
    OK(wasi_fd_read(0, &vector, 1, &count));
    TRUE(count >= 1 && count <= 5);
    EQUAL(memcmp(a, "first", count), 0);
    size_t rest = 5 - count;
    if (rest) OK(read_fd(0, a, rest, &rest));
}

CASE(input_rest, "stdin: the rest, byte for byte, and then the end") {
    size_t count = 0;
    OK(read_fd(0, all, sizeof all, &count));
    EQUAL(count, 13);
    EQUAL(memcmp(all, " line\nsecond\n", 13), 0);
    OK(read_fd(0, all, sizeof all, &count));
    EQUAL(count, 0);
}

CASE(input_write, "stdin: writing to it") {
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    ONE_OF(wasi_fd_write(0, &vector, 1, &count), WASI_EBADF, WASI_ENOTCAPABLE);
}

CASE(output_read, "stdout: reading from it") {
    wasi_size_t count;
    char a[1];
    wasi_iovec_t vector = {a, 1};
    ONE_OF(wasi_fd_read(1, &vector, 1, &count), WASI_EBADF, WASI_ENOTCAPABLE);
}

CASE(output_vectors, "stdout: several vectors arrive as one") {
    wasi_size_t count = 0;
    wasi_ciovec_t vectors[] = {{"# from ", 7}, {"", 0}, {"three vectors", 13}, {"\n", 1}};
    guest_flush();
    wasi_ciovec_t *next = vectors;
    size_t left = 21;
    while (left) {
        OK(wasi_fd_write(1, next, (size_t)(vectors + 4 - next), &count));
        TRUE(count <= left);
        left -= count;
        while (next < vectors + 4 && count >= next->len) count -= (next++)->len;
        if (next < vectors + 4) {
            next->buf = (const char *)next->buf + count;
            next->len -= count;
        }
    }
}

CASE(error_write, "stderr: takes bytes") {
    OK(write_all(2, P("# to standard error\n")));
}

CASE(output_seek, "stdout: a pipe has no position") {
    wasi_filesize_t position;
    ONE_OF(wasi_fd_seek(1, 0, WASI_WHENCE_CUR, &position), WASI_ESPIPE, WASI_ENOTCAPABLE,
           WASI_EBADF);
}

CASE(output_size, "stdout: is not a file to be cut") {
    ONE_OF(wasi_fd_filestat_set_size(1, 0), WASI_EINVAL, WASI_ENOTCAPABLE, WASI_EBADF);
    ONE_OF(wasi_fd_allocate(1, 0, 10), WASI_EINVAL, WASI_ENOTCAPABLE, WASI_EBADF, WASI_ESPIPE);
}

CASE(output_list, "stdout: is not a directory") {
    wasi_size_t used;
    ONE_OF(wasi_fd_readdir(1, (uint8_t *)all, 64, 0, &used), WASI_ENOTDIR, WASI_ENOTCAPABLE,
           WASI_EBADF);
}
