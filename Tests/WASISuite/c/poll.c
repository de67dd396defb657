// poll_oneoff.
#include "suite.h"

static const wasi_timestamp_t millisecond = 1000000ULL;

static wasi_subscription_t clock_in(wasi_userdata_t userdata, wasi_timestamp_t timeout) {
    wasi_subscription_t one;
    memset(&one, 0, sizeof one);
    one.userdata = userdata;
    one.u.tag = WASI_EVENTTYPE_CLOCK;
    one.u.u.clock.id = WASI_CLOCK_MONOTONIC;
    one.u.u.clock.timeout = timeout;
    return one;
}

static wasi_subscription_t ready(wasi_userdata_t userdata, wasi_eventtype_t type, wasi_fd_t fd) {
    wasi_subscription_t one;
    memset(&one, 0, sizeof one);
    one.userdata = userdata;
    one.u.tag = type;
    one.u.u.fd = fd;
    return one;
}

CASE(nothing, "poll_oneoff: no subscriptions") {
    wasi_size_t count = 9;
    wasi_subscription_t in = clock_in(1, 0);
    wasi_event_t out;
    ONE_OF(wasi_poll_oneoff(&in, &out, 0, &count), WASI_EINVAL);
}

CASE(relative, "poll_oneoff: a relative time is waited for, not less") {
    wasi_subscription_t in = clock_in(0x123456789abcdef0, 5 * millisecond);
    wasi_event_t out;
    wasi_size_t count = 0;
    wasi_timestamp_t before, after;
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &before));
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &after));
    EQUAL(count, 1);
    EQUAL(out.userdata, 0x123456789abcdef0);
    EQUAL(out.error, 0);
    EQUAL(out.type, WASI_EVENTTYPE_CLOCK);
    TRUE(after - before >= 5 * millisecond);
}

CASE(zero, "poll_oneoff: a relative time of 0 returns") {
    wasi_subscription_t in = clock_in(7, 0);
    wasi_event_t out;
    wasi_size_t count = 0;
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
    EQUAL(out.userdata, 7);
}

CASE(realtime, "poll_oneoff: the realtime clock, relative") {
    wasi_subscription_t in = clock_in(7, millisecond);
    wasi_event_t out;
    wasi_size_t count = 0;
    in.u.u.clock.id = WASI_CLOCK_REALTIME;
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
    EQUAL(out.error, 0);
}

CASE(absolute_past, "poll_oneoff: a point in the past returns") {
    wasi_subscription_t in = clock_in(7, 1);
    wasi_event_t out;
    wasi_size_t count = 0;
    in.u.u.clock.flags = WASI_SUBCLOCK_ABSTIME;
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
    EQUAL(out.error, 0);
    in.u.u.clock.id = WASI_CLOCK_REALTIME;
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
}

CASE(absolute_future, "poll_oneoff: a point in the future is waited for") {
    wasi_timestamp_t now, after;
    wasi_event_t out;
    wasi_size_t count = 0;
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &now));
    wasi_subscription_t in = clock_in(7, now + 5 * millisecond);
    in.u.u.clock.flags = WASI_SUBCLOCK_ABSTIME;
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &after));
    TRUE(after >= now + 5 * millisecond);
}

CASE(earliest, "poll_oneoff: of two times only the earlier one") {
    wasi_subscription_t in[2] = {clock_in(1, 1000000 * millisecond), clock_in(2, millisecond)};
    wasi_event_t out[2];
    wasi_size_t count = 0;
    OK(wasi_poll_oneoff(in, out, 2, &count));
    EQUAL(count, 1);
    EQUAL(out[0].userdata, 2);
}

CASE(huge, "poll_oneoff: the largest time does not wrap to now") {
    wasi_subscription_t in[2] = {clock_in(1, UINT64_MAX), clock_in(2, millisecond)};
    wasi_event_t out[2];
    wasi_size_t count = 0;
    OK(wasi_poll_oneoff(in, out, 2, &count));
    EQUAL(count, 1);
    EQUAL(out[0].userdata, 2);
    in[0].u.u.clock.flags = WASI_SUBCLOCK_ABSTIME;
    OK(wasi_poll_oneoff(in, out, 2, &count));
    EQUAL(count, 1);
    EQUAL(out[0].userdata, 2);
}

CASE(unknown_clock, "poll_oneoff: a clock that does not exist") {
    wasi_subscription_t in = clock_in(1, 0);
    wasi_event_t out;
    wasi_size_t count = 0;
    in.u.u.clock.id = 99;
    wasi_errno_t error = wasi_poll_oneoff(&in, &out, 1, &count);
    ONE_OF(error, 0, WASI_EINVAL, WASI_ENOTSUP);
    if (error == 0) {
        EQUAL(count, 1);
        ONE_OF(out.error, WASI_EINVAL, WASI_ENOTSUP);
    }
}

CASE(unknown_type, "poll_oneoff: a type of event that does not exist") {
    wasi_subscription_t in = clock_in(1, 0);
    wasi_event_t out;
    wasi_size_t count = 0;
    in.u.tag = 3;
    ONE_OF(wasi_poll_oneoff(&in, &out, 1, &count), WASI_EINVAL);
    in.u.tag = 255;
    ONE_OF(wasi_poll_oneoff(&in, &out, 1, &count), WASI_EINVAL);
}

