// No path call leaves its directory: `..`, absolute paths, links, and links to links.
//
// The runner puts a file `secret` beside the directory and counts on finding it untouched.
#include "suite.h"

static wasi_fd_t fd;
static wasi_filestat_t stat;

// Every way to name something outside. Links are made by `begin`.
static const struct {
    const char *path;
    size_t count;
} outside[] = {
    {P("..")},
    {P("../secret")},
    {P("./../secret")},
    {P("inside/../../secret")},
    {P("inside/../inside/../../secret")},
    {P("/")},
    {P("/etc/passwd")},
    {P("/work/../secret")},
    {P("//etc/passwd")},
    {P("../../../../../../../../../../etc/passwd")},
    {P("to-parent/secret")},
    {P("to-secret")},
    {P("to-deep/secret")},
    {P("inside/up/up-again/secret")},
};
enum { outside_count = sizeof outside / sizeof outside[0] };

CASE(begin, "containment: links that point outside can be made or are refused") {
    OK(make_directory(P("inside")));
    OK(make_file(P("file"), P("x")));
    ONE_OF(wasi_path_symlink(P(".."), work, P("to-parent")), 0, WASI_EPERM, WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_symlink(P("../secret"), work, P("to-secret")), 0, WASI_EPERM,
           WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_symlink(P("inside/../.."), work, P("to-deep")), 0, WASI_EPERM,
           WASI_ENOTCAPABLE);
    OK(wasi_path_symlink(P(".."), work, P("inside/up")));
    ONE_OF(wasi_path_symlink(P("inside/up/.."), work, P("up-again")), 0, WASI_EPERM,
           WASI_ENOTCAPABLE);
}

CASE(open_read, "containment: path_open") {
    for (int i = 0; i < outside_count; i++) {
        CONTAINED(wasi_path_open(work, 1, outside[i].path, outside[i].count, 0, RIGHTS_READ, 0, 0,
                                 &fd));
    }
}

CASE(open_create, "containment: path_open with CREAT") {
    for (int i = 0; i < outside_count; i++) {
        wasi_errno_t error = wasi_path_open(work, 1, outside[i].path, outside[i].count,
                                            WASI_OFLAG_CREAT, RIGHTS_FILE, 0, 0, &fd);
        // "." and ".." with CREAT may be told from their shape alone.
        ONE_OF(error, WASI_ENOTCAPABLE, WASI_EPERM, WASI_EISDIR);
    }
}

CASE(open_directory_up, "containment: path_open with DIRECTORY") {
    CONTAINED(wasi_path_open(work, 1, P(".."), WASI_OFLAG_DIRECTORY, RIGHTS_DIRECTORY, 0, 0, &fd));
    CONTAINED(wasi_path_open(work, 1, P("/"), WASI_OFLAG_DIRECTORY, RIGHTS_DIRECTORY, 0, 0, &fd));
    CONTAINED(
        wasi_path_open(work, 1, P("to-parent"), WASI_OFLAG_DIRECTORY, RIGHTS_DIRECTORY, 0, 0, &fd));
    CONTAINED(
        wasi_path_open(work, 0, P("to-parent/"), WASI_OFLAG_DIRECTORY, RIGHTS_DIRECTORY, 0, 0, &fd));
}

CASE(from_inner, "containment: an opened directory is as closed upwards as a preopen") {
    wasi_fd_t inner;
    OK(open_directory(P("inside"), &inner));
    CONTAINED(wasi_path_open(inner, 1, P("../file"), 0, RIGHTS_READ, 0, 0, &fd));
    CONTAINED(wasi_path_open(inner, 1, P("up/file"), 0, RIGHTS_READ, 0, 0, &fd));
    CONTAINED(wasi_path_filestat_get(inner, 0, P(".."), &stat));
    OK(wasi_fd_close(inner));
}

CASE(status, "containment: path_filestat_get") {
    for (int i = 0; i < outside_count; i++) {
        CONTAINED(wasi_path_filestat_get(work, 1, outside[i].path, outside[i].count, &stat));
    }
}

