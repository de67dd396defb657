// path_link, path_symlink, path_readlink.
#include "suite.h"

CASE(link_names, "path_link: two names, one file") {
    wasi_filestat_t one, two;
    OK(make_file(P("one"), P("abc")));
    OK(wasi_path_link(work, 0, P("one"), work, P("two")));
    OK(stat_path(P("one"), &one));
    OK(stat_path(P("two"), &two));
    EQUAL(one.ino, two.ino);
    EQUAL(one.nlink, 2);
    OK(make_file(P("two"), P("changed")));
    TRUE(file_is(P("one"), P("changed")));
}

CASE(link_survives, "path_link: the file lives until its last name goes") {
    wasi_filestat_t stat;
    OK(make_file(P("first"), P("abc")));
    OK(wasi_path_link(work, 0, P("first"), work, P("second")));
    OK(wasi_path_unlink_file(work, P("first")));
    TRUE(file_is(P("second"), P("abc")));
    OK(stat_path(P("second"), &stat));
    EQUAL(stat.nlink, 1);
}

CASE(link_existing, "path_link: onto what exists") {
    OK(make_file(P("link-a"), P("a")));
    OK(make_file(P("link-b"), P("b")));
    ONE_OF(wasi_path_link(work, 0, P("link-a"), work, P("link-b")), WASI_EEXIST);
    TRUE(file_is(P("link-b"), P("b")));
}

CASE(link_missing, "path_link: what does not exist, into what does not exist") {
    OK(make_file(P("link-c"), P("c")));
    ONE_OF(wasi_path_link(work, 0, P("missing"), work, P("new")), WASI_ENOENT);
    ONE_OF(wasi_path_link(work, 0, P("link-c"), work, P("missing/new")), WASI_ENOENT);
}

CASE(link_directory, "path_link: a directory") {
    OK(make_directory(P("link-dir")));
    ONE_OF(wasi_path_link(work, 0, P("link-dir"), work, P("link-dir-2")), WASI_EPERM, WASI_EACCES,
           WASI_EISDIR);
}

CASE(link_symlink, "path_link: a symbolic link itself, without SYMLINK_FOLLOW") {
    wasi_filestat_t stat;
    OK(wasi_path_symlink(P("nowhere"), work, P("sym")));
    OK(wasi_path_link(work, 0, P("sym"), work, P("sym-2")));
    OK(stat_path(P("sym-2"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_SYMBOLIC_LINK);
}

CASE(link_follow, "path_link: SYMLINK_FOLLOW links the target, or is refused") {
    wasi_filestat_t stat;
    OK(make_file(P("follow-target"), P("x")));
    OK(wasi_path_symlink(P("follow-target"), work, P("follow-link")));
    wasi_errno_t error = wasi_path_link(
        work, WASI_LOOKUP_SYMLINK_FOLLOW, P("follow-link"), work, P("follow-new"));
    ONE_OF(error, 0, WASI_EINVAL, WASI_ENOTSUP);
    if (error == 0) {
        OK(stat_path(P("follow-new"), &stat));
        EQUAL(stat.filetype, WASI_FILETYPE_REGULAR_FILE);
    }
}

CASE(link_unknown, "path_link: bits that no flag has") {
    OK(make_file(P("link-unknown"), P("x")));
    ONE_OF(wasi_path_link(work, 2, P("link-unknown"), work, P("link-unknown-2")), WASI_EINVAL);
}

CASE(link_slash, "path_link: a slash at the end of either name") {
    OK(make_file(P("link-slash"), P("x")));
    ONE_OF(wasi_path_link(work, 0, P("link-slash/"), work, P("link-slash-2")), WASI_ENOTDIR);
    ONE_OF(wasi_path_link(work, 0, P("link-slash"), work, P("link-slash-2/")), WASI_ENOTDIR,
           WASI_ENOENT, WASI_EISDIR);
}

CASE(link_closed, "path_link: closed descriptors") {
    OK(make_file(P("link-closed"), P("x")));
    ONE_OF(wasi_path_link(closed_fd(), 0, P("link-closed"), work, P("n")), WASI_EBADF);
    ONE_OF(wasi_path_link(work, 0, P("link-closed"), closed_fd(), P("n")), WASI_EBADF);
}

CASE(link_folders, "path_link: between directories") {
    wasi_fd_t fd;
    OK(make_file(P("link-from"), P("across")));
    OK(make_directory(P("link-folder")));
    OK(open_directory(P("link-folder"), &fd));
    OK(wasi_path_link(work, 0, P("link-from"), fd, P("to")));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("link-folder/to"), P("across")));
}

CASE(symlink_text, "path_symlink: path_readlink gives the text back") {
    uint8_t text[64];
    wasi_size_t used = 0;
    OK(wasi_path_symlink(P("some/where/../else"), work, P("text")));
    OK(wasi_path_readlink(work, P("text"), text, sizeof text, &used));
    EQUAL(used, 18);
    EQUAL(memcmp(text, "some/where/../else", 18), 0);
}

