// Descriptors onto each other: preopens onto streams, streams onto preopens, numbers at the end of
// the range; then uses what should be gone.
#include "hostile.h"

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    wasi_fd_t fd, other;
    wasi_fdstat_t stat;
    wasi_prestat_t prestat;
    static const wasi_fd_t far[] = {5, 100, 65535, 1 << 20, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    if (open_at(work, P("file"), WASI_OFLAG_CREAT, &fd)) return 1;
    for (int i = 0; i < 8; i++) {
        // A host that made room for all numbers below would be out of memory now.
        wasi_errno_t error = wasi_fd_renumber(fd, far[i]);
        if (error == 0) {
            if (wasi_fd_fdstat_get(far[i], &stat)) escaped("a descriptor was lost");
            fd = far[i];
        }
        (void)!wasi_fd_fdstat_get(far[i], &stat);
        (void)!wasi_fd_close(far[i] == fd ? 0x70000000 : far[i]);
    }
    if (wasi_fd_fdstat_get(fd, &stat)) return 2;
    // A file where the preopened directory was: it must not be one any more.
    if (open_at(work, P("other"), WASI_OFLAG_CREAT, &other)) return 3;
    wasi_errno_t error = wasi_fd_renumber(other, work);
    tell("file onto preopen:", error);
    if (error == 0) {
        if (wasi_fd_prestat_get(work, &prestat) == 0) say("still called a preopen\n");
        wasi_fd_t again;
        if (open_at(work, P("file"), 0, &again) == 0) escaped("a file opened files");
    }
    // The second preopen onto standard error, and its way up.
    error = wasi_fd_renumber(second, 2);
    tell("preopen onto stderr:", error);
    if (error == 0) {
        if (open_at(2, P("../secret"), 0, &other) == 0) escaped("up through a renumbered preopen");
        if (open_at(second, P("x"), WASI_OFLAG_CREAT, &other) == 0) escaped("the old number lives");
    }
    for (int i = 0; i < 1000; i++) (void)!wasi_fd_renumber(fd, fd);
    for (wasi_fd_t i = 3; i < 2000; i++) (void)!wasi_fd_close(i);
    say("survived\n");
    return 0;
}
