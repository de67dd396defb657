// fd_filestat_get, fd_filestat_set_size, fd_filestat_set_times, fd_allocate, fd_advise, fd_sync,
// fd_datasync.
#include "suite.h"

static const wasi_timestamp_t second = 1000000000ULL;

static wasi_errno_t fresh(const char *path, size_t count, wasi_fd_t *fd) {
    wasi_errno_t error = make_file(path, count, P("0123456789"));
    return error ? error : open_file(path, count, 0, fd);
}

CASE(status_file, "fd_filestat_get: type, size and links of a file") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    OK(fresh(P("status"), &fd));
    OK(wasi_fd_filestat_get(fd, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_REGULAR_FILE);
    EQUAL(stat.size, 10);
    EQUAL(stat.nlink, 1);
    OK(wasi_fd_close(fd));
}

CASE(status_directory, "fd_filestat_get: a directory") {
    wasi_filestat_t stat;
    OK(wasi_fd_filestat_get(work, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_DIRECTORY);
}

CASE(status_same_inode, "fd_filestat_get: the same numbers as by path") {
    wasi_fd_t fd;
    wasi_filestat_t one, two;
    OK(fresh(P("inode"), &fd));
    OK(wasi_fd_filestat_get(fd, &one));
    OK(stat_path(P("inode"), &two));
    EQUAL(one.ino, two.ino);
    EQUAL(one.dev, two.dev);
    OK(wasi_fd_close(fd));
}

CASE(status_other_inode, "fd_filestat_get: two files have two numbers") {
    wasi_fd_t a, b;
    wasi_filestat_t one, two;
    OK(fresh(P("inode-a"), &a));
    OK(fresh(P("inode-b"), &b));
    OK(wasi_fd_filestat_get(a, &one));
    OK(wasi_fd_filestat_get(b, &two));
    TRUE(one.ino != two.ino);
    OK(wasi_fd_close(a));
    OK(wasi_fd_close(b));
}

CASE(status_recent, "fd_filestat_get: a new file's times are now") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    wasi_timestamp_t now;
    OK(fresh(P("recent"), &fd));
    OK(wasi_fd_filestat_get(fd, &stat));
    OK(wasi_clock_time_get(WASI_CLOCK_REALTIME, 1, &now));
    TRUE(stat.mtim + 100 * second > now && stat.mtim < now + 100 * second);
    TRUE(stat.ctim + 100 * second > now && stat.ctim < now + 100 * second);
    OK(wasi_fd_close(fd));
}

CASE(status_grows, "fd_filestat_get: the size after a write through another descriptor") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    OK(fresh(P("grows"), &fd));
    OK(make_file(P("grows"), P("0123456789abcdef")));
    OK(wasi_fd_filestat_get(fd, &stat));
    EQUAL(stat.size, 16);
    OK(wasi_fd_close(fd));
}

CASE(status_closed, "fd_filestat_get: a closed descriptor") {
    wasi_filestat_t stat;
    ONE_OF(wasi_fd_filestat_get(closed_fd(), &stat), WASI_EBADF);
}

CASE(status_streams, "fd_filestat_get: standard output has a status that is no directory") {
    wasi_filestat_t stat;
    wasi_errno_t error = wasi_fd_filestat_get(1, &stat);
    ONE_OF(error, 0, WASI_ENOTCAPABLE);
    if (error == 0) TRUE(stat.filetype != WASI_FILETYPE_DIRECTORY);
}

CASE(size_shrink, "fd_filestat_set_size: cuts") {
    wasi_fd_t fd;
    OK(fresh(P("shrink"), &fd));
    OK(wasi_fd_filestat_set_size(fd, 4));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("shrink"), P("0123")));
}

CASE(size_grow, "fd_filestat_set_size: fills up with zeros") {
    wasi_fd_t fd;
    OK(fresh(P("grow"), &fd));
    OK(wasi_fd_filestat_set_size(fd, 13));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("grow"), P("0123456789\0\0\0")));
}

