// Fills its directory with files, and one file with bytes, until the host says no.
#include "hostile.h"

static char block[1 << 20];

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    wasi_fd_t fd;
    wasi_size_t count;
    wasi_errno_t error = 0;
    uint64_t megabytes = 0;
    if (open_at(work, P("flood"), WASI_OFLAG_CREAT, &fd)) return 1;
    memset(block, 'x', sizeof block);
    while (megabytes < 1100) {
        wasi_ciovec_t out = {block, sizeof block};
        if ((error = wasi_fd_write(fd, &out, 1, &count))) break;
        megabytes++;
    }
    tell("refused with", error);
    tell("after MiB", megabytes);
    if (megabytes > 1024) escaped("more than a gibibyte");
    return 0;
}
