// Starting a keep as a process that can reach nothing: fork, namespaces, Landlock, seccomp, exec.
// Between fork and exec only C may run, since the parent has threads.
#pragma once

#include <stddef.h>
#include <stdint.h>

// What a child is shut off by; bits of `martlet_keep_launch.isolation`.
enum {
    MARTLET_ISOLATE_USER = 1 << 0,     // own user namespace; a user of its own when root starts it
    MARTLET_ISOLATE_MOUNTS = 1 << 1,   // own mount namespace with an empty, read-only root
    MARTLET_ISOLATE_NETWORK = 1 << 2,  // own network namespace, without interfaces
    MARTLET_ISOLATE_PROCESSES = 1 << 3,// own pid and ipc and uts namespaces
    MARTLET_ISOLATE_LANDLOCK = 1 << 4, // no file can be opened, no TCP socket bound or connected
    MARTLET_ISOLATE_SECCOMP = 1 << 5,  // system calls by allow-list
};

struct martlet_keep_launch {
    int32_t executable;                            // open for reading
    const char *const _Nullable *_Nonnull arguments;   // ends with null
    const int32_t *_Nonnull descriptors;           // become 3, 4, ...
    size_t descriptorCount;
    int32_t nothing;                               // standard input: /dev/null
    int32_t log;                                   // standard output and error
    uint32_t isolation;
    uint64_t cpuSeconds;                           // 0: no limit
    uint64_t fileBytes;                            // largest file; 0: no limit
    uint64_t openFiles;
    int32_t endsWithThread;                        // killed when the thread that forked it ends
};

/// A child that waits to be let go.
struct martlet_keep_child {
    int32_t pid;
    int32_t go;      // close or write: the child goes on
    int32_t status;  // end of file: it runs; else how far it came and why it failed
};

/// Forks. The child waits until something is written to `go`. Returns 0 or the negated errno.
long martlet_keep_fork(
    const struct martlet_keep_launch *_Nonnull launch, struct martlet_keep_child *_Nonnull child);

/// Whether a child with these namespaces can be made here: 0 or the negated errno.
long martlet_keep_probe(uint32_t isolation);

/// waitpid(2) without waiting: 0 while it runs, else its wait status plus 1 << 32.
long martlet_reap(int32_t pid);

/// kill(2).
long martlet_kill(int32_t pid, int signal);

/// For a keep itself: no core dump, no ptrace, and its memory locked when that is permitted. Returns
/// whether it is locked.
int martlet_harden_process(void);
