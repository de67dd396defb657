// Paths of megabytes, chains of links, texts that are no text.
#include "hostile.h"

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    size_t size = 16 << 20;
    char *path = malloc(size);
    wasi_filestat_t stat;
    wasi_fd_t fd;
    if (!path) return 1;
    memset(path, 'x', size);
    for (size_t count = 1; count <= size; count *= 2) {
        (void)!wasi_path_filestat_get(work, 1, path, count, &stat);
        (void)!open_at(work, path, count, 0, &fd);
        (void)!wasi_path_symlink(path, count, work, P("long"));
        (void)!wasi_path_unlink_file(work, P("long"));
    }
    for (size_t i = 0; i < size; i += 2) path[i] = '/';
    tell("16 MiB of a/a/a:", wasi_path_filestat_get(work, 1, path + 1, size - 1, &stat));
    for (size_t i = 0; i < size; i++) path[i] = i % 3 == 2 ? '/' : '.';
    if (wasi_path_filestat_get(work, 1, path, size, &stat) == 0) escaped("../../../ without end");
    for (size_t i = 0; i < size; i++) path[i] = '/';
    (void)!wasi_path_filestat_get(work, 1, path, size, &stat);
    memset(path, 0xff, size);
    (void)!wasi_path_create_directory(work, path, size);
    (void)!wasi_path_create_directory(work, path, 200);
    // 2,000 links, each to the next.
    for (int i = 0; i < 2000; i++) {
        char link[5] = {'c', (char)('0' + i / 1000), (char)('0' + i / 100 % 10),
                        (char)('0' + i / 10 % 10), (char)('0' + i % 10)};
        int n = i + 1;
        char text[5] = {'c', (char)('0' + n / 1000), (char)('0' + n / 100 % 10),
                        (char)('0' + n / 10 % 10), (char)('0' + n % 10)};
        (void)!wasi_path_symlink(text, 5, work, link, 5);
    }
    tell("chain of 2,000:", wasi_path_filestat_get(work, 1, P("c0000"), &stat));
    say("survived\n");
    return 0;
}
