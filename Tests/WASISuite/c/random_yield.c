// random_get, sched_yield, proc_raise.
#include "suite.h"

CASE(random_nothing, "random_get: 0 bytes") {
    uint8_t canary = 0x5A;
    OK(wasi_random_get(&canary, 0));
    EQUAL(canary, 0x5A);
}

CASE(random_differs, "random_get: two draws differ") {
    uint8_t one[32] = {0}, two[32] = {0};
    OK(wasi_random_get(one, sizeof one));
    OK(wasi_random_get(two, sizeof two));
    TRUE(memcmp(one, two, sizeof one) != 0);
}

CASE(random_bounds, "random_get: writes exactly the bytes asked for") {
    uint8_t bytes[48];
    int first = 0, last = 0;
    for (int round = 0; round < 64; round++) {
        memset(bytes, 0x5A, sizeof bytes);
        OK(wasi_random_get(bytes + 8, 32));
        for (int i = 0; i < 8; i++) EQUAL(bytes[i], 0x5A);
        for (int i = 40; i < 48; i++) EQUAL(bytes[i], 0x5A);
        first |= bytes[8] != 0x5A;
        last |= bytes[39] != 0x5A;
    }
    TRUE(first && last);
}

CASE(random_large, "random_get: a megabyte, filled to the end") {
    size_t count = 1 << 20;
    uint8_t *bytes = calloc(count, 1);
    TRUE(bytes != NULL);
    OK(wasi_random_get(bytes, count));
    uint32_t seen = 0;
    for (size_t i = count - 64; i < count; i++) seen |= bytes[i];
    free(bytes);
    TRUE(seen != 0);
}

CASE(random_spread, "random_get: every byte value appears in 64 KiB") {
    static uint8_t bytes[65536];
    uint8_t seen[256] = {0};
    OK(wasi_random_get(bytes, sizeof bytes));
    for (size_t i = 0; i < sizeof bytes; i++) seen[bytes[i]] = 1;
    for (int i = 0; i < 256; i++) TRUE(seen[i]);
}

CASE(yield_ok, "sched_yield: returns") {
    for (int i = 0; i < 100; i++) OK(wasi_sched_yield());
}

CASE(raise_unknown, "proc_raise: a signal that does not exist") {
    ONE_OF(wasi_proc_raise(31), WASI_EINVAL, WASI_ENOTSUP, WASI_ENOSYS);
    ONE_OF(wasi_proc_raise(255), WASI_EINVAL, WASI_ENOTSUP, WASI_ENOSYS);
}

CASE(raise_none, "proc_raise: signal 0 asks for nothing") {
    ONE_OF(wasi_proc_raise(0), 0, WASI_EINVAL, WASI_ENOTSUP, WASI_ENOSYS);
}
