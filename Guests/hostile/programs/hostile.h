// What the hostile programs share: telling what they achieved.
//
// A line with ESCAPED means that the host is broken. Everything else is an answer of the host.
#ifndef HOSTILE_H
#define HOSTILE_H

#include "guest_runtime.h"
#include "wasi_preview1.h"

#define P(literal) (literal), (sizeof(literal) - 1)
#define UNUSED __attribute__((unused)) static

static void say(const char *text) {
    while (*text) putchar(*text++);
}

UNUSED void say_number(uint64_t value) {
    char digits[20];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count) putchar(digits[--count]);
}

// "text NUMBER\n"
UNUSED void tell(const char *text, uint64_t value) {
    say(text);
    putchar(' ');
    say_number(value);
    putchar('\n');
}

UNUSED void escaped(const char *how) {
    say("ESCAPED: ");
    say(how);
    putchar('\n');
}

enum { work = 3, second = 4 };

#define ALL_RIGHTS ((1ULL << 30) - 1)
#define FILE_RIGHTS                                                                    \
    (WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL | \
     WASI_RIGHT_FD_FILESTAT_SET_SIZE | WASI_RIGHT_FD_ALLOCATE | WASI_RIGHT_FD_FILESTAT_GET)

UNUSED wasi_errno_t open_at(
    wasi_fd_t directory, const char *path, size_t count, wasi_oflags_t oflags, wasi_fd_t *fd) {
    return wasi_path_open(
        directory, WASI_LOOKUP_SYMLINK_FOLLOW, path, count, oflags,
        oflags & WASI_OFLAG_DIRECTORY ? ALL_RIGHTS & ~FILE_RIGHTS : FILE_RIGHTS,
        oflags & WASI_OFLAG_DIRECTORY ? ALL_RIGHTS : 0, 0, fd);
}

UNUSED wasi_errno_t put_file(
    wasi_fd_t directory, const char *path, size_t path_count, const char *text, size_t count) {
    wasi_fd_t fd;
    wasi_size_t written;
    wasi_ciovec_t out = {text, count};
    wasi_errno_t error =
        open_at(directory, path, path_count, WASI_OFLAG_CREAT | WASI_OFLAG_TRUNC, &fd);
    if (error) return error;
    error = wasi_fd_write(fd, &out, 1, &written);
    wasi_errno_t closing = wasi_fd_close(fd);
    return error ? error : closing;
}

// Whether a file starts with the marker that the test puts into what is not the guest's.
UNUSED int is_secret(wasi_fd_t fd) {
    char bytes[15];
    wasi_iovec_t in = {bytes, sizeof bytes};
    wasi_size_t count = 0;
    return wasi_fd_read(fd, &in, 1, &count) == 0 && count == sizeof bytes
        && memcmp(bytes, "the host's own\n", sizeof bytes) == 0;
}

#endif
