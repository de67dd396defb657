// Computes without end: a tight loop, or ("calls") a loop of calls, or ("grow") of memory.grow 0.
#include "hostile.h"

static volatile uint32_t counter;

__attribute__((noinline)) static void step(void) { counter = counter + 1; }

int main(int argc, char **argv) {
    say("looping\n");
    if (argc < 2) {
        for (;;) counter = counter + 1;
    } else if (argv[1][0] == 'c') {
        for (;;) step();
    } else {
        for (;;) __builtin_wasm_memory_grow(0, 0);
    }
}
