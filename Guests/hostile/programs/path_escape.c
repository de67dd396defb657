// Reaches for what is outside of /work: by `..`, absolute paths, links, links to links, renamed
// directories, with every path call.
#include "hostile.h"

static int attempts;

static const struct {
    const char *path;
    size_t count;
} paths[] = {
    {P("..")}, {P("../secret")}, {P("./../secret")}, {P("a/../../secret")}, {P("a/b/../../../secret")},
    {P("/")}, {P("/etc/passwd")}, {P("//etc/passwd")}, {P("/work/../secret")}, {P("/proc/self/fd")},
    {P("/proc/self/environ")}, {P("/proc/self/mem")}, {P("/dev/mem")}, {P("/proc/self/root/etc/passwd")},
    {P("../../../../../../../../../../../../../../etc/passwd")},
    {P("..\0/secret")}, {P("../secret\0.txt")}, {P("...//../secret")}, {P("a/./.././../secret")},
    {P("up/secret")}, {P("to-secret")}, {P("chain-3")}, {P("absolute")}, {P("a/b/up2/secret")},
    {P("proc-link/self/environ")}, {P("up/up/up/etc/passwd")},
};
enum { count_of_paths = sizeof paths / sizeof paths[0] };

static void must_fail(wasi_errno_t error, const char *call, const char *path) {
    attempts++;
    if (error) return;
    say("ESCAPED: ");
    say(call);
    putchar(' ');
    say(path);
    putchar('\n');
}

static void try_path(const char *path, size_t count) {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    uint8_t text[256];
    wasi_size_t used;
    // Where the host refused the link, the name is free and would be the guest's own.
    if (path[0] != '.' && path[0] != '/'
        && wasi_path_filestat_get(work, 0, path, count, &stat) == WASI_ENOENT) {
        return;
    }
    for (wasi_oflags_t oflags = 0; oflags < 16; oflags++) {
        for (wasi_lookupflags_t follow = 0; follow < 2; follow++) {
            // A link itself is the guest's own and may be replaced.
            wasi_errno_t error =
                wasi_path_open(work, follow, path, count, oflags, FILE_RIGHTS, 0, 0, &fd);
            must_fail(error, "path_open", path);
            if (!error && is_secret(fd)) escaped("read the secret");
            if (!error) (void)!wasi_fd_close(fd);
        }
    }
    must_fail(wasi_path_filestat_get(work, 1, path, count, &stat), "path_filestat_get", path);
    must_fail(wasi_path_filestat_set_times(work, 1, path, count, 0, 0, 4), "path_filestat_set_times", path);
    must_fail(wasi_path_create_directory(work, path, count), "path_create_directory", path);
    must_fail(wasi_path_link(work, 1, path, count, work, P("stolen")), "path_link", path);
    must_fail(wasi_path_link(work, 0, P("mine"), work, path, count), "path_link to", path);
    if (path[0] == '.' || path[0] == '/') {
        must_fail(wasi_path_rename(work, path, count, work, P("stolen")), "path_rename", path);
        must_fail(wasi_path_rename(work, P("mine"), work, path, count), "path_rename to", path);
        must_fail(wasi_path_unlink_file(work, path, count), "path_unlink_file", path);
        must_fail(wasi_path_remove_directory(work, path, count), "path_remove_directory", path);
        must_fail(wasi_path_readlink(work, path, count, text, sizeof text, &used), "path_readlink", path);
        must_fail(wasi_path_symlink(P("mine"), work, path, count), "path_symlink", path);
    }
}

static int attack(void) {
    wasi_fd_t inner, fd;
    if (put_file(work, P("mine"), P("mine"))) return 1;
    // Whether a link that points outside can be made does not matter; where it leads does.
    (void)!wasi_path_create_directory(work, P("a"));
    (void)!wasi_path_create_directory(work, P("a/b"));
    (void)!wasi_path_symlink(P(".."), work, P("up"));
    (void)!wasi_path_symlink(P("../secret"), work, P("to-secret"));
    (void)!wasi_path_symlink(P("to-secret"), work, P("chain-1"));
    (void)!wasi_path_symlink(P("a/../chain-1"), work, P("chain-2"));
    (void)!wasi_path_symlink(P("./chain-2"), work, P("chain-3"));
    (void)!wasi_path_symlink(P("/etc/passwd"), work, P("absolute"));
    (void)!wasi_path_symlink(P("/proc"), work, P("proc-link"));
    (void)!wasi_path_symlink(P("../../.."), work, P("a/b/up2"));
    for (int i = 0; i < count_of_paths; i++) try_path(paths[i].path, paths[i].count);
    // A directory that is open while it moves up: its `..` is now nearer to the top.
    if (open_at(work, P("a/b"), WASI_OFLAG_DIRECTORY, &inner) == 0) {
        (void)!wasi_path_rename(work, P("a/b"), work, P("moved"));
        must_fail(open_at(inner, P("../../secret"), 0, &fd), "moved directory", "../../secret");
        must_fail(open_at(inner, P("../mine"), 0, &fd), "moved directory", "../mine");
        (void)!wasi_fd_close(inner);
    }
    tell("refused attempts", (uint64_t)attempts);
    return 0;
}

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    return attack();
}
