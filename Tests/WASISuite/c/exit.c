// proc_exit: one run for each code, see exit.json.
#include "guest_runtime.h"
#include "wasi_preview1.h"

int main(int argc, char **argv) {
    if (argc < 2) return 99;
    if (argv[1][0] == 'r') return 7;  // By returning from main.
    if (argv[1][0] == 't') __builtin_trap();
    uint32_t code = 0;
    for (const char *digit = argv[1]; *digit; digit++) code = code * 10 + (uint32_t)(*digit - '0');
    wasi_proc_exit(code);
}
