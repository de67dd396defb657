// The native side: the machine's own C library.
#include <stdlib.h>
#include <unistd.h>

#include "runtime.h"

void *allocate(size_t bytes) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, bytes) != 0) abort();
    return memset(memory, 0, bytes);
}

void write_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);
        if (written <= 0) abort();
        bytes += written;
        count -= (size_t)written;
    }
}
