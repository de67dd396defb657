// Takes all the memory there is, page by page, and writes to each; or ("once") 4 GiB at a stroke.
#include "hostile.h"

int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1) {
        size_t pages = __builtin_wasm_memory_size(0);
        size_t got = __builtin_wasm_memory_grow(0, 65536 - pages);
        tell(got == SIZE_MAX ? "refused at pages" : "granted at pages", pages);
        if (__builtin_wasm_memory_grow(0, 65537) != SIZE_MAX) escaped("more than 4 GiB");
        return 0;
    }
    size_t pages = 0;
    for (;;) {
        size_t at = __builtin_wasm_memory_grow(0, 1);
        if (at == SIZE_MAX) break;
        volatile uint8_t *page = (volatile uint8_t *)(at * 65536);
        for (size_t i = 0; i < 65536; i += 4096) page[i] = 1;
        pages++;
    }
    tell("refused after pages", pages);
    if (pages > 1024) escaped("more than 64 MiB");
    return 0;
}
