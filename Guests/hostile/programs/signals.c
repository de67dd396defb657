// Raises every signal at its host, then leaves with the exit code given.
#include "hostile.h"

int main(int argc, char **argv) {
    for (uint32_t signal = 0; signal < 31; signal++) (void)!wasi_proc_raise((wasi_signal_t)signal);
    say("still here\n");
    guest_flush();
    wasi_proc_exit(argc > 1 && argv[1][0] == 'm' ? 0xffffffff : 3);
}
