// fd_fdstat_get, fd_fdstat_set_flags, fd_fdstat_set_rights.
#include "suite.h"

CASE(type_file, "fd_fdstat_get: a regular file") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    OK(make_file(P("type"), P("x")));
    OK(open_file(P("type"), 0, &fd));
    OK(wasi_fd_fdstat_get(fd, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_REGULAR_FILE);
    EQUAL(stat.flags, 0);
    OK(wasi_fd_close(fd));
}

CASE(type_directory, "fd_fdstat_get: a preopened and an opened directory") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    OK(wasi_fd_fdstat_get(work, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_DIRECTORY);
    OK(make_directory(P("type-dir")));
    OK(open_directory(P("type-dir"), &fd));
    OK(wasi_fd_fdstat_get(fd, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_DIRECTORY);
    OK(wasi_fd_close(fd));
}

CASE(type_streams, "fd_fdstat_get: the three streams are open and are not directories") {
    wasi_fdstat_t stat;
    for (wasi_fd_t fd = 0; fd < 3; fd++) {
        OK(wasi_fd_fdstat_get(fd, &stat));
        TRUE(stat.filetype != WASI_FILETYPE_DIRECTORY);
        TRUE(stat.filetype <= WASI_FILETYPE_SYMBOLIC_LINK);
    }
}

CASE(stream_rights, "fd_fdstat_get: standard input may be read, standard output written") {
    wasi_fdstat_t stat;
    OK(wasi_fd_fdstat_get(0, &stat));
    TRUE(stat.rights_base & WASI_RIGHT_FD_READ);
    OK(wasi_fd_fdstat_get(1, &stat));
    TRUE(stat.rights_base & WASI_RIGHT_FD_WRITE);
}

CASE(rights_file, "fd_fdstat_get: a file's rights are what it was opened with") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    OK(make_file(P("rights-file"), P("x")));
    OK(wasi_path_open(work, 0, P("rights-file"), 0, WASI_RIGHT_FD_READ, 0, 0, &fd));
    OK(wasi_fd_fdstat_get(fd, &stat));
    TRUE(stat.rights_base & WASI_RIGHT_FD_READ);
    TRUE(!(stat.rights_base & WASI_RIGHT_FD_WRITE));
    OK(wasi_fd_close(fd));
}

CASE(rights_preopen, "fd_fdstat_get: a preopen may open, list and pass on reading and writing") {
    wasi_fdstat_t stat;
    OK(wasi_fd_fdstat_get(work, &stat));
    TRUE(stat.rights_base & WASI_RIGHT_PATH_OPEN);
    TRUE(stat.rights_base & WASI_RIGHT_FD_READDIR);
    TRUE(stat.rights_inheriting & WASI_RIGHT_FD_READ);
    TRUE(stat.rights_inheriting & WASI_RIGHT_FD_WRITE);
}

CASE(flags_shown, "fd_fdstat_get: the flags a file was opened with") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    OK(make_file(P("flags-shown"), P("x")));
    OK(wasi_path_open(work, 0, P("flags-shown"), 0, RIGHTS_FILE, 0, WASI_FDFLAG_APPEND, &fd));
    OK(wasi_fd_fdstat_get(fd, &stat));
    EQUAL(stat.flags & WASI_FDFLAG_APPEND, WASI_FDFLAG_APPEND);
    OK(wasi_fd_close(fd));
}

CASE(status_closed, "fd_fdstat_get: a closed descriptor, and one that never was") {
    wasi_fdstat_t stat;
    ONE_OF(wasi_fd_fdstat_get(closed_fd(), &stat), WASI_EBADF);
    ONE_OF(wasi_fd_fdstat_get(UINT32_MAX, &stat), WASI_EBADF);
}

