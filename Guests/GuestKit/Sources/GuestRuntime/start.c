// Entry, exit, buffered character output and entropy.
#include "guest_runtime.h"
#include "wasi_preview1.h"

// clang gives this name to `int main(int, char **)`, swiftc to the entry of `@main`.
int __main_argc_argv(int argc, char **argv);
void __wasm_call_ctors(void);

// Only objects compiled with a stack protector look at these.
uintptr_t __stack_chk_guard;

_Noreturn void __stack_chk_fail(void) { __builtin_trap(); }

_Noreturn void abort(void) {
    guest_flush();
    __builtin_trap();
}

_Noreturn void guest_exit(uint32_t code) {
    guest_flush();
    wasi_proc_exit(code);
}

static int call_main(void) {
    wasi_size_t argc = 0, bytes = 0;
    if (wasi_args_sizes_get(&argc, &bytes) != 0) return 71;
    // Counts are the host's word: refuse sums that wrap instead of allocating too little.
    size_t pointers;
    if (__builtin_mul_overflow((size_t)argc + 1, sizeof(char *), &pointers)) return 71;
    char **argv = malloc(pointers);
    uint8_t *text = malloc((size_t)bytes + 1);
    if (!argv || !text || bytes == UINT32_MAX || argc == UINT32_MAX) return 71;
    if (wasi_args_get((uint8_t **)argv, text) != 0) return 71;
    argv[argc] = NULL;
    return __main_argc_argv((int)argc, argv);
}

__attribute__((export_name("_start"))) void _start(void) {
    arc4random_buf(&__stack_chk_guard, sizeof __stack_chk_guard);
    __wasm_call_ctors();
    int code = call_main();
    guest_flush();
    if (code != 0) wasi_proc_exit((wasi_exitcode_t)code);
}

static uint8_t output[1024];
static size_t output_count;

void guest_flush(void) {
    size_t start = 0;
    while (start < output_count) {
        wasi_ciovec_t piece = {output + start, output_count - start};
        wasi_size_t written = 0;
        wasi_errno_t error = wasi_fd_write(1, &piece, 1, &written);
        if (error == WASI_EAGAIN || error == WASI_EINTR) continue;
        // There is nobody to tell that standard output is gone.
        if (error != 0 || written == 0 || written > piece.len) break;
        start += written;
    }
    output_count = 0;
}

int putchar(int character) {
    output[output_count++] = (uint8_t)character;
    if (character == '\n' || output_count == sizeof output) guest_flush();
    return (uint8_t)character;
}

void arc4random_buf(void *buffer, size_t count) {
    if (wasi_random_get(buffer, count) != 0) __builtin_trap();
}
