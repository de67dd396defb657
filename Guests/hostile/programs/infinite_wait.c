// Waits for what never comes: a clock ("clock"), standard input ("poll", "read"), a yield ("yield").
#include "hostile.h"

int main(int argc, char **argv) {
    wasi_subscription_t in;
    wasi_event_t out;
    wasi_size_t count;
    memset(&in, 0, sizeof in);
    say("waiting\n");
    if (argc < 2) return 1;
    switch (argv[1][0]) {
    case 'c':
        in.u.u.clock.id = WASI_CLOCK_MONOTONIC;
        in.u.u.clock.timeout = UINT64_MAX;
        break;
    case 'p':
        in.u.tag = WASI_EVENTTYPE_FD_READ;
        in.u.u.fd = 0;
        break;
    case 'r': {
        char byte;
        wasi_iovec_t vector = {&byte, 1};
        tell("read:", wasi_fd_read(0, &vector, 1, &count));
        return 0;
    }
    default:
        for (;;) {
            if (wasi_sched_yield()) return 2;
        }
    }
    tell("poll:", wasi_poll_oneoff(&in, &out, 1, &count));
    return 0;
}