CASE(set_append, "fd_fdstat_set_flags: APPEND on and off again") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    wasi_filesize_t position;
    OK(make_file(P("set-append"), P("0123")));
    OK(open_file(P("set-append"), 0, &fd));
    OK(wasi_fd_fdstat_set_flags(fd, WASI_FDFLAG_APPEND));
    OK(wasi_fd_fdstat_get(fd, &stat));
    EQUAL(stat.flags & WASI_FDFLAG_APPEND, WASI_FDFLAG_APPEND);
    OK(write_all(fd, P("ab")));
    OK(wasi_fd_fdstat_set_flags(fd, 0));
    OK(wasi_fd_fdstat_get(fd, &stat));
    EQUAL(stat.flags & WASI_FDFLAG_APPEND, 0);
    OK(wasi_fd_seek(fd, 0, WASI_WHENCE_SET, &position));
    OK(write_all(fd, P("X")));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("set-append"), P("X123ab")));
}

CASE(set_nonblock, "fd_fdstat_set_flags: NONBLOCK on a file") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    OK(make_file(P("set-nonblock"), P("0123")));
    OK(open_file(P("set-nonblock"), 0, &fd));
    OK(wasi_fd_fdstat_set_flags(fd, WASI_FDFLAG_NONBLOCK));
    OK(wasi_fd_fdstat_get(fd, &stat));
    EQUAL(stat.flags & WASI_FDFLAG_NONBLOCK, WASI_FDFLAG_NONBLOCK);
    OK(wasi_fd_fdstat_set_flags(fd, 0));
    OK(wasi_fd_close(fd));
}

CASE(set_sync, "fd_fdstat_set_flags: SYNC later is taken, or refused as not supported") {
    wasi_fd_t fd;
    OK(make_file(P("set-sync"), P("0123")));
    OK(open_file(P("set-sync"), 0, &fd));
    ONE_OF(wasi_fd_fdstat_set_flags(fd, WASI_FDFLAG_SYNC), 0, WASI_ENOTSUP, WASI_EINVAL);
    ONE_OF(wasi_fd_fdstat_set_flags(fd, WASI_FDFLAG_DSYNC), 0, WASI_ENOTSUP, WASI_EINVAL);
    ONE_OF(wasi_fd_fdstat_set_flags(fd, WASI_FDFLAG_RSYNC), 0, WASI_ENOTSUP, WASI_EINVAL);
    OK(wasi_fd_close(fd));
}

CASE(set_unknown, "fd_fdstat_set_flags: bits that no flag has") {
    wasi_fd_t fd;
    OK(make_file(P("set-unknown"), P("0123")));
    OK(open_file(P("set-unknown"), 0, &fd));
    ONE_OF(wasi_fd_fdstat_set_flags(fd, 0x20), WASI_EINVAL);
    ONE_OF(wasi_fd_fdstat_set_flags(fd, 0x8000), WASI_EINVAL);
    OK(wasi_fd_close(fd));
}

CASE(set_flags_closed, "fd_fdstat_set_flags: a closed descriptor") {
    ONE_OF(wasi_fd_fdstat_set_flags(closed_fd(), 0), WASI_EBADF);
}

CASE(rights_closed, "fd_fdstat_set_rights: a closed descriptor") {
    ONE_OF(wasi_fd_fdstat_set_rights(closed_fd(), 0, 0), WASI_EBADF);
}

CASE(rights_drop, "fd_fdstat_set_rights: a right given up is gone") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    OK(make_file(P("rights-drop"), P("0123")));
    OK(open_file(P("rights-drop"), 0, &fd));
    OK(wasi_fd_fdstat_set_rights(fd, RIGHTS_FILE & ~WASI_RIGHT_FD_WRITE, 0));
    OK(wasi_fd_fdstat_get(fd, &stat));
    TRUE(!(stat.rights_base & WASI_RIGHT_FD_WRITE));
    ONE_OF(wasi_fd_write(fd, &vector, 1, &count), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("rights-drop"), P("0123")));
}