CASE(size_shrink_grow, "fd_filestat_set_size: what was cut comes back as zeros") {
    wasi_fd_t fd;
    OK(fresh(P("shrink-grow"), &fd));
    OK(wasi_fd_filestat_set_size(fd, 2));
    OK(wasi_fd_filestat_set_size(fd, 5));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("shrink-grow"), P("01\0\0\0")));
}

CASE(size_position, "fd_filestat_set_size: the position stays") {
    wasi_fd_t fd;
    wasi_filesize_t position;
    OK(fresh(P("size-position"), &fd));
    OK(wasi_fd_seek(fd, 8, WASI_WHENCE_SET, &position));
    OK(wasi_fd_filestat_set_size(fd, 2));
    OK(wasi_fd_tell(fd, &position));
    EQUAL(position, 8);
    OK(wasi_fd_close(fd));
}

CASE(size_same, "fd_filestat_set_size: the size it has") {
    wasi_fd_t fd;
    OK(fresh(P("size-same"), &fd));
    OK(wasi_fd_filestat_set_size(fd, 10));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("size-same"), P("0123456789")));
}

CASE(size_impossible, "fd_filestat_set_size: a size that no file has") {
    wasi_fd_t fd;
    OK(fresh(P("size-impossible"), &fd));
    ONE_OF(wasi_fd_filestat_set_size(fd, UINT64_MAX), WASI_EINVAL, WASI_EFBIG, WASI_EOVERFLOW);
    ONE_OF(wasi_fd_filestat_set_size(fd, 1ULL << 63), WASI_EINVAL, WASI_EFBIG, WASI_EOVERFLOW);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("size-impossible"), P("0123456789")));
}

CASE(size_read_only, "fd_filestat_set_size: a descriptor opened for reading only") {
    wasi_fd_t fd;
    OK(make_file(P("size-read-only"), P("0123")));
    OK(wasi_path_open(work, 0, P("size-read-only"), 0, RIGHTS_READ, 0, 0, &fd));
    ONE_OF(wasi_fd_filestat_set_size(fd, 1), WASI_EINVAL, WASI_EBADF, WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("size-read-only"), P("0123")));
}

CASE(size_directory, "fd_filestat_set_size: a directory") {
    ONE_OF(wasi_fd_filestat_set_size(work, 0), WASI_EISDIR, WASI_EBADF, WASI_EINVAL,
           WASI_ENOTCAPABLE);
}

CASE(size_closed, "fd_filestat_set_size: a closed descriptor") {
    ONE_OF(wasi_fd_filestat_set_size(closed_fd(), 0), WASI_EBADF);
}

CASE(times_both, "fd_filestat_set_times: both times, to the nanosecond or coarser") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    OK(fresh(P("times"), &fd));
    OK(wasi_fd_filestat_set_times(fd, 1000000000 * second + 123456789, 1500000000 * second + 987654321,
                                  WASI_FSTFLAG_ATIM | WASI_FSTFLAG_MTIM));
    OK(wasi_fd_filestat_get(fd, &stat));
    EQUAL(stat.atim / second, 1000000000);
    EQUAL(stat.mtim / second, 1500000000);
    EQUAL(stat.atim % second, 123456789);
    EQUAL(stat.mtim % second, 987654321);
    OK(wasi_fd_close(fd));
}

CASE(times_one, "fd_filestat_set_times: a time not asked for stays") {
    wasi_fd_t fd;
    wasi_filestat_t before, after;
    OK(fresh(P("times-one"), &fd));
    OK(wasi_fd_filestat_get(fd, &before));
    OK(wasi_fd_filestat_set_times(fd, 5 * second, 7 * second, WASI_FSTFLAG_MTIM));
    OK(wasi_fd_filestat_get(fd, &after));
    EQUAL(after.mtim, 7 * second);
    EQUAL(after.atim, before.atim);
    OK(wasi_fd_filestat_set_times(fd, 5 * second, 9 * second, WASI_FSTFLAG_ATIM));
    OK(wasi_fd_filestat_get(fd, &after));
    EQUAL(after.atim, 5 * second);
    EQUAL(after.mtim, 7 * second);
    OK(wasi_fd_close(fd));
}

