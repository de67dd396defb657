// path_rename, inside one preopen and between two.
#include "suite.h"

#define RENAME(from, to) wasi_path_rename(work, P(from), work, P(to))

CASE(file, "path_rename: a file") {
    wasi_filestat_t before, after;
    OK(make_file(P("file"), P("abc")));
    OK(stat_path(P("file"), &before));
    OK(RENAME("file", "file-new"));
    TRUE(file_is(P("file-new"), P("abc")));
    OK(stat_path(P("file-new"), &after));
    EQUAL(before.ino, after.ino);
    ONE_OF(stat_path(P("file"), &after), WASI_ENOENT);
}

CASE(file_over_file, "path_rename: over a file replaces it") {
    OK(make_file(P("over-a"), P("a")));
    OK(make_file(P("over-b"), P("b")));
    OK(RENAME("over-a", "over-b"));
    TRUE(file_is(P("over-b"), P("a")));
}

CASE(file_over_directory, "path_rename: a file over a directory") {
    OK(make_file(P("over-file"), P("a")));
    OK(make_directory(P("over-dir")));
    ONE_OF(RENAME("over-file", "over-dir"), WASI_EISDIR);
    TRUE(file_is(P("over-file"), P("a")));
}

CASE(directory, "path_rename: a directory with what is in it") {
    OK(make_directory(P("dir")));
    OK(make_file(P("dir/file"), P("abc")));
    OK(RENAME("dir", "dir-new"));
    TRUE(file_is(P("dir-new/file"), P("abc")));
}

CASE(directory_over_empty, "path_rename: a directory over an empty one") {
    OK(make_directory(P("dir-a")));
    OK(make_file(P("dir-a/file"), P("abc")));
    OK(make_directory(P("dir-b")));
    OK(RENAME("dir-a", "dir-b"));
    TRUE(file_is(P("dir-b/file"), P("abc")));
}

CASE(directory_over_full, "path_rename: a directory over one that is not empty") {
    OK(make_directory(P("dir-c")));
    OK(make_directory(P("dir-d")));
    OK(make_file(P("dir-d/file"), P("abc")));
    ONE_OF(RENAME("dir-c", "dir-d"), WASI_ENOTEMPTY, WASI_EEXIST);
    TRUE(file_is(P("dir-d/file"), P("abc")));
}

CASE(directory_over_file, "path_rename: a directory over a file") {
    OK(make_directory(P("dir-e")));
    OK(make_file(P("file-e"), P("abc")));
    ONE_OF(RENAME("dir-e", "file-e"), WASI_ENOTDIR);
    TRUE(file_is(P("file-e"), P("abc")));
}

CASE(into_itself, "path_rename: a directory into itself") {
    OK(make_directory(P("self")));
    OK(make_directory(P("self/inner")));
    ONE_OF(RENAME("self", "self/inner/new"), WASI_EINVAL);
    ONE_OF(RENAME("self", "self/new"), WASI_EINVAL);
}

CASE(over_parent, "path_rename: over a directory it is in") {
    OK(make_directory(P("parent")));
    OK(make_directory(P("parent/child")));
    ONE_OF(RENAME("parent/child", "parent"), WASI_ENOTEMPTY, WASI_EEXIST);
}

CASE(same, "path_rename: to the same name") {
    OK(make_file(P("same"), P("abc")));
    OK(RENAME("same", "same"));
    TRUE(file_is(P("same"), P("abc")));
}

CASE(same_file, "path_rename: onto another name of the same file keeps both") {
    OK(make_file(P("hard-1"), P("abc")));
    OK(wasi_path_link(work, 0, P("hard-1"), work, P("hard-2")));
    OK(RENAME("hard-1", "hard-2"));
    TRUE(file_is(P("hard-1"), P("abc")));
    TRUE(file_is(P("hard-2"), P("abc")));
}

CASE(missing, "path_rename: what does not exist, to where nothing exists") {
    OK(make_file(P("there"), P("abc")));
    ONE_OF(RENAME("missing", "new"), WASI_ENOENT);
    ONE_OF(RENAME("there", "missing/new"), WASI_ENOENT);
    ONE_OF(RENAME("there", "there/new"), WASI_ENOTDIR);
    TRUE(file_is(P("there"), P("abc")));
}

