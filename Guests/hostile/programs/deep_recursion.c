// Calls itself without end, directly or (argument "indirect") through the table.
#include "hostile.h"

static volatile uint32_t depth;
static uint32_t descend(uint32_t value);
static uint32_t (*volatile next)(uint32_t) = descend;
static volatile int indirect;

__attribute__((noinline)) static uint32_t descend(uint32_t value) {
    depth = depth + 1;
    uint32_t below = indirect ? next(value + 1) : descend(value + 1);
    return below ^ depth;  // Work after the call: no tail call.
}

int main(int argc, char **argv) {
    (void)argv;
    indirect = argc > 1;
    say("descending\n");
    tell("ESCAPED: came back with", descend(1));
    return 0;
}
