// What a guest finds instead of a C library: memory, bytes, entry and exit.
//
// `_start` runs constructors, reads the arguments, calls `main` (C's `int main(int, char **)` or
// Swift's `@main`), flushes `putchar` and ends with main's result as exit code.
#ifndef GUEST_RUNTIME_H
#define GUEST_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *pointer, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **pointer, size_t alignment, size_t size);
void free(void *pointer);

void *memcpy(void *restrict target, const void *restrict source, size_t count);
void *memmove(void *target, const void *source, size_t count);
void *memset(void *target, int value, size_t count);
int memcmp(const void *left, const void *right, size_t count);
size_t strlen(const char *text);

/// Fills a buffer from `random_get`; traps when the host has no entropy to give.
void arc4random_buf(void *buffer, size_t count);

/// Buffered until a newline, a full buffer, `guest_flush` or exit.
int putchar(int character);
void guest_flush(void);

/// Flushes, then `proc_exit`.
_Noreturn void guest_exit(uint32_t code);
_Noreturn void abort(void);

/// Walks the heap's blocks; the number of broken invariants found, 0 when sound. For tests.
size_t guest_heap_check(void);
/// Bytes of the heap in use, headers included.
size_t guest_heap_used(void);

#endif
