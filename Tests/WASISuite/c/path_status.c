// path_filestat_get, path_filestat_set_times.
#include "suite.h"

static const wasi_timestamp_t second = 1000000000ULL;

CASE(get_file, "path_filestat_get: a file") {
    wasi_filestat_t stat;
    OK(make_file(P("file"), P("12345")));
    OK(stat_path(P("file"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_REGULAR_FILE);
    EQUAL(stat.size, 5);
}

CASE(get_directory, "path_filestat_get: a directory, also with a slash and as .") {
    wasi_filestat_t stat, other;
    OK(make_directory(P("dir")));
    OK(stat_path(P("dir"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_DIRECTORY);
    OK(stat_path(P("dir/"), &other));
    EQUAL(stat.ino, other.ino);
    OK(stat_path(P("."), &stat));
    OK(wasi_fd_filestat_get(work, &other));
    EQUAL(stat.ino, other.ino);
}

CASE(get_link, "path_filestat_get: a link itself, or what it names with SYMLINK_FOLLOW") {
    wasi_filestat_t stat;
    OK(make_file(P("target"), P("1234567")));
    OK(wasi_path_symlink(P("target"), work, P("link")));
    OK(wasi_path_filestat_get(work, 0, P("link"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_SYMBOLIC_LINK);
    OK(wasi_path_filestat_get(work, WASI_LOOKUP_SYMLINK_FOLLOW, P("link"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_REGULAR_FILE);
    EQUAL(stat.size, 7);
}

CASE(get_missing, "path_filestat_get: nothing there, a dangling link, through a file") {
    wasi_filestat_t stat;
    OK(make_file(P("plain"), P("x")));
    OK(wasi_path_symlink(P("nowhere"), work, P("dangling")));
    ONE_OF(stat_path(P("missing"), &stat), WASI_ENOENT);
    ONE_OF(wasi_path_filestat_get(work, 1, P("dangling"), &stat), WASI_ENOENT);
    ONE_OF(stat_path(P("plain/x"), &stat), WASI_ENOTDIR);
    ONE_OF(stat_path(P("plain/"), &stat), WASI_ENOTDIR);
    ONE_OF(stat_path("", 0, &stat), WASI_ENOENT, WASI_EINVAL);
}

CASE(get_loop, "path_filestat_get: links in a circle") {
    wasi_filestat_t stat;
    OK(wasi_path_symlink(P("circle"), work, P("circle")));
    OK(stat_path(P("circle"), &stat));
    ONE_OF(wasi_path_filestat_get(work, 1, P("circle"), &stat), WASI_ELOOP);
}

CASE(get_unknown, "path_filestat_get: bits that no flag has") {
    wasi_filestat_t stat;
    ONE_OF(wasi_path_filestat_get(work, 2, P("."), &stat), WASI_EINVAL);
    ONE_OF(wasi_path_filestat_get(work, 0x80000000, P("."), &stat), WASI_EINVAL);
}

CASE(get_closed, "path_filestat_get: a closed descriptor, a file") {
    wasi_filestat_t stat;
    wasi_fd_t fd;
    ONE_OF(wasi_path_filestat_get(closed_fd(), 0, P("x"), &stat), WASI_EBADF);
    OK(open_file(P("get-file"), WASI_OFLAG_CREAT, &fd));
    ONE_OF(wasi_path_filestat_get(fd, 0, P("x"), &stat), WASI_ENOTDIR, WASI_EBADF,
           WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(set_both, "path_filestat_set_times: both times") {
    wasi_filestat_t stat;
    OK(make_file(P("times"), P("x")));
    OK(wasi_path_filestat_set_times(work, 0, P("times"), 11 * second + 1, 22 * second + 2,
                                    WASI_FSTFLAG_ATIM | WASI_FSTFLAG_MTIM));
    OK(stat_path(P("times"), &stat));
    EQUAL(stat.atim, 11 * second + 1);
    EQUAL(stat.mtim, 22 * second + 2);
}

CASE(set_one, "path_filestat_set_times: a time not asked for stays") {
    wasi_filestat_t before, after;
    OK(make_file(P("times-one"), P("x")));
    OK(stat_path(P("times-one"), &before));
    OK(wasi_path_filestat_set_times(work, 0, P("times-one"), 5, 7 * second, WASI_FSTFLAG_MTIM));
    OK(stat_path(P("times-one"), &after));
    EQUAL(after.atim, before.atim);
    EQUAL(after.mtim, 7 * second);
}

CASE(set_now, "path_filestat_set_times: now") {
    wasi_filestat_t stat;
    wasi_timestamp_t now;
    OK(make_file(P("times-now"), P("x")));
    OK(wasi_path_filestat_set_times(work, 0, P("times-now"), 1, 1, WASI_FSTFLAG_MTIM));
    OK(wasi_path_filestat_set_times(work, 0, P("times-now"), 0, 0,
                                    WASI_FSTFLAG_MTIM_NOW | WASI_FSTFLAG_ATIM_NOW));
    OK(stat_path(P("times-now"), &stat));
    OK(wasi_clock_time_get(WASI_CLOCK_REALTIME, 1, &now));
    TRUE(stat.mtim + 100 * second > now);
}

CASE(set_conflict, "path_filestat_set_times: a value and now at once, bits that no flag has") {
    OK(make_file(P("times-conflict"), P("x")));
    ONE_OF(wasi_path_filestat_set_times(work, 0, P("times-conflict"), 1, 1,
                                        WASI_FSTFLAG_MTIM | WASI_FSTFLAG_MTIM_NOW),
           WASI_EINVAL);
    ONE_OF(wasi_path_filestat_set_times(work, 0, P("times-conflict"), 1, 1, 0x10), WASI_EINVAL);
    ONE_OF(wasi_path_filestat_set_times(work, 2, P("times-conflict"), 1, 1, WASI_FSTFLAG_MTIM),
           WASI_EINVAL);
}

CASE(set_link, "path_filestat_set_times: a link's own time, or its target's") {
    wasi_filestat_t stat;
    OK(make_file(P("set-target"), P("x")));
    OK(wasi_path_symlink(P("set-target"), work, P("set-link")));
    OK(wasi_path_filestat_set_times(work, 0, P("set-link"), 0, 3 * second, WASI_FSTFLAG_MTIM));
    OK(wasi_path_filestat_set_times(work, 1, P("set-link"), 0, 9 * second, WASI_FSTFLAG_MTIM));
    OK(stat_path(P("set-link"), &stat));
    EQUAL(stat.mtim, 3 * second);
    OK(stat_path(P("set-target"), &stat));
    EQUAL(stat.mtim, 9 * second);
}

CASE(set_missing, "path_filestat_set_times: nothing there, a closed descriptor") {
    ONE_OF(wasi_path_filestat_set_times(work, 0, P("missing"), 1, 1, WASI_FSTFLAG_MTIM),
           WASI_ENOENT);
    ONE_OF(wasi_path_filestat_set_times(closed_fd(), 0, P("x"), 1, 1, WASI_FSTFLAG_MTIM),
           WASI_EBADF);
}

CASE(set_directory, "path_filestat_set_times: a directory") {
    wasi_filestat_t stat;
    OK(make_directory(P("set-dir")));
    OK(wasi_path_filestat_set_times(work, 0, P("set-dir"), 0, 4 * second, WASI_FSTFLAG_MTIM));
    OK(stat_path(P("set-dir"), &stat));
    EQUAL(stat.mtim, 4 * second);
}
