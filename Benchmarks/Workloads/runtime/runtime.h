// What a workload may ask of its surroundings. The same program is built natively (native.c) and to
// Wasm (wasi.c) with no C library, so both sides run the same code and print the same bytes.
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stddef.h>
#ifdef __wasm__  // Clang's own stdint.h would look for a C library's.
typedef __UINT8_TYPE__ uint8_t;
typedef __INT16_TYPE__ int16_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __INT32_TYPE__ int32_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __UINTPTR_TYPE__ uintptr_t;
#define UINT32_MAX 0xffffffffu
#else
#include <stdint.h>
#endif

/// Memory of at least `bytes` bytes, zeroed, aligned to 64; ends the program when there is none.
void *allocate(size_t bytes) __attribute__((malloc, alloc_size(1), returns_nonnull));

void *memcpy(void *restrict target, const void *restrict source, size_t count);
void *memmove(void *target, const void *source, size_t count);
void *memset(void *target, int byte, size_t count);
int memcmp(const void *left, const void *right, size_t count);
size_t strlen(const char *text);

/// Printing to standard output. Numbers have one fixed form, so outputs compare byte for byte.
void print_text(const char *text);
void print_unsigned(uint64_t value);
void print_signed(int64_t value);
/// Sixteen lowercase hexadecimal digits.
void print_hex(uint64_t value);
/// Sign, whole part, point, six decimals (cut, not rounded); `large` at 2^63 and over, or `nan`.
void print_double(double value);

/// Writes all bytes to standard output (wasi.c and native.c).
void write_all(const char *bytes, size_t count);

/// Number `index` of the program's arguments as a decimal number, or `otherwise` when absent.
unsigned argument(int count, char **arguments, int index, unsigned otherwise);

/// Tells the compiler that memory may be read and written here, so that a repeated computation
/// on the same inputs is neither hoisted nor dropped.
#define BARRIER(pointer) __asm__ volatile("" : : "r"(pointer) : "memory")

/// One of four values by the size chosen at build time (-DSIZE=MINI, SMALL, MEDIUM, or LARGE).
#define MINI 1
#define SMALL 2
#define MEDIUM 3
#define LARGE 4
#ifndef SIZE
#define SIZE SMALL
#endif
#if SIZE == MINI
#define PICK(mini, small, medium, large) (mini)
#elif SIZE == SMALL
#define PICK(mini, small, medium, large) (small)
#elif SIZE == MEDIUM
#define PICK(mini, small, medium, large) (medium)
#elif SIZE == LARGE
#define PICK(mini, small, medium, large) (large)
#else
#error "SIZE must be MINI, SMALL, MEDIUM, or LARGE"
#endif

/// A 64-bit hash that takes one word at a time (the FNV-1a step, on words instead of bytes).
static inline uint64_t hash_start(void) { return 0xcbf29ce484222325u; }
static inline uint64_t hash_word(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x100000001b3u;
    return hash ^ (hash >> 29);
}
static inline uint64_t hash_double(uint64_t hash, double value) {
    return hash_word(hash, __builtin_bit_cast(uint64_t, value));
}

/// A small generator with 64 bits of state (a linear congruence, high bits returned).
static inline uint32_t random_next(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

#endif
