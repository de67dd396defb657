// Files of exabytes: by size, by allocation, by a byte at the end of the range.
#include "hostile.h"

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    wasi_fd_t fd;
    wasi_size_t count;
    wasi_filesize_t position;
    wasi_ciovec_t out = {"x", 1};
    static const uint64_t sizes[] = {1ULL << 40, 1ULL << 50, 1ULL << 62, (1ULL << 63) - 1, 1ULL << 63, UINT64_MAX};
    for (int i = 0; i < 6; i++) {
        if (open_at(work, P("size"), WASI_OFLAG_CREAT, &fd)) return 1;
        (void)!wasi_fd_filestat_set_size(fd, sizes[i]);
        (void)!wasi_fd_pwrite(fd, &out, 1, sizes[i], &count);
        (void)!wasi_fd_seek(fd, (int64_t)sizes[i], WASI_WHENCE_SET, &position);
        (void)!wasi_fd_write(fd, &out, 1, &count);
        (void)!wasi_fd_close(fd);
        (void)!wasi_path_unlink_file(work, P("size"));
    }
    if (argc > 1) {
        // Only where the host's disk is not the one that fills.
        if (open_at(work, P("allocate"), WASI_OFLAG_CREAT, &fd)) return 1;
        for (int i = 0; i < 6; i++) (void)!wasi_fd_allocate(fd, 0, sizes[i]);
        (void)!wasi_path_unlink_file(work, P("allocate"));
    }
    say("survived\n");
    return 0;
}
