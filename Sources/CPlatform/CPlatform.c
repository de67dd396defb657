#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long result(long value) { return value < 0 ? -(long)errno : value; }

static int argumentCount;
static char **arguments;

// glibc hands initialisers what it hands main().
__attribute__((constructor)) static void keepArguments(int count, char **values) {
    argumentCount = count;
    arguments = values;
}

const char *martlet_argument(int index) {
    return index >= 0 && index < argumentCount ? arguments[index] : NULL;
}

long martlet_openat2(
    int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
    return result(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

void martlet_populate(void *memory, size_t count) {
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
    int before = errno;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)memory & -page;
    uintptr_t end = ((uintptr_t)memory + count + page - 1) & -page;
    madvise((void *)start, end - start, MADV_POPULATE_WRITE);
    errno = before;
}

long martlet_futex_wait(
    const uint32_t *word, uint32_t expected, int64_t timeoutNanoseconds, int shared) {
    struct timespec limit = {
        .tv_sec = timeoutNanoseconds / 1000000000, .tv_nsec = timeoutNanoseconds % 1000000000};
    int operation = shared ? FUTEX_WAIT : FUTEX_WAIT_PRIVATE;
    return result(syscall(
        SYS_futex, word, operation, expected, timeoutNanoseconds < 0 ? NULL : &limit, NULL, 0));
}

long martlet_futex_wake(const uint32_t *word, uint32_t count, int shared) {
    // The kernel reads the count as a signed number.
    int limit = count > INT32_MAX ? INT32_MAX : (int)count;
    return result(syscall(SYS_futex, word, shared ? FUTEX_WAKE : FUTEX_WAKE_PRIVATE, limit));
}

long martlet_processor(void) { return result(sched_getcpu()); }

long martlet_stay_on_processor(long processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (processor < 0 || processor >= CPU_SETSIZE) return -EINVAL;
    CPU_SET((size_t)processor, &set);
    return result(sched_setaffinity(0, sizeof set, &set));
}

long martlet_fcntl(int descriptor, int command, long argument) {
    return result(fcntl(descriptor, command, argument));
}

long martlet_readable_bytes(int descriptor) {
    int count = 0;
    if (ioctl(descriptor, FIONREAD, &count) < 0) return -(long)errno;
    return count < 0 ? 0 : count;
}

long martlet_renameat2(
    int fromDirectory, const char *from, int toDirectory, const char *to, unsigned flags) {
    return result(syscall(SYS_renameat2, fromDirectory, from, toDirectory, to, flags));
}

long martlet_getdents64(int descriptor, void *buffer, size_t capacity) {
    return result(syscall(SYS_getdents64, descriptor, buffer, capacity));
}

long martlet_allocate(int descriptor, int64_t offset, int64_t byteCount) {
    return result(fallocate(descriptor, 0, offset, byteCount));
}

long martlet_random(void *buffer, size_t capacity) {
    return result(getrandom(buffer, capacity, 0));
}

long martlet_eventfd(void) { return result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

long martlet_eventfd_signal(int descriptor) { return result(eventfd_write(descriptor, 1)); }

long martlet_pipe(int32_t *ends) { return result(pipe2(ends, O_CLOEXEC)); }

long martlet_accept(int descriptor, int flags) {
    return result(accept4(descriptor, NULL, NULL, flags));
}

long martlet_poll(struct pollfd *entries, size_t count, int64_t timeoutNanoseconds) {
    struct timespec limit = {
        .tv_sec = timeoutNanoseconds / 1000000000, .tv_nsec = timeoutNanoseconds % 1000000000};
    return result(ppoll(entries, count, timeoutNanoseconds < 0 ? NULL : &limit, NULL));
}

void martlet_wipe(void *bytes, size_t count) { explicit_bzero(bytes, count); }

const uint64_t martlet_RESOLVE_BENEATH = RESOLVE_BENEATH;
const uint64_t martlet_RESOLVE_NO_MAGICLINKS = RESOLVE_NO_MAGICLINKS;
const uint64_t martlet_RESOLVE_NO_SYMLINKS = RESOLVE_NO_SYMLINKS;
const int martlet_O_PATH = O_PATH;
const int martlet_O_TMPFILE = O_TMPFILE;

long martlet_landlock_abi(void) {
    const unsigned versionFlag = 1; // LANDLOCK_CREATE_RULESET_VERSION
    const long createRuleset = 444; // the same number on every architecture
    return result(syscall(createRuleset, NULL, 0, versionFlag));
}
