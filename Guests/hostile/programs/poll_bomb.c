// A million subscriptions at once, most of them nonsense.
#include "hostile.h"

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    size_t most = 400000;
    wasi_subscription_t *in = calloc(most, sizeof *in);
    wasi_event_t *out = calloc(most, sizeof *out);
    wasi_size_t count = 0;
    if (!in || !out) return 1;
    for (size_t i = 0; i < most; i++) {
        in[i].userdata = i;
        in[i].u.tag = (uint8_t)(i % 3);
        if (i % 3) in[i].u.u.fd = (wasi_fd_t)i;
        else in[i].u.u.clock.timeout = i;
    }
    wasi_errno_t error = wasi_poll_oneoff(in, out, most, &count);
    tell("answered:", error);
    if (!error && count > most) escaped("more events than subscriptions");
    say("survived\n");
    return 0;
}