CASE(rights_keep, "fd_fdstat_set_rights: the same rights again") {
    wasi_fd_t fd;
    wasi_fdstat_t stat;
    OK(make_file(P("rights-keep"), P("0123")));
    OK(open_file(P("rights-keep"), 0, &fd));
    OK(wasi_fd_fdstat_get(fd, &stat));
    OK(wasi_fd_fdstat_set_rights(fd, stat.rights_base, stat.rights_inheriting));
    OK(wasi_fd_close(fd));
}

CASE(rights_gain, "fd_fdstat_set_rights: a right that is gone does not come back") {
    wasi_fd_t fd;
    OK(make_file(P("rights-gain"), P("0123")));
    OK(open_file(P("rights-gain"), 0, &fd));
    OK(wasi_fd_fdstat_set_rights(fd, WASI_RIGHT_FD_READ, 0));
    ONE_OF(wasi_fd_fdstat_set_rights(fd, WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE, 0),
           WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

// Each call without the right that preview 1 ties it to. `drop` leaves everything else.
static wasi_errno_t file_without(wasi_rights_t right, wasi_fd_t *fd) {
    wasi_fdstat_t stat;
    wasi_errno_t error = make_file(P("without"), P("0123"));
    if (!error) error = open_file(P("without"), 0, fd);
    if (!error) error = wasi_fd_fdstat_get(*fd, &stat);
    if (!error) error = wasi_fd_fdstat_set_rights(*fd, stat.rights_base & ~right, 0);
    return error;
}

CASE(without_read, "rights: fd_read and fd_pread without FD_READ") {
    wasi_fd_t fd;
    char a[1];
    wasi_size_t count;
    wasi_iovec_t vector = {a, 1};
    OK(file_without(WASI_RIGHT_FD_READ, &fd));
    ONE_OF(wasi_fd_read(fd, &vector, 1, &count), WASI_ENOTCAPABLE);
    ONE_OF(wasi_fd_pread(fd, &vector, 1, 0, &count), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_seek, "rights: fd_seek and fd_pwrite without FD_SEEK") {
    wasi_fd_t fd;
    wasi_filesize_t position;
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    OK(file_without(WASI_RIGHT_FD_SEEK, &fd));
    ONE_OF(wasi_fd_seek(fd, 1, WASI_WHENCE_SET, &position), WASI_ENOTCAPABLE);
    ONE_OF(wasi_fd_pwrite(fd, &vector, 1, 0, &count), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_status, "rights: fd_filestat_get without FD_FILESTAT_GET") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    OK(file_without(WASI_RIGHT_FD_FILESTAT_GET, &fd));
    ONE_OF(wasi_fd_filestat_get(fd, &stat), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_set_size, "rights: fd_filestat_set_size without FD_FILESTAT_SET_SIZE") {
    wasi_fd_t fd;
    OK(file_without(WASI_RIGHT_FD_FILESTAT_SET_SIZE, &fd));
    ONE_OF(wasi_fd_filestat_set_size(fd, 1), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_set_times, "rights: fd_filestat_set_times without FD_FILESTAT_SET_TIMES") {
    wasi_fd_t fd;
    OK(file_without(WASI_RIGHT_FD_FILESTAT_SET_TIMES, &fd));
    ONE_OF(wasi_fd_filestat_set_times(fd, 1, 1, WASI_FSTFLAG_MTIM), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_sync, "rights: fd_sync and fd_datasync without theirs") {
    wasi_fd_t fd;
    OK(file_without(WASI_RIGHT_FD_SYNC | WASI_RIGHT_FD_DATASYNC, &fd));
    ONE_OF(wasi_fd_sync(fd), WASI_ENOTCAPABLE);
    ONE_OF(wasi_fd_datasync(fd), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_set_flags, "rights: fd_fdstat_set_flags without FD_FDSTAT_SET_FLAGS") {
    wasi_fd_t fd;
    OK(file_without(WASI_RIGHT_FD_FDSTAT_SET_FLAGS, &fd));
    ONE_OF(wasi_fd_fdstat_set_flags(fd, WASI_FDFLAG_APPEND), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_allocate, "rights: fd_allocate and fd_advise without theirs") {
    wasi_fd_t fd;
    OK(file_without(WASI_RIGHT_FD_ALLOCATE | WASI_RIGHT_FD_ADVISE, &fd));
    ONE_OF(wasi_fd_allocate(fd, 0, 100), WASI_ENOTCAPABLE);
    ONE_OF(wasi_fd_advise(fd, 0, 1, WASI_ADVICE_NORMAL), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

static wasi_errno_t directory_without(wasi_rights_t right, wasi_fd_t *fd) {
    wasi_fdstat_t stat;
    wasi_errno_t error = make_directory(P("rights-dir"));
    if (!error || error == WASI_EEXIST) error = open_directory(P("rights-dir"), fd);
    if (!error) error = wasi_fd_fdstat_get(*fd, &stat);
    if (!error) {
        error = wasi_fd_fdstat_set_rights(*fd, stat.rights_base & ~right, stat.rights_inheriting);
    }
    return error;
}

CASE(without_create, "rights: path_create_directory without its right") {
    wasi_fd_t fd;
    OK(directory_without(WASI_RIGHT_PATH_CREATE_DIRECTORY, &fd));
    ONE_OF(wasi_path_create_directory(fd, P("a")), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_open, "rights: path_open without PATH_OPEN, and creating without PATH_CREATE_FILE") {
    wasi_fd_t fd, opened;
    OK(directory_without(WASI_RIGHT_PATH_OPEN, &fd));
    ONE_OF(wasi_path_open(fd, 0, P("."), 0, 0, 0, 0, &opened), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
    OK(directory_without(WASI_RIGHT_PATH_CREATE_FILE, &fd));
    ONE_OF(wasi_path_open(fd, 0, P("b"), WASI_OFLAG_CREAT, WASI_RIGHT_FD_WRITE, 0, 0, &opened),
           WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_list, "rights: fd_readdir without FD_READDIR") {
    wasi_fd_t fd;
    uint8_t buffer[256];
    wasi_size_t used;
    OK(directory_without(WASI_RIGHT_FD_READDIR, &fd));
    ONE_OF(wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &used), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(without_path_calls, "rights: the other path calls without theirs") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    uint8_t buffer[16];
    wasi_size_t used;
    OK(directory_without(RIGHTS_DIRECTORY & ~WASI_RIGHT_PATH_OPEN, &fd));
    ONE_OF(wasi_path_filestat_get(fd, 0, P("."), &stat), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_filestat_set_times(fd, 0, P("."), 1, 1, WASI_FSTFLAG_MTIM), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_link(fd, 0, P("x"), work, P("y")), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_link(work, 0, P("without"), fd, P("y")), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_readlink(fd, P("x"), buffer, sizeof buffer, &used), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_remove_directory(fd, P("x")), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_rename(fd, P("x"), work, P("y")), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_rename(work, P("without"), fd, P("y")), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_symlink(P("t"), fd, P("x")), WASI_ENOTCAPABLE);
    ONE_OF(wasi_path_unlink_file(fd, P("x")), WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(inherit_less, "rights: a file opened through a directory gets no more than it passes on") {
    wasi_fd_t fd, file;
    wasi_size_t count;
    wasi_ciovec_t vector = {"x", 1};
    OK(make_directory(P("inherit")));
    OK(make_file(P("inherit/file"), P("abc")));
    OK(wasi_path_open(work, 0, P("inherit"), WASI_OFLAG_DIRECTORY, RIGHTS_DIRECTORY, RIGHTS_READ,
                      0, &fd));
    wasi_errno_t error = wasi_path_open(
        fd, 0, P("file"), 0, WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE, 0, 0, &file);
    // Refusing the open, or opening without the right, keeps the promise.
    ONE_OF(error, 0, WASI_ENOTCAPABLE);
    if (error == 0) {
        ONE_OF(wasi_fd_write(file, &vector, 1, &count), WASI_ENOTCAPABLE, WASI_EBADF);
        OK(wasi_fd_close(file));
    }
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("inherit/file"), P("abc")));
}
