// Talks to the terminal behind standard output, and dies in a function whose name is a command to it
// (the name is put in by generate.py).
#include "hostile.h"

__attribute__((noinline, export_name("die"))) void die(void) { __builtin_trap(); }

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    say("dying\n");
    guest_flush();
    die();
    return 0;
}
