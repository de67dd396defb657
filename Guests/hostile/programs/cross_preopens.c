// Carries files between /work, which is its own, and /second, which is read-only.
#include "hostile.h"

static void must_fail(wasi_errno_t error, const char *what) {
    if (error == 0) escaped(what);
}

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    wasi_fd_t fd;
    wasi_size_t count;
    wasi_ciovec_t out = {"changed", 7};
    if (put_file(work, P("mine"), P("mine"))) return 1;
    must_fail(wasi_path_rename(second, P("kept"), work, P("taken")), "renamed out of read-only");
    must_fail(wasi_path_rename(work, P("mine"), second, P("brought")), "renamed into read-only");
    must_fail(wasi_path_rename(work, P("mine"), second, P("kept")), "renamed over read-only");
    must_fail(wasi_path_link(work, 0, P("mine"), second, P("brought")), "linked into read-only");
    must_fail(wasi_path_unlink_file(second, P("kept")), "unlinked in read-only");
    must_fail(wasi_path_create_directory(second, P("new")), "directory in read-only");
    must_fail(wasi_path_remove_directory(second, P("folder")), "directory removed in read-only");
    must_fail(wasi_path_symlink(P("x"), second, P("new")), "link in read-only");
    must_fail(open_at(second, P("new"), WASI_OFLAG_CREAT, &fd), "created in read-only");
    must_fail(wasi_path_filestat_set_times(second, 0, P("kept"), 1, 1, 4), "times in read-only");
    // Truncating while opening "for reading".
    if (wasi_path_open(second, 0, P("kept"), WASI_OFLAG_TRUNC, WASI_RIGHT_FD_READ, 0, 0, &fd) == 0) {
        escaped("truncated in read-only");
    }
    // A second name in a writable directory would open the file for writing.
    if (wasi_path_link(second, 0, P("kept"), work, P("linked")) == 0) {
        if (open_at(work, P("linked"), 0, &fd) == 0 && wasi_fd_write(fd, &out, 1, &count) == 0) {
            escaped("wrote to read-only through a second name");
        }
    }
    if (open_at(second, P("kept"), 0, &fd) == 0) {
        if (wasi_fd_write(fd, &out, 1, &count) == 0) escaped("wrote to read-only");
        if (wasi_fd_filestat_set_size(fd, 0) == 0) escaped("cut a file in read-only");
        if (wasi_fd_allocate(fd, 0, 1000) == 0) escaped("grew a file in read-only");
        (void)!wasi_fd_close(fd);
    }
    // Through a directory opened with more rights than the preopen has.
    if (wasi_path_open(second, 0, P("folder"), WASI_OFLAG_DIRECTORY, ALL_RIGHTS & ~FILE_RIGHTS,
                       ALL_RIGHTS, 0, &fd) == 0) {
        wasi_fd_t inner;
        must_fail(open_at(fd, P("new"), WASI_OFLAG_CREAT, &inner), "created below read-only");
        must_fail(wasi_path_unlink_file(fd, P("inner")), "unlinked below read-only");
        (void)!wasi_fd_close(fd);
    }
    if (wasi_path_open(second, 0, P("kept"), 0, WASI_RIGHT_FD_READ, 0, 0, &fd)) return 2;
    if (!is_secret(fd)) return 3;
    say("read-only stayed so\n");
    return 0;
}
