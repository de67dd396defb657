// The same calls with nothing passed beside the program's name.
#include "suite.h"

CASE(args_name, "args_get: the program's name is the only argument") {
    wasi_size_t count = 99, bytes = 99;
    OK(wasi_args_sizes_get(&count, &bytes));
    EQUAL(count, 1);
    EQUAL(bytes, strlen(suite_argv[0]) + 1);
}

CASE(environ_nothing, "environ_sizes_get: nothing of the host's environment leaks in") {
    wasi_size_t count = 99, bytes = 99;
    OK(wasi_environ_sizes_get(&count, &bytes));
    EQUAL(count, 0);
    EQUAL(bytes, 0);
}

CASE(environ_empty, "environ_get: writes nothing when there is nothing") {
    uint8_t *pointers[1] = {(uint8_t *)0xAAAA};
    uint8_t text[1] = {0xAA};
    OK(wasi_environ_get(pointers, text));
    EQUAL((uintptr_t)pointers[0], 0xAAAA);
    EQUAL(text[0], 0xAA);
}
