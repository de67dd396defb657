// The older names: `wasi_unstable`, with its layouts and numbers.
#ifndef WASI_UNSTABLE
#define WASI_UNSTABLE
#endif
#include "suite.h"

CASE(write_read, "wasi_unstable: a file is written and read") {
    OK(make_file(P("file"), P("hello")));
    TRUE(file_is(P("file"), P("hello")));
}

CASE(whence, "wasi_unstable: fd_seek counts CUR 0, END 1, SET 2") {
    wasi_fd_t fd;
    wasi_filesize_t position = 99;
    OK(make_file(P("seek"), P("0123456789")));
    OK(open_file(P("seek"), 0, &fd));
    OK(wasi_fd_seek(fd, 4, WASI_WHENCE_SET, &position));
    EQUAL(position, 4);
    OK(wasi_fd_seek(fd, 2, WASI_WHENCE_CUR, &position));
    EQUAL(position, 6);
    OK(wasi_fd_seek(fd, -3, WASI_WHENCE_END, &position));
    EQUAL(position, 7);
    ONE_OF(wasi_fd_seek(fd, 0, 3, &position), WASI_EINVAL);
    OK(wasi_fd_close(fd));
}

CASE(file_status, "wasi_unstable: fd_filestat_get has 56 bytes and a 32-bit link count") {
    struct {
        wasi_filestat_t stat;
        uint8_t behind[8];
    } out;
    wasi_fd_t fd;
    memset(&out, 0x5A, sizeof out);
    OK(make_file(P("status"), P("12345")));
    OK(open_file(P("status"), 0, &fd));
    OK(wasi_fd_filestat_get(fd, &out.stat));
    EQUAL(out.stat.filetype, WASI_FILETYPE_REGULAR_FILE);
    EQUAL(out.stat.nlink, 1);
    EQUAL(out.stat.size, 5);
    TRUE(out.stat.mtim > 1600000000000000000ULL);
    for (int i = 0; i < 8; i++) EQUAL(out.behind[i], 0x5A);
    OK(wasi_fd_close(fd));
}

CASE(path_status, "wasi_unstable: path_filestat_get has the same layout") {
    wasi_filestat_t stat;
    OK(make_file(P("path-status"), P("1234567")));
    OK(stat_path(P("path-status"), &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_REGULAR_FILE);
    EQUAL(stat.nlink, 1);
    EQUAL(stat.size, 7);
}

CASE(poll_clock, "wasi_unstable: poll_oneoff with the 56-byte subscription") {
    wasi_subscription_t in[2];
    wasi_event_t out[2];
    wasi_size_t count = 0;
    wasi_timestamp_t before, after;
    memset(in, 0, sizeof in);
    in[0].userdata = 11;
    in[0].u.tag = WASI_EVENTTYPE_CLOCK;
    in[0].u.u.clock.id = WASI_CLOCK_MONOTONIC;
    in[0].u.u.clock.timeout = 3000000;
    in[1] = in[0];
    in[1].userdata = 22;
    in[1].u.u.clock.timeout = 60000000000ULL;
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &before));
    OK(wasi_poll_oneoff(in, out, 2, &count));
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &after));
    EQUAL(count, 1);
    EQUAL(out[0].userdata, 11);
    TRUE(after - before >= 3000000);
}

CASE(poll_file, "wasi_unstable: poll_oneoff on a descriptor") {
    wasi_subscription_t in[2];
    wasi_event_t out[2];
    wasi_size_t count = 0;
    memset(in, 0, sizeof in);
    in[0].userdata = 1;
    in[0].u.tag = WASI_EVENTTYPE_FD_WRITE;
    in[0].u.u.fd = 1;
    in[1] = in[0];
    in[1].userdata = 2;
    OK(wasi_poll_oneoff(in, out, 2, &count));
    EQUAL(count, 2);
    EQUAL(out[0].userdata + out[1].userdata, 3);
}

CASE(directory, "wasi_unstable: directories are made, listed and removed") {
    wasi_fd_t fd;
    uint8_t buffer[512];
    wasi_size_t used = 0, at = 0;
    int found = 0;
    OK(make_directory(P("dir")));
    OK(make_file(P("dir/name"), P("x")));
    OK(open_directory(P("dir"), &fd));
    OK(wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &used));
    while (at < used) {
        wasi_dirent_t entry;
        memcpy(&entry, buffer + at, sizeof entry);
        found += entry.namlen == 4 && memcmp(buffer + at + sizeof entry, "name", 4) == 0;
        at += sizeof entry + entry.namlen;
    }
    EQUAL(found, 1);
    OK(wasi_fd_close(fd));
    OK(wasi_path_unlink_file(work, P("dir/name")));
    OK(wasi_path_remove_directory(work, P("dir")));
}

CASE(links, "wasi_unstable: links and renames") {
    uint8_t text[16];
    wasi_size_t used = 0;
    OK(make_file(P("from"), P("abc")));
    OK(wasi_path_symlink(P("from"), work, P("link")));
    OK(wasi_path_readlink(work, P("link"), text, sizeof text, &used));
    EQUAL(used, 4);
    OK(wasi_path_rename(work, P("from"), work, P("to")));
    OK(wasi_path_link(work, 0, P("to"), work, P("again")));
    TRUE(file_is(P("again"), P("abc")));
}

CASE(descriptor_status, "wasi_unstable: fd_fdstat_get, fd_prestat_get") {
    wasi_fdstat_t stat;
    wasi_prestat_t prestat;
    OK(wasi_fd_fdstat_get(work, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_DIRECTORY);
    OK(wasi_fd_prestat_get(work, &prestat));
    TRUE(prestat.name_len > 0);
}

CASE(clock_random, "wasi_unstable: clock_time_get, clock_res_get, random_get, sched_yield") {
    wasi_timestamp_t now = 0;
    uint8_t bytes[16] = {0};
    OK(wasi_clock_time_get(WASI_CLOCK_REALTIME, 1, &now));
    TRUE(now > 1600000000000000000ULL);
    OK(wasi_clock_res_get(WASI_CLOCK_MONOTONIC, &now));
    OK(wasi_random_get(bytes, sizeof bytes));
    OK(wasi_sched_yield());
}

CASE(containment, "wasi_unstable: paths stay inside") {
    wasi_fd_t fd;
    CONTAINED(wasi_path_open(work, 1, P("../secret"), 0, RIGHTS_READ, 0, 0, &fd));
    CONTAINED(wasi_path_open(work, 1, P("/etc/passwd"), 0, RIGHTS_READ, 0, 0, &fd));
}

CASE(socket_calls, "wasi_unstable: sock_recv, sock_send, sock_shutdown of a file") {
    wasi_size_t size;
    wasi_roflags_t ro;
    char byte[1];
    wasi_iovec_t in = {byte, 1};
    wasi_ciovec_t out = {byte, 1};
    wasi_fd_t fd;
    OK(open_file(P("not-a-socket"), WASI_OFLAG_CREAT, &fd));
    ONE_OF(wasi_sock_recv(fd, &in, 1, 0, &size, &ro), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
    ONE_OF(wasi_sock_send(fd, &out, 1, 0, &size), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
    ONE_OF(wasi_sock_shutdown(fd, WASI_SD_WR), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}
