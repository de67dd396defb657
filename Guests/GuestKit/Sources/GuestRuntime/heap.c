// The heap: two-level segregated fit with boundary tags over `memory.grow`.
//
// Every block starts with an 8-byte header (the block before it in memory; size and a bit "free"),
// every payload is 16-byte aligned. Free blocks hang in 25 × 16 lists by size, found with two
// bitmap scans, so malloc and free take constant time; neighbours coalesce at once. Each stretch
// of memory that grew contiguously ends with a block of size 0 that is never free.
// Method: Masmano, Ripoll, Crespo, Real, "TLSF: a New Dynamic Memory Allocator for Real-Time
// Systems", ECRTS 2004.
#include "guest_runtime.h"

enum {
    header_bytes = 8,
    smallest_block = 16,
    second_bits = 4,
    second_count = 1 << second_bits,
    first_shift = 8,  // Blocks below 256 bytes share the first row, 16 bytes apart.
    first_count = 32 - first_shift + 1,
    page_bytes = 65536,
    largest_request = 0x7fff0000,
};

typedef struct block {
    struct block *before;
    size_t tagged_size;  // Bytes with header, a multiple of 16; bit 0: free.
    struct block *next_free, *previous_free;  // Only while free.
} block;

extern uint8_t __heap_base;

static block *free_lists[first_count][second_count];
static uint32_t first_map, second_maps[first_count];
static block *last;  // The end mark of the newest stretch.
static size_t used;

static size_t size_of(const block *b) { return b->tagged_size & ~(size_t)15; }
static int is_free(const block *b) { return b->tagged_size & 1; }
static block *after(const block *b) { return (block *)((uint8_t *)b + size_of(b)); }
static void *payload(block *b) { return (uint8_t *)b + header_bytes; }
static block *block_of(void *p) { return (block *)((uint8_t *)p - header_bytes); }

static void set_size(block *b, size_t size, int free) {
    b->tagged_size = size | (size_t)free;
    after(b)->before = b;
}

static void place(size_t size, uint32_t *first, uint32_t *second) {
    if (size < 1u << first_shift) {
        *first = 0;
        *second = size / 16;
        return;
    }
    uint32_t top = 31 - (uint32_t)__builtin_clz(size);
    *first = top - first_shift + 1;
    *second = (size >> (top - second_bits)) & (second_count - 1);
}

static void insert(block *b) {
    uint32_t first, second;
    place(size_of(b), &first, &second);
    block *head = free_lists[first][second];
    b->next_free = head;
    b->previous_free = NULL;
    if (head) head->previous_free = b;
    free_lists[first][second] = b;
    first_map |= 1u << first;
    second_maps[first] |= 1u << second;
}

static void remove(block *b) {
    uint32_t first, second;
    place(size_of(b), &first, &second);
    if (b->next_free) b->next_free->previous_free = b->previous_free;
    if (b->previous_free) {
        b->previous_free->next_free = b->next_free;
        return;
    }
    free_lists[first][second] = b->next_free;
    if (b->next_free) return;
    second_maps[first] &= ~(1u << second);
    if (!second_maps[first]) first_map &= ~(1u << first);
}

// The size whose list holds only blocks of at least `size` bytes.
static size_t rounded_up(size_t size) {
    if (size < 1u << first_shift) return size;
    return size + ((size_t)1 << (31 - __builtin_clz(size) - second_bits)) - 1;
}

static block *find(size_t rounded) {
    uint32_t first, second;
    place(rounded, &first, &second);
    uint32_t map = second_maps[first] & ~0u << second;
    if (!map) {
        uint32_t rows = first_map & ~0u << (first + 1);
        if (!rows) return NULL;
        first = (uint32_t)__builtin_ctz(rows);
        map = second_maps[first];
    }
    return free_lists[first][__builtin_ctz(map)];
}

static void release(block *b) {
    set_size(b, size_of(b), 1);
    block *next = after(b), *before = b->before;
    if (is_free(next)) {
        remove(next);
        set_size(b, size_of(b) + size_of(next), 1);
    }
    if (before && is_free(before)) {
        remove(before);
        set_size(before, size_of(before) + size_of(b), 1);
        b = before;
    }
    insert(b);
}

// Makes [start, end) one free block with an end mark in its last 8 bytes. When it follows the
// newest stretch, that one's mark becomes the block's header and nothing is lost between them.
static void add_stretch(uintptr_t start, uintptr_t end) {
    block *b = (block *)(start - header_bytes);
    if (b != last) {
        b = (block *)(start + header_bytes);
        b->before = NULL;
    }
    // At the top of a 4 GiB memory `end` has wrapped to 0 and the mark sits at -8: still right.
    block *mark = (block *)(end - header_bytes);
    mark->tagged_size = 0;
    last = mark;
    b->tagged_size = (uintptr_t)mark - (uintptr_t)b;
    release(b);
}