CASE(symlink, "path_rename: a link moves, not its target") {
    wasi_filestat_t stat;
    OK(make_file(P("target"), P("abc")));
    OK(wasi_path_symlink(P("target"), work, P("link")));
    OK(RENAME("link", "link-new"));
    OK(stat_path(P("link-new"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_SYMBOLIC_LINK);
    TRUE(file_is(P("target"), P("abc")));
}

CASE(over_symlink, "path_rename: over a link replaces the link, not its target") {
    wasi_filestat_t stat;
    OK(make_file(P("target-2"), P("abc")));
    OK(wasi_path_symlink(P("target-2"), work, P("link-2")));
    OK(make_file(P("mover"), P("moved")));
    OK(RENAME("mover", "link-2"));
    OK(stat_path(P("link-2"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_REGULAR_FILE);
    TRUE(file_is(P("target-2"), P("abc")));
}

CASE(slash, "path_rename: slashes at the end") {
    OK(make_directory(P("slash")));
    OK(RENAME("slash/", "slash-new/"));
    OK(make_file(P("slash-file"), P("abc")));
    ONE_OF(RENAME("slash-file/", "x"), WASI_ENOTDIR);
    ONE_OF(RENAME("slash-file", "y/"), WASI_ENOTDIR, WASI_ENOENT);
    TRUE(file_is(P("slash-file"), P("abc")));
}

CASE(dots, "path_rename: . is busy") {
    ONE_OF(RENAME(".", "dot-new"), WASI_EBUSY, WASI_EINVAL, WASI_EPERM);
    OK(make_directory(P("dot")));
    ONE_OF(RENAME("dot", "."), WASI_EBUSY, WASI_EINVAL, WASI_EPERM, WASI_ENOTEMPTY, WASI_EEXIST);
}

CASE(open_file_moves, "path_rename: an open file is the same file afterwards") {
    wasi_fd_t fd;
    OK(make_file(P("open"), P("abc")));
    OK(open_file(P("open"), 0, &fd));
    OK(RENAME("open", "open-new"));
    OK(write_all(fd, P("xyz")));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("open-new"), P("xyz")));
}

CASE(replaced_open, "path_rename: a replaced file that is open keeps its content") {
    wasi_fd_t fd;
    char a[3];
    size_t count;
    OK(make_file(P("replaced"), P("old")));
    OK(make_file(P("replacing"), P("new")));
    OK(open_file(P("replaced"), 0, &fd));
    OK(RENAME("replacing", "replaced"));
    OK(read_fd(fd, a, 3, &count));
    EQUAL(memcmp(a, "old", 3), 0);
    OK(wasi_fd_close(fd));
}

CASE(folders, "path_rename: between opened directories") {
    wasi_fd_t from, to;
    OK(make_directory(P("from")));
    OK(make_directory(P("to")));
    OK(make_file(P("from/file"), P("abc")));
    OK(open_directory(P("from"), &from));
    OK(open_directory(P("to"), &to));
    OK(wasi_path_rename(from, P("file"), to, P("moved")));
    OK(wasi_fd_close(from));
    OK(wasi_fd_close(to));
    TRUE(file_is(P("to/moved"), P("abc")));
}

CASE(closed, "path_rename: closed descriptors") {
    OK(make_file(P("closed"), P("x")));
    ONE_OF(wasi_path_rename(closed_fd(), P("closed"), work, P("n")), WASI_EBADF);
    ONE_OF(wasi_path_rename(work, P("closed"), closed_fd(), P("n")), WASI_EBADF);
}

CASE(empty, "path_rename: empty paths") {
    OK(make_file(P("empty"), P("x")));
    ONE_OF(wasi_path_rename(work, "", 0, work, P("n")), WASI_ENOENT, WASI_EINVAL);
    ONE_OF(wasi_path_rename(work, P("empty"), work, "", 0), WASI_ENOENT, WASI_EINVAL);
}

CASE(across, "path_rename: to another preopen moves the file, or is refused and leaves it") {
    wasi_fd_t second = preopen("/second");
    SKIP_UNLESS(second != (wasi_fd_t)-1, "no second preopen");
    OK(make_file(P("across"), P("abc")));
    wasi_errno_t error = wasi_path_rename(work, P("across"), second, P("arrived"));
    ONE_OF(error, 0, WASI_EXDEV);
    wasi_filestat_t stat;
    ONE_OF(wasi_path_filestat_get(second, 0, P("arrived"), &stat), error ? WASI_ENOENT : 0);
    ONE_OF(stat_path(P("across"), &stat), error ? 0 : WASI_ENOENT);
}

CASE(across_link, "path_link: to another preopen links the file, or is refused") {
    wasi_fd_t second = preopen("/second");
    SKIP_UNLESS(second != (wasi_fd_t)-1, "no second preopen");
    OK(make_file(P("across-link"), P("abc")));
    ONE_OF(wasi_path_link(work, 0, P("across-link"), second, P("linked")), 0, WASI_EXDEV);
    TRUE(file_is(P("across-link"), P("abc")));
}