CASE(symlink_existing, "path_symlink: where something is") {
    OK(make_file(P("sym-existing"), P("x")));
    ONE_OF(wasi_path_symlink(P("t"), work, P("sym-existing")), WASI_EEXIST);
    OK(make_directory(P("sym-existing-dir")));
    ONE_OF(wasi_path_symlink(P("t"), work, P("sym-existing-dir")), WASI_EEXIST);
}

CASE(symlink_empty, "path_symlink: an empty text") {
    ONE_OF(wasi_path_symlink("", 0, work, P("sym-empty")), WASI_ENOENT, WASI_EINVAL);
}

CASE(symlink_absolute, "path_symlink: an absolute text is refused, or leads nowhere") {
    wasi_fd_t fd;
    wasi_errno_t error = wasi_path_symlink(P("/etc/passwd"), work, P("sym-absolute"));
    ONE_OF(error, 0, WASI_EPERM, WASI_ENOTCAPABLE);
    if (error == 0) {
        CONTAINED(wasi_path_open(work, WASI_LOOKUP_SYMLINK_FOLLOW, P("sym-absolute"), 0,
                                 RIGHTS_READ, 0, 0, &fd));
    }
}

CASE(symlink_missing, "path_symlink: in what does not exist, behind a closed descriptor") {
    ONE_OF(wasi_path_symlink(P("t"), work, P("missing/link")), WASI_ENOENT);
    ONE_OF(wasi_path_symlink(P("t"), closed_fd(), P("link")), WASI_EBADF);
}

CASE(symlink_slash, "path_symlink: a slash at the end") {
    wasi_filestat_t stat;
    ONE_OF(wasi_path_symlink(P("t"), work, P("sym-slash/")), WASI_ENOENT, WASI_ENOTDIR, WASI_EINVAL);
    ONE_OF(stat_path(P("sym-slash"), &stat), WASI_ENOENT);
}

CASE(symlink_status, "path_symlink: a link's size is the length of its text") {
    wasi_filestat_t stat;
    OK(wasi_path_symlink(P("12345"), work, P("sym-status")));
    OK(stat_path(P("sym-status"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_SYMBOLIC_LINK);
    EQUAL(stat.size, 5);
}

CASE(readlink_short, "path_readlink: a short buffer gets the start of the text") {
    uint8_t text[8];
    wasi_size_t used = 0;
    memset(text, 0x5A, sizeof text);
    OK(wasi_path_symlink(P("0123456789"), work, P("short")));
    OK(wasi_path_readlink(work, P("short"), text, 4, &used));
    EQUAL(used, 4);
    EQUAL(memcmp(text, "0123", 4), 0);
    EQUAL(text[4], 0x5A);
}

CASE(readlink_exact, "path_readlink: no terminator is written") {
    uint8_t text[8];
    wasi_size_t used = 0;
    memset(text, 0x5A, sizeof text);
    OK(wasi_path_symlink(P("0123"), work, P("exact")));
    OK(wasi_path_readlink(work, P("exact"), text, sizeof text, &used));
    EQUAL(used, 4);
    EQUAL(text[4], 0x5A);
}

CASE(readlink_nothing, "path_readlink: a buffer of 0 bytes") {
    uint8_t text[1];
    wasi_size_t used = 0;
    OK(wasi_path_symlink(P("0123"), work, P("nothing")));
    ONE_OF(wasi_path_readlink(work, P("nothing"), text, 0, &used), 0, WASI_EINVAL, WASI_ERANGE);
    EQUAL(used, 0);
}

CASE(readlink_file, "path_readlink: a file, a directory, nothing") {
    uint8_t text[8];
    wasi_size_t used;
    OK(make_file(P("readlink-file"), P("x")));
    OK(make_directory(P("readlink-dir")));
    ONE_OF(wasi_path_readlink(work, P("readlink-file"), text, 8, &used), WASI_EINVAL);
    ONE_OF(wasi_path_readlink(work, P("readlink-dir"), text, 8, &used), WASI_EINVAL);
    ONE_OF(wasi_path_readlink(work, P("readlink-none"), text, 8, &used), WASI_ENOENT);
    ONE_OF(wasi_path_readlink(closed_fd(), P("x"), text, 8, &used), WASI_EBADF);
}

CASE(readlink_long, "path_readlink: a text of 1,000 bytes") {
    static char text[1000];
    static uint8_t back[1200];
    wasi_size_t used = 0;
    memset(text, 'x', sizeof text);
    for (int i = 100; i < 1000; i += 100) text[i] = '/';
    OK(wasi_path_symlink(text, sizeof text, work, P("long")));
    OK(wasi_path_readlink(work, P("long"), back, sizeof back, &used));
    EQUAL(used, 1000);
    EQUAL(memcmp(text, back, 1000), 0);
}
