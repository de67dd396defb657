// What the thirty kernels share. Each kernel is written from its published definition: the name, the
// computation and the four problem sizes are PolyBench/C 4.2's (MINI, SMALL, MEDIUM, LARGE); the
// code, the input data and the checksum are ours. Matrices are doubles unless a file says otherwise.
#ifndef KERNEL_H
#define KERNEL_H

#include "runtime.h"

/// A new array on the heap, as in NEW(double, A, [ROWS][COLUMNS]); `*A` is the array.
#define NEW(type, name, shape) __typeof__(type shape) *name = allocate(sizeof *name)

/// Fills an array with values in [0, 1) that depend only on the place and `seed`.
#define FILL(array, seed) fill((double *)(array), sizeof *(array) / sizeof(double), seed)
static inline void fill(double *cells, size_t count, uint64_t seed) {
    for (size_t at = 0; at < count; at++)
        cells[at] = (double)(random_next(&seed) & 0xffff) / 65536.0;
}

/// Copies a whole array: inputs that a kernel overwrites are restored before each repetition.
#define RESTORE(array, saved) memcpy(array, saved, sizeof *(array))

/// One repetition after the other, argument 1 times in all, none of them merged with another.
#define REPEAT(count, arguments)                                                      \
    for (unsigned left = argument(count, arguments, 1, 1); left > 0; left = next(left))
static inline unsigned next(unsigned left) {
    __asm__ volatile("" : : : "memory");
    return left - 1;
}

/// Prints name, hash of all bits, and sum of an array of doubles.
#define REPORT(name, array) report(name, (const double *)(array), sizeof *(array) / sizeof(double))
static inline void report(const char *name, const double *cells, size_t count) {
    uint64_t hash = hash_start();
    double sum = 0;
    for (size_t at = 0; at < count; at++) {
        hash = hash_double(hash, cells[at]);
        sum += cells[at];
    }
    print_text(name);
    print_text(" ");
    print_hex(hash);
    print_text(" sum ");
    print_double(sum);
    print_text("\n");
}

/// The same for an array of 32-bit integers.
#define REPORT_INT(name, array) report_int(name, (const int *)(array), sizeof *(array) / sizeof(int))
static inline void report_int(const char *name, const int *cells, size_t count) {
    uint64_t hash = hash_start();
    int64_t sum = 0;
    for (size_t at = 0; at < count; at++) {
        hash = hash_word(hash, (uint32_t)cells[at]);
        sum += cells[at];
    }
    print_text(name);
    print_text(" ");
    print_hex(hash);
    print_text(" sum ");
    print_signed(sum);
    print_text("\n");
}

/// A symmetric matrix with a heavy diagonal, so that factorisations need no pivot.
#define FILL_DOMINANT(array, size, seed) fill_dominant((double *)(array), size, seed)
static inline void fill_dominant(double *cells, size_t size, uint64_t seed) {
    fill(cells, size * size, seed);
    for (size_t row = 0; row < size; row++) {
        for (size_t column = 0; column < row; column++)
            cells[row * size + column] = cells[column * size + row];
        cells[row * size + row] += (double)size;
    }
}

static inline int fewer(unsigned wanted, int limit) {
    return wanted < (unsigned)limit ? (int)wanted : limit;
}

static inline double square_root(double value) { return __builtin_sqrt(value); }

/// e to the power `x` for small `x`: the series, enough terms for a double when |x| <= 1.
static inline double exponential(double x) {
    double sum = 1, term = 1;
    for (int n = 1; n < 24; n++) {
        term *= x / n;
        sum += term;
    }
    return sum;
}

#endif