CASE(times_now, "fd_filestat_set_times: now") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    wasi_timestamp_t now;
    OK(fresh(P("times-now"), &fd));
    OK(wasi_fd_filestat_set_times(fd, 1, 1, WASI_FSTFLAG_ATIM | WASI_FSTFLAG_MTIM));
    OK(wasi_fd_filestat_set_times(fd, 0, 0, WASI_FSTFLAG_ATIM_NOW | WASI_FSTFLAG_MTIM_NOW));
    OK(wasi_fd_filestat_get(fd, &stat));
    OK(wasi_clock_time_get(WASI_CLOCK_REALTIME, 1, &now));
    TRUE(stat.atim + 100 * second > now);
    TRUE(stat.mtim + 100 * second > now);
    OK(wasi_fd_close(fd));
}

CASE(times_none, "fd_filestat_set_times: no flag changes nothing") {
    wasi_fd_t fd;
    wasi_filestat_t before, after;
    OK(fresh(P("times-none"), &fd));
    OK(wasi_fd_filestat_get(fd, &before));
    OK(wasi_fd_filestat_set_times(fd, 1, 1, 0));
    OK(wasi_fd_filestat_get(fd, &after));
    EQUAL(before.mtim, after.mtim);
    EQUAL(before.atim, after.atim);
    OK(wasi_fd_close(fd));
}

CASE(times_conflict, "fd_filestat_set_times: a value and now at once") {
    wasi_fd_t fd;
    OK(fresh(P("times-conflict"), &fd));
    ONE_OF(wasi_fd_filestat_set_times(fd, 1, 1, WASI_FSTFLAG_ATIM | WASI_FSTFLAG_ATIM_NOW),
           WASI_EINVAL);
    ONE_OF(wasi_fd_filestat_set_times(fd, 1, 1, WASI_FSTFLAG_MTIM | WASI_FSTFLAG_MTIM_NOW),
           WASI_EINVAL);
    OK(wasi_fd_close(fd));
}

CASE(times_unknown, "fd_filestat_set_times: bits that no flag has") {
    wasi_fd_t fd;
    OK(fresh(P("times-unknown"), &fd));
    ONE_OF(wasi_fd_filestat_set_times(fd, 1, 1, 16), WASI_EINVAL);
    OK(wasi_fd_close(fd));
}

CASE(times_directory, "fd_filestat_set_times: a directory") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    OK(make_directory(P("times-dir")));
    OK(open_directory(P("times-dir"), &fd));
    OK(wasi_fd_filestat_set_times(fd, 0, 3 * second, WASI_FSTFLAG_MTIM));
    OK(wasi_fd_filestat_get(fd, &stat));
    EQUAL(stat.mtim, 3 * second);
    OK(wasi_fd_close(fd));
}

CASE(times_closed, "fd_filestat_set_times: a closed descriptor") {
    ONE_OF(wasi_fd_filestat_set_times(closed_fd(), 1, 1, WASI_FSTFLAG_MTIM), WASI_EBADF);
}

CASE(times_written, "fd_filestat_get: a write moves the modification time") {
    wasi_fd_t fd;
    wasi_filestat_t stat;
    OK(fresh(P("times-written"), &fd));
    OK(wasi_fd_filestat_set_times(fd, second, second, WASI_FSTFLAG_MTIM | WASI_FSTFLAG_ATIM));
    OK(write_all(fd, P("x")));
    OK(wasi_fd_filestat_get(fd, &stat));
    TRUE(stat.mtim > second);
    OK(wasi_fd_close(fd));
}

CASE(allocate_grows, "fd_allocate: grows the file with zeros") {
    wasi_fd_t fd;
    OK(fresh(P("allocate"), &fd));
    OK(wasi_fd_allocate(fd, 10, 3));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("allocate"), P("0123456789\0\0\0")));
}

