#pragma once

#include <stdint.h>

/// A program for a process of its own.
struct martlet_child {
    const char *_Nonnull program;              // absolute path
    char *_Nullable const *_Nonnull arguments; // the first its name; null behind the last
    char *_Nullable const *_Nonnull environment;
    int32_t streams[3]; // descriptors that become its standard streams
    uint64_t seconds;   // CPU time it may use
    uint64_t memory;    // bytes of address space it may have
    uint64_t output;    // bytes that a file it writes may have
};

/// Starts the program. It is killed when the thread that called this ends, however that ends. Returns
/// its process's number or the negated errno.
long martlet_child_start(const struct martlet_child *_Nonnull child);

/// memfd_create(2): an empty file without a name, closed on exec.
long martlet_memory_file(void);
