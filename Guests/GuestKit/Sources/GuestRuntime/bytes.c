// The byte functions that compilers call by name. The first three become one instruction each
// (bulk memory); `-fno-builtin` keeps the compiler from turning a body into a call of itself.
#include "guest_runtime.h"

void *memcpy(void *restrict target, const void *restrict source, size_t count) {
    __builtin_memcpy(target, source, count);
    return target;
}

void *memmove(void *target, const void *source, size_t count) {
    __builtin_memmove(target, source, count);
    return target;
}

void *memset(void *target, int value, size_t count) {
    __builtin_memset(target, value, count);
    return target;
}

typedef uint64_t word __attribute__((aligned(1), may_alias));

int memcmp(const void *left, const void *right, size_t count) {
    const uint8_t *a = left, *b = right;
    while (count >= sizeof(word) && *(const word *)a == *(const word *)b) {
        a += sizeof(word);
        b += sizeof(word);
        count -= sizeof(word);
    }
    for (; count > 0; a++, b++, count--) {
        if (*a != *b) return *a < *b ? -1 : 1;
    }
    return 0;
}

size_t strlen(const char *text) {
    size_t count = 0;
    while (text[count]) count++;
    return count;
}
