// Asks every clock, also those that do not exist, with every precision; draws random bytes by the
// megabyte over the whole of its memory that it can spare.
#include "hostile.h"

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    uint64_t time, finest = UINT64_MAX, last = 0;
    for (uint32_t i = 0; i < 200000; i++) {
        (void)!wasi_clock_time_get(WASI_CLOCK_MONOTONIC, i, &time);
        if (time < last) say("the monotonic clock went back\n");
        if (time > last && time - last < finest) finest = time - last;
        last = time;
    }
    tell("finest step in nanoseconds", finest);
    for (uint32_t precision = 1; precision; precision <<= 1) {
        (void)!wasi_clock_time_get(WASI_CLOCK_REALTIME, (uint64_t)precision << 32, &time);
    }
    size_t count = 32 << 20;
    uint8_t *bytes = malloc(count);
    for (int i = 0; bytes && i < 8; i++) {
        if (wasi_random_get(bytes, count)) say("random refused\n");
    }
    say("survived\n");
    guest_flush();
    for (uint32_t id = 2; id; id <<= 1) (void)!wasi_clock_time_get(id | 4, 1, &time);
    say("unknown clocks refused\n");
    return 0;
}
