// The Wasm side: a command module of WASI preview 1 without a C library. It imports args_get,
// args_sizes_get, fd_write and proc_exit, and exports _start and its memory.
#include "runtime.h"

#define WASI(function) \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#function)))

struct iovec {
    const char *base;
    size_t count;
};

WASI(args_sizes_get) int wasi_args_sizes_get(size_t *count, size_t *bytes);
WASI(args_get) int wasi_args_get(char **arguments, char *bytes);
WASI(fd_write) int wasi_fd_write(int file, const struct iovec *list, size_t count, size_t *written);
WASI(proc_exit) _Noreturn void wasi_proc_exit(int status);

extern char __heap_base;

/// `main` under the name that clang gives it where a program may have two forms of it.
int program(int count, char **arguments) __asm__("__main_argc_argv");

enum { PAGE = 65536 };
static uintptr_t heap_end;

void *allocate(size_t bytes) {
    if (heap_end == 0) heap_end = (uintptr_t)&__heap_base;
    uintptr_t start = (heap_end + 63) & ~(uintptr_t)63;
    uintptr_t have = (uintptr_t)__builtin_wasm_memory_size(0) * PAGE;
    if (bytes > UINT32_MAX - start) __builtin_trap();
    if (start + bytes > have) {
        size_t pages = (start + bytes - have + PAGE - 1) / PAGE;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
    }
    heap_end = start + bytes;
    return (void *)start;  // Fresh pages are zero, and nothing is ever given back.
}

void write_all(const char *bytes, size_t count) {
    while (count > 0) {
        struct iovec piece = {bytes, count};
        size_t written = 0;
        if (wasi_fd_write(1, &piece, 1, &written) != 0 || written == 0) __builtin_trap();
        bytes += written;
        count -= written;
    }
}

// The functions that a compiler may call on its own. This file is built with -fno-builtin, which
// keeps it from turning these bodies into calls of themselves.
void *memcpy(void *restrict target, const void *restrict source, size_t count) {
    return memmove(target, source, count);
}

void *memmove(void *target, const void *source, size_t count) {
    __asm__ volatile("local.get %0\n local.get %1\n local.get %2\n memory.copy 0, 0"
                     :
                     : "r"(target), "r"(source), "r"(count)
                     : "memory");
    return target;
}

void *memset(void *target, int byte, size_t count) {
    __asm__ volatile("local.get %0\n local.get %1\n local.get %2\n memory.fill 0"
                     :
                     : "r"(target), "r"(byte), "r"(count)
                     : "memory");
    return target;
}

int memcmp(const void *left, const void *right, size_t count) {
    const unsigned char *a = left, *b = right;
    for (size_t at = 0; at < count; at++)
        if (a[at] != b[at]) return a[at] - b[at];
    return 0;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length] != 0) length++;
    return length;
}

/// Clang calls this for a 128-bit product (the name and the meaning are compiler-rt's).
unsigned __int128 __multi3(unsigned __int128 left, unsigned __int128 right) {
    uint64_t a = (uint64_t)left, b = (uint64_t)right;
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (uint32_t)middle;
    uint64_t high = a1 * b1 + (middle >> 32) + (other >> 32);
    high += a * (uint64_t)(right >> 64) + (uint64_t)(left >> 64) * b;
    return (unsigned __int128)high << 64 | (other << 32 | (uint32_t)low);
}

__attribute__((export_name("_start"))) void _start(void) {
    size_t count = 0, bytes = 0;
    if (wasi_args_sizes_get(&count, &bytes) != 0) __builtin_trap();
    char **arguments = allocate((count + 1) * sizeof *arguments);
    if (wasi_args_get(arguments, allocate(bytes + 1)) != 0) __builtin_trap();
    int status = program((int)count, arguments);
    if (status != 0) wasi_proc_exit(status);
}