CASE(unknown_flags, "poll_oneoff: bits that no clock flag has") {
    wasi_subscription_t in = clock_in(1, 0);
    wasi_event_t out;
    wasi_size_t count = 0;
    in.u.u.clock.flags = 0x10;
    wasi_errno_t error = wasi_poll_oneoff(&in, &out, 1, &count);
    ONE_OF(error, 0, WASI_EINVAL);
    if (error == 0) ONE_OF(out.error, WASI_EINVAL);
}

CASE(file_read, "poll_oneoff: a file is ready to read, at its end too") {
    wasi_fd_t fd;
    wasi_event_t out;
    wasi_size_t count = 0;
    OK(make_file(P("read"), P("12345")));
    OK(open_file(P("read"), 0, &fd));
    wasi_subscription_t in = ready(5, WASI_EVENTTYPE_FD_READ, fd);
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
    EQUAL(out.userdata, 5);
    EQUAL(out.error, 0);
    EQUAL(out.type, WASI_EVENTTYPE_FD_READ);
    wasi_filesize_t position;
    OK(wasi_fd_seek(fd, 0, WASI_WHENCE_END, &position));
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
    OK(wasi_fd_close(fd));
}

CASE(file_write, "poll_oneoff: a file is ready to write") {
    wasi_fd_t fd;
    wasi_event_t out;
    wasi_size_t count = 0;
    OK(open_file(P("write"), WASI_OFLAG_CREAT, &fd));
    wasi_subscription_t in = ready(6, WASI_EVENTTYPE_FD_WRITE, fd);
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
    EQUAL(out.type, WASI_EVENTTYPE_FD_WRITE);
    EQUAL(out.error, 0);
    OK(wasi_fd_close(fd));
}

CASE(output, "poll_oneoff: standard output is ready to write") {
    wasi_subscription_t in = ready(8, WASI_EVENTTYPE_FD_WRITE, 1);
    wasi_event_t out;
    wasi_size_t count = 0;
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
    EQUAL(out.error, 0);
}

CASE(input, "poll_oneoff: standard input with bytes waiting is ready to read") {
    wasi_subscription_t in = ready(9, WASI_EVENTTYPE_FD_READ, 0);
    wasi_event_t out;
    wasi_size_t count = 0;
    OK(wasi_poll_oneoff(&in, &out, 1, &count));
    EQUAL(count, 1);
    EQUAL(out.error, 0);
    EQUAL(out.userdata, 9);
}

CASE(ready_first, "poll_oneoff: a ready file does not wait for the clock") {
    wasi_fd_t fd;
    wasi_event_t out[2];
    wasi_size_t count = 0;
    OK(open_file(P("first"), WASI_OFLAG_CREAT, &fd));
    wasi_subscription_t in[2] = {
        clock_in(1, 3600000 * millisecond), ready(2, WASI_EVENTTYPE_FD_WRITE, fd)};
    OK(wasi_poll_oneoff(in, out, 2, &count));
    EQUAL(count, 1);
    EQUAL(out[0].userdata, 2);
    OK(wasi_fd_close(fd));
}

CASE(several, "poll_oneoff: all that is ready is told") {
    wasi_fd_t fd;
    wasi_event_t out[3];
    wasi_size_t count = 0;
    OK(open_file(P("several"), WASI_OFLAG_CREAT, &fd));
    wasi_subscription_t in[3] = {
        ready(1, WASI_EVENTTYPE_FD_READ, fd), ready(2, WASI_EVENTTYPE_FD_WRITE, fd),
        ready(3, WASI_EVENTTYPE_FD_WRITE, 1)};
    OK(wasi_poll_oneoff(in, out, 3, &count));
    EQUAL(count, 3);
    EQUAL(out[0].userdata + out[1].userdata + out[2].userdata, 6);
    OK(wasi_fd_close(fd));
}

CASE(closed, "poll_oneoff: a closed descriptor is told in the event, or refused") {
    wasi_subscription_t in = ready(4, WASI_EVENTTYPE_FD_READ, 0);
    wasi_event_t out;
    wasi_size_t count = 0;
    in.u.u.fd = closed_fd();
    wasi_errno_t error = wasi_poll_oneoff(&in, &out, 1, &count);
    ONE_OF(error, 0, WASI_EBADF);
    if (error == 0) {
        EQUAL(count, 1);
        EQUAL(out.userdata, 4);
        EQUAL(out.error, WASI_EBADF);
    }
}

CASE(twice, "poll_oneoff: the same descriptor twice, and 100 of them") {
    wasi_fd_t fd;
    static wasi_subscription_t in[100];
    static wasi_event_t out[100];
    wasi_size_t count = 0;
    OK(open_file(P("twice"), WASI_OFLAG_CREAT, &fd));
    for (int i = 0; i < 100; i++) in[i] = ready((uint64_t)i, WASI_EVENTTYPE_FD_WRITE, fd);
    OK(wasi_poll_oneoff(in, out, 2, &count));
    EQUAL(count, 2);
    OK(wasi_poll_oneoff(in, out, 100, &count));
    EQUAL(count, 100);
    OK(wasi_fd_close(fd));
}

CASE(loop, "poll_oneoff: 200 short waits") {
    wasi_event_t out;
    wasi_size_t count = 0;
    for (int i = 0; i < 200; i++) {
        wasi_subscription_t in = clock_in((uint64_t)i, 1000);
        OK(wasi_poll_oneoff(&in, &out, 1, &count));
        EQUAL(out.userdata, i);
    }
}
