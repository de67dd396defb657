// args_get, args_sizes_get, environ_get, environ_sizes_get. See arguments.json for what is passed.
#include "suite.h"

static const char *const expected_args[] = {"one", "two words", "", "d\xc3\xa9j\xc3\xa0 vu", "a=b"};
static const char *const expected_env[] = {"FIRST=1", "EMPTY=", "WITH_EQUALS=a=b=c", "UTF8=\xe2\x82\xac"};

CASE(args_sizes, "args_sizes_get: count and bytes with terminators") {
    wasi_size_t count = 99, bytes = 99, expected = 0;
    OK(wasi_args_sizes_get(&count, &bytes));
    EQUAL(count, 6);
    for (int i = 0; i < 5; i++) expected += strlen(expected_args[i]) + 1;
    expected += strlen(suite_argv[0]) + 1;
    EQUAL(bytes, expected);
}

CASE(args_text, "args_get: every argument, terminated, in order") {
    uint8_t *pointers[8] = {0};
    static uint8_t text[512];
    OK(wasi_args_get(pointers, text));
    for (int i = 0; i < 5; i++) TRUE(same_text((char *)pointers[i + 1], expected_args[i]));
}

CASE(args_place, "args_get: the strings lie back to back in the buffer") {
    uint8_t *pointers[8] = {0};
    static uint8_t text[512];
    OK(wasi_args_get(pointers, text));
    EQUAL((uintptr_t)pointers[0], (uintptr_t)text);
    for (int i = 1; i < 6; i++) {
        EQUAL((uintptr_t)pointers[i],
              (uintptr_t)pointers[i - 1] + strlen((char *)pointers[i - 1]) + 1);
    }
}

CASE(args_bounds, "args_get: nothing is written behind the sizes told") {
    uint8_t *pointers[8];
    static uint8_t text[512];
    wasi_size_t count, bytes;
    OK(wasi_args_sizes_get(&count, &bytes));
    memset(text, 0xAA, sizeof text);
    memset(pointers, 0xAA, sizeof pointers);
    OK(wasi_args_get(pointers, text));
    for (size_t i = bytes; i < sizeof text; i++) EQUAL(text[i], 0xAA);
    EQUAL((uintptr_t)pointers[6], 0xAAAAAAAA);
}

CASE(environ_sizes, "environ_sizes_get: count and bytes with terminators") {
    wasi_size_t count = 99, bytes = 99, expected = 0;
    OK(wasi_environ_sizes_get(&count, &bytes));
    EQUAL(count, 4);
    for (int i = 0; i < 4; i++) expected += strlen(expected_env[i]) + 1;
    EQUAL(bytes, expected);
}

CASE(environ_text, "environ_get: NAME=VALUE, terminated, in order") {
    uint8_t *pointers[8] = {0};
    static uint8_t text[512];
    OK(wasi_environ_get(pointers, text));
    for (int i = 0; i < 4; i++) TRUE(same_text((char *)pointers[i], expected_env[i]));
}

CASE(environ_bounds, "environ_get: nothing is written behind the sizes told") {
    uint8_t *pointers[8];
    static uint8_t text[512];
    wasi_size_t count, bytes;
    OK(wasi_environ_sizes_get(&count, &bytes));
    memset(text, 0xAA, sizeof text);
    memset(pointers, 0xAA, sizeof pointers);
    OK(wasi_environ_get(pointers, text));
    for (size_t i = bytes; i < sizeof text; i++) EQUAL(text[i], 0xAA);
    EQUAL((uintptr_t)pointers[4], 0xAAAAAAAA);
}

CASE(environ_twice, "environ_get: a second call gives the same") {
    uint8_t *pointers[8] = {0}, *again[8] = {0};
    static uint8_t text[512], text_again[512];
    OK(wasi_environ_get(pointers, text));
    OK(wasi_environ_get(again, text_again));
    EQUAL(memcmp(text, text_again, sizeof text), 0);
}
