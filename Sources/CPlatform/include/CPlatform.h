// What Swift cannot say about Linux: variadic system calls, structures that older C headers lack,
// and wiping that an optimiser may not remove. Each function is one call; policy stays in Swift.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ChildProcess.h"
#include "KeepProcess.h"
#include "LocalSocket.h"
#include "NativeCode.h"
#include "SEVGuest.h"
#include "VectorLanes.h"

// Every function that can fail returns a value >= 0, or the negated errno.

/// An argument of this process, the first its own name; null behind the last.
const char *_Nullable martlet_argument(int index);

/// openat2(2): opens `path` below `directory` with the RESOLVE_* bits in `resolve`.
long martlet_openat2(
    int directory, const char *_Nonnull path, uint64_t flags, uint64_t mode, uint64_t resolve);

/// futex(2) FUTEX_WAIT: sleeps while `*word == expected`, at most `timeoutNanoseconds` (negative:
/// for ever). `shared` is nonzero when the word may be mapped by more than one process.
long martlet_futex_wait(
    const uint32_t *_Nonnull word, uint32_t expected, int64_t timeoutNanoseconds, int shared);

/// futex(2) FUTEX_WAKE: wakes at most `count` waiters and returns how many.
long martlet_futex_wake(const uint32_t *_Nonnull word, uint32_t count, int shared);

/// sched_getcpu(3): the processor that this thread is running on.
long martlet_processor(void);

/// sched_setaffinity(2): runs this thread on one processor only.
long martlet_stay_on_processor(long processor);

/// fcntl(2) with an integer argument.
long martlet_fcntl(int descriptor, int command, long argument);

/// ioctl(2) with FIONREAD: bytes that can be read without waiting.
long martlet_readable_bytes(int descriptor);

/// renameat2(2) with RENAME_* `flags`.
long martlet_renameat2(
    int fromDirectory, const char *_Nonnull from, int toDirectory, const char *_Nonnull to,
    unsigned flags);

/// getdents64(2): fills `buffer` with linux_dirent64 records and returns their size in bytes.
long martlet_getdents64(int descriptor, void *_Nonnull buffer, size_t capacity);

/// fallocate(2) mode 0: makes room from `offset` on, growing the file when needed.
long martlet_allocate(int descriptor, int64_t offset, int64_t byteCount);

/// getrandom(2) without flags; returns how many bytes were filled.
long martlet_random(void *_Nonnull buffer, size_t capacity);

/// eventfd(2), closed on exec and not blocking: the new descriptor.
long martlet_eventfd(void);

/// Adds one to an eventfd's counter.
long martlet_eventfd_signal(int descriptor);

/// pipe2(2), closed on exec: fills the reading and the writing end.
long martlet_pipe(int32_t *_Nonnull ends);

/// accept4(2) that does not ask for the peer's address.
long martlet_accept(int descriptor, int flags);

/// poll(2) with a time limit in nanoseconds (negative: for ever).
struct pollfd;
long martlet_poll(struct pollfd *_Nullable entries, size_t count, int64_t timeoutNanoseconds);

/// Whether the processor has what the engine is compiled for: SSE4.2 on x86-64.
int martlet_processor_is_supported(void);

/// How many processors sched_getaffinity(2) leaves this thread, at least 1.
long martlet_processor_count(void);

/// landlock_create_ruleset(2) asked for its version: the ABI the kernel offers.
long martlet_landlock_abi(void);

/// Overwrites secrets with zeros; never removed by the optimiser.
void martlet_wipe(void *_Nonnull bytes, size_t count);

/// Has the kernel make the pages of some memory writable now (MADV_POPULATE_WRITE, Linux 5.14), if it
/// can: they hold what they held.
void martlet_populate(void *_Nonnull memory, size_t count);

// Values that C hides behind macros Swift can not import.
extern const uint64_t martlet_RESOLVE_BENEATH;
extern const uint64_t martlet_RESOLVE_NO_MAGICLINKS;
extern const uint64_t martlet_RESOLVE_NO_SYMLINKS;
extern const int martlet_O_PATH;
extern const int martlet_O_TMPFILE;
