// Directories inside directories until the host says no, 5,000 files in one, and links by the
// thousand that lead to each other.
#include "hostile.h"

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    // Each level is opened from the one before, so that no path grows long.
    wasi_fd_t at = work, next;
    uint64_t depth = 0;
    while (depth < 20000 && wasi_path_create_directory(at, P("d")) == 0) {
        if (open_at(at, P("d"), WASI_OFLAG_DIRECTORY, &next)) break;
        if (at != work) (void)!wasi_fd_close(at);
        at = next;
        depth++;
    }
    tell("levels", depth);
    wasi_filestat_t stat;
    static char up[3 * 20000];
    for (size_t i = 0; i < sizeof up; i += 3) memcpy(up + i, "../", 3);
    size_t too_far = 3 * (depth + 1) < sizeof up ? 3 * (depth + 1) : sizeof up;
    if (wasi_path_filestat_get(at, 0, up, too_far, &stat) == 0) escaped("up and out of the deepest");
    wasi_fd_t fd;
    uint64_t files = 0;
    for (; files < 5000; files++) {
        char name[5] = {'f', (char)('0' + files / 1000), (char)('0' + files / 100 % 10),
                        (char)('0' + files / 10 % 10), (char)('0' + files % 10)};
        if (open_at(work, name, 5, WASI_OFLAG_CREAT, &fd)) break;
        (void)!wasi_fd_close(fd);
    }
    tell("files", files);
    // l0 -> f, l1 -> l0/../l0, …: resolving lN doubles the work of lN-1 unless links are counted.
    (void)!wasi_path_symlink(P("d"), work, P("l00"));
    for (int i = 1; i < 100; i++) {
        char link[3] = {'l', (char)('0' + i / 10), (char)('0' + i % 10)};
        char before[] = "l00/../l00";
        before[1] = before[8] = (char)('0' + (i - 1) / 10);
        before[2] = before[9] = (char)('0' + (i - 1) % 10);
        (void)!wasi_path_symlink(before, 10, work, link, 3);
    }
    tell("last link:", wasi_path_filestat_get(work, 1, P("l99"), &stat));
    say("survived\n");
    return 0;
}
