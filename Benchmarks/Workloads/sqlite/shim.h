// What SQLite's unix VFS asks for and WASI preview 1 does not have: one process, one user, no
// locks. Included before every other header of the Wasm build (-include).
#ifndef SQLITE_WASI_SHIM_H
#define SQLITE_WASI_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef F_RDLCK
#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#endif
#ifndef F_SETLK
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#endif

/// fcntl, but advisory locks always succeed: nobody else has the file open. A function and not a
/// macro with arguments, because SQLite keeps its address.
__attribute__((unused)) static int fcntl_without_locks(int file, int command, ...) {
    va_list rest;
    va_start(rest, command);
    int result = 0;
    if (command == F_GETLK) {
        va_arg(rest, struct flock *)->l_type = F_UNLCK;
    } else if (command != F_SETLK && command != F_SETLKW) {
        result = fcntl(file, command, va_arg(rest, int));
    }
    va_end(rest);
    return result;
}
#define fcntl fcntl_without_locks

static inline int fchmod(int file, mode_t mode) { return (void)file, (void)mode, 0; }
static inline int chmod(const char *path, mode_t mode) { return (void)path, (void)mode, 0; }
static inline int fchown(int file, uid_t user, gid_t group) {
    return (void)file, (void)user, (void)group, 0;
}
static inline uid_t geteuid(void) { return 0; }
#define getpid() ((pid_t)1)

#endif