CASE(allocate_inside, "fd_allocate: inside the file changes nothing") {
    wasi_fd_t fd;
    OK(fresh(P("allocate-inside"), &fd));
    OK(wasi_fd_allocate(fd, 2, 3));
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("allocate-inside"), P("0123456789")));
}

CASE(allocate_nothing, "fd_allocate: 0 bytes") {
    wasi_fd_t fd;
    OK(fresh(P("allocate-nothing"), &fd));
    ONE_OF(wasi_fd_allocate(fd, 0, 0), WASI_EINVAL);
    OK(wasi_fd_close(fd));
}

CASE(allocate_overflow, "fd_allocate: a range that no file has") {
    wasi_fd_t fd;
    OK(fresh(P("allocate-overflow"), &fd));
    ONE_OF(wasi_fd_allocate(fd, UINT64_MAX, 1), WASI_EINVAL, WASI_EFBIG, WASI_EOVERFLOW);
    ONE_OF(wasi_fd_allocate(fd, 1, UINT64_MAX), WASI_EINVAL, WASI_EFBIG, WASI_EOVERFLOW);
    ONE_OF(wasi_fd_allocate(fd, 1ULL << 62, 1ULL << 62), WASI_EINVAL, WASI_EFBIG,
           WASI_EOVERFLOW, WASI_ENOSPC);
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("allocate-overflow"), P("0123456789")));
}

CASE(allocate_directory, "fd_allocate: a directory") {
    ONE_OF(wasi_fd_allocate(work, 0, 10), WASI_EBADF, WASI_EISDIR, WASI_ENODEV, WASI_ENOTCAPABLE);
}

CASE(allocate_closed, "fd_allocate: a closed descriptor") {
    ONE_OF(wasi_fd_allocate(closed_fd(), 0, 10), WASI_EBADF);
}

CASE(advise_all, "fd_advise: every advice") {
    wasi_fd_t fd;
    OK(fresh(P("advise"), &fd));
    for (wasi_advice_t advice = 0; advice <= WASI_ADVICE_NOREUSE; advice++) {
        OK(wasi_fd_advise(fd, 0, 10, advice));
        OK(wasi_fd_advise(fd, 5, 0, advice));
    }
    OK(wasi_fd_close(fd));
    TRUE(file_is(P("advise"), P("0123456789")));
}

CASE(advise_unknown, "fd_advise: an advice that does not exist") {
    wasi_fd_t fd;
    OK(fresh(P("advise-unknown"), &fd));
    ONE_OF(wasi_fd_advise(fd, 0, 10, 6), WASI_EINVAL);
    ONE_OF(wasi_fd_advise(fd, 0, 10, 255), WASI_EINVAL);
    OK(wasi_fd_close(fd));
}

CASE(advise_past_end, "fd_advise: behind the end") {
    wasi_fd_t fd;
    OK(fresh(P("advise-past"), &fd));
    OK(wasi_fd_advise(fd, 100, 100, WASI_ADVICE_WILLNEED));
    OK(wasi_fd_close(fd));
}

CASE(advise_closed, "fd_advise: a closed descriptor") {
    ONE_OF(wasi_fd_advise(closed_fd(), 0, 10, 0), WASI_EBADF);
}

CASE(sync_file, "fd_sync, fd_datasync: a file") {
    wasi_fd_t fd;
    OK(fresh(P("sync"), &fd));
    OK(write_all(fd, P("synced")));
    OK(wasi_fd_sync(fd));
    OK(wasi_fd_datasync(fd));
    OK(wasi_fd_close(fd));
}

CASE(sync_directory, "fd_sync: a directory") {
    wasi_fd_t fd;
    OK(make_directory(P("sync-dir")));
    OK(open_directory(P("sync-dir"), &fd));
    OK(wasi_fd_sync(fd));
    OK(wasi_fd_datasync(fd));
    OK(wasi_fd_close(fd));
}

CASE(sync_closed, "fd_sync, fd_datasync: a closed descriptor") {
    ONE_OF(wasi_fd_sync(closed_fd()), WASI_EBADF);
    ONE_OF(wasi_fd_datasync(closed_fd()), WASI_EBADF);
}
