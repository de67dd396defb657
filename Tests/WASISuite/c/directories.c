// path_create_directory, path_remove_directory, path_unlink_file.
#include "suite.h"

CASE(create, "path_create_directory: makes one") {
    wasi_filestat_t stat;
    OK(make_directory(P("create")));
    OK(stat_path(P("create"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_DIRECTORY);
}

CASE(create_nested, "path_create_directory: inside another") {
    OK(make_directory(P("outer")));
    OK(make_directory(P("outer/inner")));
    OK(make_file(P("outer/inner/file"), P("x")));
}

CASE(create_existing, "path_create_directory: where something is") {
    OK(make_directory(P("existing")));
    ONE_OF(make_directory(P("existing")), WASI_EEXIST);
    OK(make_file(P("existing-file"), P("x")));
    ONE_OF(make_directory(P("existing-file")), WASI_EEXIST);
    OK(wasi_path_symlink(P("nothing"), work, P("existing-link")));
    ONE_OF(make_directory(P("existing-link")), WASI_EEXIST);
}

CASE(create_parent, "path_create_directory: in what does not exist, and in a file") {
    OK(make_file(P("file"), P("x")));
    ONE_OF(make_directory(P("missing/inner")), WASI_ENOENT);
    ONE_OF(make_directory(P("file/inner")), WASI_ENOTDIR);
}

CASE(create_slash, "path_create_directory: a slash at the end") {
    wasi_filestat_t stat;
    OK(make_directory(P("slash/")));
    OK(stat_path(P("slash"), &stat));
}

CASE(create_odd, "path_create_directory: empty path and the directory itself") {
    ONE_OF(make_directory("", 0), WASI_ENOENT, WASI_EINVAL);
    ONE_OF(make_directory(P(".")), WASI_EEXIST, WASI_EINVAL);
}

CASE(create_closed, "path_create_directory: a closed descriptor, a file") {
    wasi_fd_t fd;
    ONE_OF(wasi_path_create_directory(closed_fd(), P("x")), WASI_EBADF);
    OK(open_file(P("create-file"), WASI_OFLAG_CREAT, &fd));
    ONE_OF(wasi_path_create_directory(fd, P("x")), WASI_ENOTDIR, WASI_EBADF, WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(create_long, "path_create_directory: a name of 256 bytes") {
    static char name[256];
    memset(name, 'x', sizeof name);
    ONE_OF(make_directory(name, 256), WASI_ENAMETOOLONG);
}

CASE(remove_empty, "path_remove_directory: an empty one") {
    wasi_filestat_t stat;
    OK(make_directory(P("remove")));
    OK(wasi_path_remove_directory(work, P("remove")));
    ONE_OF(stat_path(P("remove"), &stat), WASI_ENOENT);
}

CASE(remove_full, "path_remove_directory: one that is not empty") {
    OK(make_directory(P("full")));
    OK(make_file(P("full/file"), P("x")));
    ONE_OF(wasi_path_remove_directory(work, P("full")), WASI_ENOTEMPTY);
    OK(wasi_path_unlink_file(work, P("full/file")));
    OK(wasi_path_remove_directory(work, P("full")));
}

CASE(remove_file, "path_remove_directory: a file, and a link to a directory") {
    OK(make_file(P("remove-file"), P("x")));
    ONE_OF(wasi_path_remove_directory(work, P("remove-file")), WASI_ENOTDIR);
    OK(make_directory(P("remove-target")));
    OK(wasi_path_symlink(P("remove-target"), work, P("remove-link")));
    ONE_OF(wasi_path_remove_directory(work, P("remove-link")), WASI_ENOTDIR);
}

CASE(remove_missing, "path_remove_directory: nothing there") {
    ONE_OF(wasi_path_remove_directory(work, P("missing")), WASI_ENOENT);
}

CASE(remove_slash, "path_remove_directory: a slash at the end") {
    OK(make_directory(P("remove-slash")));
    OK(wasi_path_remove_directory(work, P("remove-slash/")));
}

CASE(remove_dot, "path_remove_directory: the directory itself") {
    ONE_OF(wasi_path_remove_directory(work, P(".")), WASI_EINVAL, WASI_EBUSY, WASI_ENOTEMPTY);
    ONE_OF(wasi_path_remove_directory(work, "", 0), WASI_ENOENT, WASI_EINVAL);
}

CASE(remove_closed, "path_remove_directory: a closed descriptor") {
    ONE_OF(wasi_path_remove_directory(closed_fd(), P("x")), WASI_EBADF);
}

CASE(remove_open, "path_remove_directory: one that is open stays usable and empty") {
    wasi_fd_t fd, file;
    OK(make_directory(P("remove-open")));
    OK(open_directory(P("remove-open"), &fd));
    OK(wasi_path_remove_directory(work, P("remove-open")));
    ONE_OF(wasi_path_open(fd, 0, P("new"), WASI_OFLAG_CREAT, RIGHTS_FILE, 0, 0, &file), WASI_ENOENT);
    OK(wasi_fd_close(fd));
}

CASE(unlink_file, "path_unlink_file: a file") {
    wasi_filestat_t stat;
    OK(make_file(P("unlink"), P("x")));
    OK(wasi_path_unlink_file(work, P("unlink")));
    ONE_OF(stat_path(P("unlink"), &stat), WASI_ENOENT);
    ONE_OF(wasi_path_unlink_file(work, P("unlink")), WASI_ENOENT);
}

CASE(unlink_directory, "path_unlink_file: a directory") {
    wasi_filestat_t stat;
    OK(make_directory(P("unlink-dir")));
    ONE_OF(wasi_path_unlink_file(work, P("unlink-dir")), WASI_EISDIR, WASI_EPERM);
    OK(stat_path(P("unlink-dir"), &stat));
}

CASE(unlink_link, "path_unlink_file: a link goes, its target stays") {
    wasi_filestat_t stat;
    OK(make_file(P("unlink-target"), P("x")));
    OK(wasi_path_symlink(P("unlink-target"), work, P("unlink-link")));
    OK(wasi_path_unlink_file(work, P("unlink-link")));
    OK(stat_path(P("unlink-target"), &stat));
    ONE_OF(stat_path(P("unlink-link"), &stat), WASI_ENOENT);
}

CASE(unlink_slash, "path_unlink_file: a slash behind a file") {
    OK(make_file(P("unlink-slash"), P("x")));
    ONE_OF(wasi_path_unlink_file(work, P("unlink-slash/")), WASI_ENOTDIR);
    TRUE(file_is(P("unlink-slash"), P("x")));
}

CASE(unlink_slash_directory, "path_unlink_file: a slash behind a directory") {
    OK(make_directory(P("unlink-slash-dir")));
    ONE_OF(wasi_path_unlink_file(work, P("unlink-slash-dir/")), WASI_EISDIR, WASI_EPERM,
           WASI_ENOTDIR);
}

CASE(unlink_closed, "path_unlink_file: a closed descriptor, an empty path") {
    ONE_OF(wasi_path_unlink_file(closed_fd(), P("x")), WASI_EBADF);
    ONE_OF(wasi_path_unlink_file(work, "", 0), WASI_ENOENT, WASI_EINVAL);
}