// Grows memory by what `size` needs, or by an eighth of what there is if the host allows it.
static int grow(size_t size) {
    size_t need = (size + 2 * header_bytes + page_bytes - 1) / page_bytes;
    size_t generous = __builtin_wasm_memory_size(0) / 8;
    size_t pages = need > generous ? need : generous;
    size_t at = __builtin_wasm_memory_grow(0, pages);
    if (at == SIZE_MAX && pages > need) {
        pages = need;
        at = __builtin_wasm_memory_grow(0, pages);
    }
    if (at == SIZE_MAX) return 0;
    add_stretch(at * page_bytes, (at + pages) * page_bytes);
    return 1;
}

// The memory that the program came with, behind the linker's data.
static void begin(void) {
    uintptr_t start = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
    uintptr_t end = __builtin_wasm_memory_size(0) * page_bytes;
    if (end - start >= 4 * smallest_block) add_stretch(start, end);
}

static void trim(block *b, size_t size) {
    size_t rest = size_of(b) - size;
    set_size(b, size, 0);
    if (rest == 0) return;
    block *tail = after(b);
    tail->tagged_size = rest;
    after(tail)->before = tail;
    release(tail);
}

static block *allocate(size_t size) {
    if (!last) begin();
    size_t rounded = rounded_up(size);
    block *b = find(rounded);
    if (!b && grow(rounded)) b = find(rounded);
    if (!b) return NULL;
    remove(b);
    trim(b, size);
    used += size_of(b);
    return b;
}

static size_t total_size(size_t request) { return (request + header_bytes + 15) & ~(size_t)15; }

void *malloc(size_t size) {
    if (size > largest_request) return NULL;
    block *b = allocate(total_size(size));
    return b ? payload(b) : NULL;
}

void free(void *pointer) {
    if (!pointer) return;
    block *b = block_of(pointer);
    if (is_free(b)) __builtin_trap();  // Freed twice.
    used -= size_of(b);
    release(b);
}

void *calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    void *pointer = malloc(bytes);
    return pointer ? memset(pointer, 0, bytes) : NULL;
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (alignment & (alignment - 1)) return NULL;
    if (alignment <= 16) return malloc(size);
    if (alignment > largest_request || size > largest_request - alignment) return NULL;
    block *b = allocate(total_size(size) + alignment);
    if (!b) return NULL;
    uintptr_t aligned = ((uintptr_t)payload(b) + alignment - 1) & ~(alignment - 1);
    size_t gap = aligned - (uintptr_t)payload(b), whole = size_of(b);
    used -= whole;
    if (gap) {
        set_size(b, gap, 0);
        block *front = b;
        b = after(front);
        b->tagged_size = whole - gap;
        after(b)->before = b;
        release(front);
    }
    trim(b, total_size(size));
    used += size_of(b);
    return payload(b);
}

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1))) return 28;  // EINVAL
    *pointer = aligned_alloc(alignment, size);
    return *pointer ? 0 : 48;  // ENOMEM
}

// Grows into a free neighbour when that is enough.
static int extend(block *b, size_t size) {
    block *next = after(b);
    if (!is_free(next) || size_of(b) + size_of(next) < size) return 0;
    remove(next);
    set_size(b, size_of(b) + size_of(next), 0);
    return 1;
}

void *realloc(void *pointer, size_t size) {
    if (!pointer) return malloc(size);
    if (size > largest_request) return NULL;
    block *b = block_of(pointer);
    size_t old = size_of(b), wanted = total_size(size);
    if (wanted <= old || extend(b, wanted)) {
        trim(b, wanted);
        used = used - old + size_of(b);
        return pointer;
    }
    void *moved = malloc(size);
    if (!moved) return NULL;
    memcpy(moved, pointer, old - header_bytes);
    free(pointer);
    return moved;
}

size_t guest_heap_used(void) { return used; }

size_t guest_heap_check(void) {
    size_t broken = 0;
    for (block *b = last ? last->before : NULL; b; b = b->before) {
        block *next = after(b);
        if (next->before != b) broken++;
        if (is_free(b) && is_free(next)) broken++;
        if (((uintptr_t)payload(b) & 15) || size_of(b) < smallest_block) broken++;
    }
    return broken;
}
