// The guests' own C runtime: heap, bytes, 128-bit integers.
#include "suite.h"

static uint64_t state = 88172645463325252ULL;

static uint64_t next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

CASE(heap_aligned, "heap: every payload is 16-byte aligned and its own") {
    uint8_t *blocks[200];
    for (int i = 0; i < 200; i++) {
        blocks[i] = malloc((size_t)i * 3);
        TRUE(blocks[i] && ((uintptr_t)blocks[i] & 15) == 0);
        memset(blocks[i], i, (size_t)i * 3);
    }
    for (int i = 0; i < 200; i++) {
        for (int j = 0; j < i * 3; j++) EQUAL(blocks[i][j], i);
        free(blocks[i]);
    }
    EQUAL(guest_heap_check(), 0);
}

CASE(heap_random, "heap: 20,000 random steps keep contents and invariants") {
    static struct {
        uint8_t *at;
        size_t size;
        uint8_t mark;
    } live[300];
    size_t before = guest_heap_used();
    for (int step = 0; step < 20000; step++) {
        uint64_t r = next_random();
        int slot = (int)(r % 300);
        size_t size = r >> 32 & 15 ? (r >> 40) % 600 : (r >> 40) % 300000;
        if (live[slot].at && (r >> 16 & 3) == 0) {
            size_t kept = live[slot].size < size ? live[slot].size : size;
            live[slot].at = realloc(live[slot].at, size);
            TRUE(live[slot].at != NULL);
            for (size_t i = 0; i < kept; i += 97) EQUAL(live[slot].at[i], live[slot].mark);
        } else {
            if (live[slot].at) {
                for (size_t i = 0; i < live[slot].size; i += 97) {
                    EQUAL(live[slot].at[i], live[slot].mark);
                }
                free(live[slot].at);
            }
            size_t alignment = (size_t)16 << (r >> 20 & 7);
            live[slot].at = r >> 24 & 1 ? malloc(size) : aligned_alloc(alignment, size);
            TRUE(live[slot].at != NULL);
            if (!(r >> 24 & 1)) EQUAL((uintptr_t)live[slot].at & (alignment - 1), 0);
        }
        live[slot].size = size;
        live[slot].mark = (uint8_t)step;
        memset(live[slot].at, live[slot].mark, size);
        if (step % 2000 == 0) EQUAL(guest_heap_check(), 0);
    }
    for (int i = 0; i < 300; i++) free(live[i].at);
    EQUAL(guest_heap_check(), 0);
    EQUAL(guest_heap_used(), before);
}

CASE(heap_reuse, "heap: freed neighbours become one block, memory does not grow") {
    void *blocks[64];
    for (int i = 0; i < 64; i++) blocks[i] = malloc(10000);
    size_t pages = __builtin_wasm_memory_size(0);
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 64; i++) free(blocks[i]);
        void *whole = malloc(600000);
        TRUE(whole != NULL);
        free(whole);
        for (int i = 0; i < 64; i++) blocks[i] = malloc(10000);
    }
    for (int i = 0; i < 64; i++) free(blocks[i]);
    TRUE(__builtin_wasm_memory_size(0) <= pages + 10);
}

CASE(heap_refuses, "heap: sizes that can not be are refused") {
    void *pointer;
    TRUE(malloc(0xfffffff0) == NULL);
    TRUE(calloc(0x10000, 0x10000) == NULL);
    TRUE(realloc(NULL, 0xffffffff) == NULL);
    TRUE(aligned_alloc(24, 8) == NULL);
    EQUAL(posix_memalign(&pointer, 3, 8), 28);
    EQUAL(posix_memalign(&pointer, 64, 100), 0);
    EQUAL((uintptr_t)pointer & 63, 0);
    free(pointer);
    free(NULL);
}

CASE(bytes_overlap, "bytes: memmove both ways over itself") {
    char text[] = "0123456789";
    memmove(text + 2, text, 6);
    EQUAL(memcmp(text, "0101234589", 10), 0);
    memmove(text, text + 2, 6);
    EQUAL(memcmp(text, "0123454589", 10), 0);
}

CASE(bytes_compare, "bytes: memcmp sees every position and the sign of bytes") {
    uint8_t a[33] = {0}, b[33] = {0};
    for (int i = 0; i < 33; i++) {
        a[i] = 0x80;
        TRUE(memcmp(a, b, 33) > 0);
        TRUE(memcmp(b, a, 33) < 0);
        EQUAL(memcmp(a, b, (size_t)i), 0);
        a[i] = 0;
    }
}

CASE(wide_multiply, "integers: 128-bit products") {
    volatile __int128 a = ((__int128)0x0123456789abcdef << 64) | 0xfedcba9876543210;
    volatile __int128 b = -7;
    __int128 product = a * b, sum = 0;
    for (int i = 0; i < 7; i++) sum -= a;
    TRUE(product == sum);
    volatile uint64_t big = UINT64_MAX;
    TRUE((unsigned __int128)big * big == (((unsigned __int128)(big - 1)) << 64 | 1));
}

CASE(wide_divide, "integers: 128-bit quotients and rests") {
    for (int i = 0; i < 2000; i++) {
        unsigned __int128 a = (unsigned __int128)next_random() << 64 | next_random();
        unsigned __int128 b = (unsigned __int128)(next_random() >> (i % 65 ? i % 64 : 0)) << (i % 50)
            | (next_random() >> 20) | 1;
        unsigned __int128 q = a / b, r = a % b;
        TRUE(r < b);
        TRUE(q * b + r == a);
        __int128 s = (__int128)a, t = -(__int128)(b >> 1) - 1;
        __int128 sq = s / t, sr = s % t;
        TRUE(sq * t + sr == s);
        TRUE(sr == 0 || (sr < 0) == (s < 0));
    }
}

CASE(wide_shift, "integers: 128-bit shifts by every distance") {
    volatile int distance;
    unsigned __int128 one = (unsigned __int128)0x8123456789abcdef << 64 | 0xf0e1d2c3b4a59687;
    for (int i = 1; i < 128; i++) {
        distance = i;
        unsigned __int128 half = one << (distance / 2) << (distance - distance / 2);
        TRUE(one << distance == half);
        TRUE(one >> distance == one >> (distance / 2) >> (distance - distance / 2));
        TRUE((__int128)one >> distance
             == (__int128)one >> (distance / 2) >> (distance - distance / 2));
    }
}
