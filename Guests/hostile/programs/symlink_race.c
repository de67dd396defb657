// Opens door/secret again and again while somebody swaps `door` between a directory and a link to
// the outside. "swap": be that somebody (a second guest on the same directory).
#include "hostile.h"

static int swap(uint64_t rounds) {
    (void)!wasi_path_create_directory(work, P("real"));
    (void)!put_file(work, P("real/secret"), P("mine"));
    (void)!wasi_path_symlink(P(".."), work, P("link"));
    for (uint64_t i = 0; i < rounds; i++) {
        (void)!wasi_path_rename(work, P("real"), work, P("door"));
        (void)!wasi_path_rename(work, P("door"), work, P("real"));
        (void)!wasi_path_rename(work, P("link"), work, P("door"));
        (void)!wasi_path_rename(work, P("door"), work, P("link"));
    }
    say("swapped\n");
    return 0;
}

static int read_door(uint64_t rounds) {
    uint64_t opened = 0, refused = 0;
    wasi_filestat_t stat;
    for (uint64_t i = 0; i < rounds; i++) {
        wasi_fd_t fd;
        if (open_at(work, P("door/secret"), 0, &fd) == 0) {
            if (is_secret(fd)) escaped("read through the swapped link");
            opened++;
            (void)!wasi_fd_close(fd);
        } else {
            refused++;
        }
        if (wasi_path_filestat_get(work, 1, P("door/secret"), &stat) == 0 && stat.size == 15) {
            escaped("saw the secret's size");
        }
        if (open_at(work, P("door/planted"), WASI_OFLAG_CREAT, &fd) == 0) (void)!wasi_fd_close(fd);
        (void)!wasi_path_unlink_file(work, P("door/planted"));
        (void)!wasi_path_create_directory(work, P("door/planted-directory"));
        (void)!wasi_path_rename(work, P("real/secret"), work, P("door/moved"));
    }
    tell("opened", opened);
    tell("refused", refused);
    return 0;
}

int main(int argc, char **argv) {
    if (argc > 1 && argv[1][0] == 's') return swap(20000);
    return read_door(10000);
}
