// WASI has no table of users: SQLite's shell finds no home folder and looks at $HOME instead.
#ifndef SQLITE_WASI_PWD_H
#define SQLITE_WASI_PWD_H

#include <stddef.h>
#include <sys/types.h>

struct passwd {
    char *pw_dir;
};

static inline uid_t getuid(void) { return 0; }
static inline struct passwd *getpwuid(uid_t user) { return (void)user, (struct passwd *)NULL; }

#endif
