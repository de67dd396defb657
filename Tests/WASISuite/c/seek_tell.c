// fd_seek, fd_tell.
#include "suite.h"

static wasi_fd_t fd;

static wasi_errno_t begin(void) {
    wasi_errno_t error = make_file(P("seek"), P("0123456789"));
    return error ? error : open_file(P("seek"), 0, &fd);
}

CASE(seek_set, "fd_seek: from the start") {
    wasi_filesize_t position = 99;
    OK(begin());
    OK(wasi_fd_seek(fd, 4, WASI_WHENCE_SET, &position));
    EQUAL(position, 4);
    OK(wasi_fd_close(fd));
}

CASE(seek_current, "fd_seek: from the position, both ways") {
    wasi_filesize_t position = 99;
    OK(begin());
    OK(wasi_fd_seek(fd, 4, WASI_WHENCE_SET, &position));
    OK(wasi_fd_seek(fd, 3, WASI_WHENCE_CUR, &position));
    EQUAL(position, 7);
    OK(wasi_fd_seek(fd, -5, WASI_WHENCE_CUR, &position));
    EQUAL(position, 2);
    OK(wasi_fd_close(fd));
}

CASE(seek_end, "fd_seek: from the end, before it and behind it") {
    wasi_filesize_t position = 99;
    OK(begin());
    OK(wasi_fd_seek(fd, -3, WASI_WHENCE_END, &position));
    EQUAL(position, 7);
    OK(wasi_fd_seek(fd, 5, WASI_WHENCE_END, &position));
    EQUAL(position, 15);
    OK(wasi_fd_close(fd));
}

CASE(seek_reads, "fd_seek: the next read starts there") {
    wasi_filesize_t position;
    char a[2];
    size_t count;
    OK(begin());
    OK(wasi_fd_seek(fd, 8, WASI_WHENCE_SET, &position));
    OK(read_fd(fd, a, 2, &count));
    EQUAL(memcmp(a, "89", 2), 0);
    OK(wasi_fd_close(fd));
}

CASE(seek_past_end, "fd_seek: behind the end reads 0 bytes and does not grow the file") {
    wasi_filesize_t position;
    wasi_filestat_t stat;
    char a[2];
    size_t count;
    OK(begin());
    OK(wasi_fd_seek(fd, 1000, WASI_WHENCE_SET, &position));
    OK(read_fd(fd, a, 2, &count));
    EQUAL(count, 0);
    OK(wasi_fd_filestat_get(fd, &stat));
    EQUAL(stat.size, 10);
    OK(wasi_fd_close(fd));
}

CASE(seek_before_start, "fd_seek: before the start is refused and does not move") {
    wasi_filesize_t position;
    OK(begin());
    OK(wasi_fd_seek(fd, 2, WASI_WHENCE_SET, &position));
    ONE_OF(wasi_fd_seek(fd, -1, WASI_WHENCE_SET, &position), WASI_EINVAL);
    ONE_OF(wasi_fd_seek(fd, -3, WASI_WHENCE_CUR, &position), WASI_EINVAL);
    ONE_OF(wasi_fd_seek(fd, -11, WASI_WHENCE_END, &position), WASI_EINVAL);
    ONE_OF(wasi_fd_seek(fd, INT64_MIN, WASI_WHENCE_CUR, &position), WASI_EINVAL);
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 2);
    OK(wasi_fd_close(fd));
}

CASE(seek_overflow, "fd_seek: a position that does not fit is refused") {
    wasi_filesize_t position;
    OK(begin());
    OK(wasi_fd_seek(fd, 9, WASI_WHENCE_SET, &position));
    ONE_OF(wasi_fd_seek(fd, INT64_MAX, WASI_WHENCE_CUR, &position), WASI_EINVAL, WASI_EOVERFLOW);
    ONE_OF(wasi_fd_seek(fd, INT64_MAX, WASI_WHENCE_END, &position), WASI_EINVAL, WASI_EOVERFLOW);
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 9);
    OK(wasi_fd_close(fd));
}

CASE(seek_whence, "fd_seek: a whence that does not exist") {
    wasi_filesize_t position;
    OK(begin());
    ONE_OF(wasi_fd_seek(fd, 0, 3, &position), WASI_EINVAL);
    ONE_OF(wasi_fd_seek(fd, 0, 255, &position), WASI_EINVAL);
    OK(wasi_fd_close(fd));
}

CASE(seek_nowhere, "fd_seek: 0 from the position is a tell") {
    wasi_filesize_t position = 99;
    OK(begin());
    OK(wasi_fd_seek(fd, 6, WASI_WHENCE_SET, &position));
    OK(wasi_fd_seek(fd, 0, WASI_WHENCE_CUR, &position));
    EQUAL(position, 6);
    OK(wasi_fd_close(fd));
}

CASE(seek_closed, "fd_seek: a closed descriptor") {
    wasi_filesize_t position;
    ONE_OF(wasi_fd_seek(closed_fd(), 0, WASI_WHENCE_SET, &position), WASI_EBADF);
}

CASE(seek_stream, "fd_seek: standard input from a pipe has no position") {
    wasi_filesize_t position;
    ONE_OF(wasi_fd_seek(0, 0, WASI_WHENCE_SET, &position), WASI_ESPIPE, WASI_ENOTCAPABLE,
           WASI_EBADF);
}

CASE(tell_moves, "fd_tell: after reads and writes") {
    wasi_filesize_t position = 99;
    char a[3];
    size_t count;
    OK(begin());
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 0);
    OK(read_fd(fd, a, 3, &count));
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 3);
    OK(write_all(fd, P("xx")));
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 5);
    OK(wasi_fd_close(fd));
}

CASE(tell_append, "fd_tell: behind the end after an appending write") {
    wasi_filesize_t position = 99;
    OK(make_file(P("tell-append"), P("0123456789")));
    OK(wasi_path_open(work, 0, P("tell-append"), 0, RIGHTS_FILE, 0, WASI_FDFLAG_APPEND, &fd));
    OK(write_all(fd, P("ab")));
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 12);
    OK(wasi_fd_close(fd));
}

CASE(tell_closed, "fd_tell: a closed descriptor") {
    wasi_filesize_t position;
    ONE_OF(wasi_fd_tell(closed_fd(), &position), WASI_EBADF);
}

CASE(tell_stream, "fd_tell: standard input from a pipe has no position") {
    wasi_filesize_t position;
    ONE_OF(wasi_fd_tell(0, &position), WASI_ESPIPE, WASI_ENOTCAPABLE, WASI_EBADF);
}
