// clock_res_get, clock_time_get.
#include "suite.h"

static const wasi_timestamp_t second = 1000000000ULL;

CASE(realtime_now, "clock_time_get: realtime is nanoseconds since 1970") {
    wasi_timestamp_t now = 0;
    OK(wasi_clock_time_get(WASI_CLOCK_REALTIME, 1, &now));
    TRUE(now > 1600000000ULL * second);
    TRUE(now < 7000000000ULL * second);
}

CASE(monotonic_forward, "clock_time_get: monotonic never goes back") {
    wasi_timestamp_t before = 0, after = 0;
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &before));
    for (int i = 0; i < 1000; i++) {
        OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &after));
        TRUE(after >= before);
        before = after;
    }
}

CASE(monotonic_moves, "clock_time_get: monotonic moves on") {
    wasi_timestamp_t start = 0, now = 0;
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &start));
    for (int i = 0; i < 10000000 && now <= start; i++) {
        OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &now));
    }
    TRUE(now > start);
}

CASE(precision_any, "clock_time_get: any precision is accepted") {
    wasi_timestamp_t now = 0;
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 0, &now));
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, second, &now));
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, UINT64_MAX, &now));
    OK(wasi_clock_time_get(WASI_CLOCK_REALTIME, UINT64_MAX, &now));
}

CASE(resolution_realtime, "clock_res_get: realtime's is more than nothing, at most a second") {
    wasi_timestamp_t resolution = 0;
    OK(wasi_clock_res_get(WASI_CLOCK_REALTIME, &resolution));
    TRUE(resolution > 0);
    TRUE(resolution <= second);
}

CASE(resolution_monotonic, "clock_res_get: monotonic's is more than nothing, at most a second") {
    wasi_timestamp_t resolution = 0;
    OK(wasi_clock_res_get(WASI_CLOCK_MONOTONIC, &resolution));
    TRUE(resolution > 0);
    TRUE(resolution <= second);
}

CASE(cpu_clocks, "clock_time_get: CPU clocks work and never go back, or are refused") {
    for (wasi_clockid_t id = WASI_CLOCK_PROCESS_CPU; id <= WASI_CLOCK_THREAD_CPU; id++) {
        wasi_timestamp_t before = 0, after = 0;
        wasi_errno_t error = wasi_clock_time_get(id, 1, &before);
        ONE_OF(error, 0, WASI_ENOTSUP, WASI_EINVAL, WASI_EBADF);
        if (error) continue;
        OK(wasi_clock_time_get(id, 1, &after));
        TRUE(after >= before);
    }
}

CASE(cpu_resolution, "clock_res_get: CPU clocks have one, or are refused") {
    for (wasi_clockid_t id = WASI_CLOCK_PROCESS_CPU; id <= WASI_CLOCK_THREAD_CPU; id++) {
        wasi_timestamp_t resolution = 0;
        ONE_OF(wasi_clock_res_get(id, &resolution), 0, WASI_ENOTSUP, WASI_EINVAL, WASI_EBADF);
    }
}

CASE(unknown_time, "clock_time_get: a clock that does not exist") {
    wasi_timestamp_t now = 0;
    ONE_OF(wasi_clock_time_get(4, 1, &now), WASI_EINVAL);
    ONE_OF(wasi_clock_time_get(UINT32_MAX, 1, &now), WASI_EINVAL);
}

CASE(unknown_resolution, "clock_res_get: a clock that does not exist") {
    wasi_timestamp_t now = 0;
    ONE_OF(wasi_clock_res_get(4, &now), WASI_EINVAL);
    ONE_OF(wasi_clock_res_get(0x80000000, &now), WASI_EINVAL);
}