CASE(times, "containment: path_filestat_set_times") {
    for (int i = 0; i < outside_count; i++) {
        CONTAINED(wasi_path_filestat_set_times(work, 1, outside[i].path, outside[i].count, 1, 1,
                                               WASI_FSTFLAG_MTIM));
    }
}

CASE(create, "containment: path_create_directory") {
    CONTAINED(wasi_path_create_directory(work, P("../new")));
    CONTAINED(wasi_path_create_directory(work, P("/new")));
    CONTAINED(wasi_path_create_directory(work, P("to-parent/new")));
    CONTAINED(wasi_path_create_directory(work, P("inside/../../new")));
}

CASE(removing, "containment: path_remove_directory") {
    CONTAINED(wasi_path_remove_directory(work, P("../new")));
    CONTAINED(wasi_path_remove_directory(work, P("/tmp")));
    CONTAINED(wasi_path_remove_directory(work, P("to-parent/new")));
}

CASE(unlinking, "containment: path_unlink_file") {
    CONTAINED(wasi_path_unlink_file(work, P("../secret")));
    CONTAINED(wasi_path_unlink_file(work, P("/etc/passwd")));
    CONTAINED(wasi_path_unlink_file(work, P("to-parent/secret")));
    CONTAINED(wasi_path_unlink_file(work, P("inside/../../secret")));
}

CASE(renaming_out, "containment: path_rename to the outside") {
    CONTAINED(wasi_path_rename(work, P("file"), work, P("../stolen")));
    CONTAINED(wasi_path_rename(work, P("file"), work, P("/stolen")));
    CONTAINED(wasi_path_rename(work, P("file"), work, P("to-parent/stolen")));
    TRUE(file_is(P("file"), P("x")));
}

CASE(renaming_in, "containment: path_rename from the outside") {
    CONTAINED(wasi_path_rename(work, P("../secret"), work, P("mine")));
    CONTAINED(wasi_path_rename(work, P("/etc/passwd"), work, P("mine")));
    CONTAINED(wasi_path_rename(work, P("to-parent/secret"), work, P("mine")));
}

CASE(linking, "containment: path_link from and to the outside") {
    CONTAINED(wasi_path_link(work, 0, P("../secret"), work, P("mine")));
    CONTAINED(wasi_path_link(work, 0, P("/etc/passwd"), work, P("mine")));
    CONTAINED(wasi_path_link(work, 0, P("to-parent/secret"), work, P("mine")));
    CONTAINED(wasi_path_link(work, 0, P("file"), work, P("../stolen")));
    CONTAINED(wasi_path_link(work, 0, P("file"), work, P("/stolen")));
}

CASE(symlinking, "containment: path_symlink placed outside") {
    CONTAINED(wasi_path_symlink(P("file"), work, P("../stolen")));
    CONTAINED(wasi_path_symlink(P("file"), work, P("/stolen")));
    CONTAINED(wasi_path_symlink(P("file"), work, P("to-parent/stolen")));
}

CASE(reading_link, "containment: path_readlink") {
    uint8_t text[64];
    wasi_size_t used;
    CONTAINED(wasi_path_readlink(work, P("../link"), text, sizeof text, &used));
    CONTAINED(wasi_path_readlink(work, P("/proc/self/exe"), text, sizeof text, &used));
    CONTAINED(wasi_path_readlink(work, P("to-parent/link"), text, sizeof text, &used));
}

CASE(moved_inner, "containment: a directory that is moved while open does not open the way up") {
    wasi_fd_t inner;
    OK(make_directory(P("a")));
    OK(make_directory(P("a/b")));
    OK(open_directory(P("a/b"), &inner));
    OK(wasi_path_rename(work, P("a/b"), work, P("b")));
    CONTAINED(wasi_path_open(inner, 1, P("../file"), 0, RIGHTS_READ, 0, 0, &fd));
    CONTAINED(wasi_path_open(inner, 1, P("../../secret"), 0, RIGHTS_READ, 0, 0, &fd));
    OK(wasi_fd_close(inner));
}
