// Writes to standard output (or "error") without end.
#include "hostile.h"

static char line[65536];

int main(int argc, char **argv) {
    (void)argv;
    for (size_t i = 0; i < sizeof line; i++) line[i] = i % 64 == 63 ? '\n' : 'x';
    for (;;) {
        wasi_ciovec_t out = {line, sizeof line};
        wasi_size_t count;
        if (wasi_fd_write(argc > 1 ? 2 : 1, &out, 1, &count)) return 3;
    }
}
