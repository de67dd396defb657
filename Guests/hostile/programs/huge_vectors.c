// Vectors by the million, lengths of 4 GiB, vectors that overlap each other and their own list.
#include "hostile.h"

static wasi_ciovec_t out[4096];
static wasi_iovec_t in[4096];

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    wasi_fd_t fd;
    wasi_size_t count = 0;
    wasi_size_t memory = (wasi_size_t)(__builtin_wasm_memory_size(0) * 65536);
    if (open_at(work, P("vectors"), WASI_OFLAG_CREAT, &fd)) return 1;
    for (int i = 0; i < 4096; i++) out[i] = (wasi_ciovec_t){(void *)1024, memory - 1024};
    tell("4096 times the memory:", wasi_fd_write(fd, out, 4096, &count));
    tell("cut back:", wasi_fd_filestat_set_size(fd, 0));
    for (int i = 0; i < 4096; i++) in[i] = (wasi_iovec_t){in, sizeof in};
    tell("reading over its own list:", wasi_fd_read(fd, in, 4096, &count));
    for (int i = 0; i < 4096; i++) in[i] = (wasi_iovec_t){(void *)1024, 0};
    tell("4096 empty:", wasi_fd_read(fd, in, 4096, &count));
    say("survived\n");
    // The rest is outside the memory, and may end the program.
    guest_flush();
    static const wasi_size_t counts[] = {0x1fffffff, 0x20000000, 0x20000001, 0x7fffffff, 0xffffffff};
    for (int i = 0; i < 5; i++) {
        tell("vectors outside:", wasi_fd_read(fd, in, counts[i], &count));
        tell("vectors outside:", wasi_fd_write(fd, out, counts[i], &count));
    }
    for (int i = 0; i < 4096; i++) out[i] = (wasi_ciovec_t){(void *)0xfffffff0, 0xffffffff};
    tell("wrapping:", wasi_fd_write(fd, out, 4096, &count));
    return 0;
}
