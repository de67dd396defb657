// Opens files, then directories, and never closes, until the host says no; then closes all.
#include "hostile.h"

enum { most = 2000000 };
static wasi_fd_t fds[most];

static void exhaust(const char *path, size_t count, wasi_oflags_t oflags) {
    uint32_t opened = 0;
    wasi_errno_t error = 0;
    while (opened < most && (error = open_at(work, path, count, oflags, &fds[opened])) == 0) opened++;
    if (error == WASI_EMFILE || error == WASI_ENFILE || error == WASI_ENOMEM) {
        tell("refused after", opened);
    } else if (error) {
        tell("other error", error);
    } else {
        tell("ESCAPED: no limit at", opened);
    }
    for (uint32_t i = 0; i < opened; i++) {
        if (wasi_fd_close(fds[i])) escaped("a descriptor was lost");
    }
}

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    wasi_fd_t fd;
    if (put_file(work, P("file"), P("x"))) return 1;
    exhaust(P("file"), 0);
    exhaust(P("."), WASI_OFLAG_DIRECTORY);
    if (open_at(work, P("file"), 0, &fd)) return 2;
    say("works again\n");
    return 0;
}
