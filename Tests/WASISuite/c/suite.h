// The suite's own small test harness: named cases, expectations, and set-up from inside the guest.
//
// A case prints `ok NAME` or `FAILED NAME: expected …, got … (line N)` and the program ends with
// `N passed, M failed`; its exit code is 1 when anything failed.
#ifndef SUITE_H
#define SUITE_H

#include "guest_runtime.h"
#include "wasi_preview1.h"

typedef struct suite_case {
    const char *name;
    void (*body)(void);
    struct suite_case *next;
} suite_case;

static suite_case *suite_first, **suite_end = &suite_first;
static const char *suite_name;
static int suite_failed_here, suite_passed, suite_failed;
static int suite_argc;
static char **suite_argv;

// The directory that the program may do anything in: the preopen "/work", or else the first one.
static wasi_fd_t work;

#define UNUSED __attribute__((unused)) static

#define CASE(function, text)                                                   \
    static void function(void);                                                \
    static suite_case function##_case = {text, function, NULL};                \
    __attribute__((constructor)) static void function##_register(void) {       \
        *suite_end = &function##_case;                                         \
        suite_end = &function##_case.next;                                     \
    }                                                                          \
    static void function(void)

// A path or text literal as address and length.
#define P(literal) (literal), (sizeof(literal) - 1)

static void say(const char *text) {
    while (*text) putchar(*text++);
}

static void say_number(uint64_t value) {
    char digits[20];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count) putchar(digits[--count]);
}

static const char *const suite_errno_names[] = {
    "success",      "E2BIG",        "EACCES",       "EADDRINUSE",      "EADDRNOTAVAIL",
    "EAFNOSUPPORT", "EAGAIN",       "EALREADY",     "EBADF",           "EBADMSG",
    "EBUSY",        "ECANCELED",    "ECHILD",       "ECONNABORTED",    "ECONNREFUSED",
    "ECONNRESET",   "EDEADLK",      "EDESTADDRREQ", "EDOM",            "EDQUOT",
    "EEXIST",       "EFAULT",       "EFBIG",        "EHOSTUNREACH",    "EIDRM",
    "EILSEQ",       "EINPROGRESS",  "EINTR",        "EINVAL",          "EIO",
    "EISCONN",      "EISDIR",       "ELOOP",        "EMFILE",          "EMLINK",
    "EMSGSIZE",     "EMULTIHOP",    "ENAMETOOLONG", "ENETDOWN",        "ENETRESET",
    "ENETUNREACH",  "ENFILE",       "ENOBUFS",      "ENODEV",          "ENOENT",
    "ENOEXEC",      "ENOLCK",       "ENOLINK",      "ENOMEM",          "ENOMSG",
    "ENOPROTOOPT",  "ENOSPC",       "ENOSYS",       "ENOTCONN",        "ENOTDIR",
    "ENOTEMPTY",    "ENOTRECOVERABLE", "ENOTSOCK",  "ENOTSUP",         "ENOTTY",
    "ENXIO",        "EOVERFLOW",    "EOWNERDEAD",   "EPERM",           "EPIPE",
    "EPROTO",       "EPROTONOSUPPORT", "EPROTOTYPE", "ERANGE",         "EROFS",
    "ESPIPE",       "ESRCH",        "ESTALE",       "ETIMEDOUT",       "ETXTBSY",
    "EXDEV",        "ENOTCAPABLE",
};

static void say_errno(wasi_errno_t value) {
    if (value < sizeof suite_errno_names / sizeof suite_errno_names[0]) {
        say(suite_errno_names[value]);
    } else {
        say("errno ");
        say_number(value);
    }
}

static void fail_begin(void) {
    suite_failed_here = 1;
    say("FAILED ");
    say(suite_name);
    say(": expected ");
}

static void fail_end(int line) {
    say(" (line ");
    say_number((uint64_t)line);
    say(")\n");
}

UNUSED int suite_errno_is(wasi_errno_t got, const wasi_errno_t *wanted, int count, int line) {
    for (int i = 0; i < count; i++) {
        if (got == wanted[i]) return 1;
    }
    fail_begin();
    for (int i = 0; i < count; i++) {
        if (i) say(" or ");
        say_errno(wanted[i]);
    }
    say(", got ");
    say_errno(got);
    fail_end(line);
    return 0;
}

UNUSED int suite_equal(uint64_t got, uint64_t wanted, const char *what, int line) {
    if (got == wanted) return 1;
    fail_begin();
    say(what);
    say(" = ");
    say_number(wanted);
    say(", got ");
    say_number(got);
    fail_end(line);
    return 0;
}

UNUSED int suite_true(int holds, const char *what, int line) {
    if (holds) return 1;
    fail_begin();
    say(what);
    fail_end(line);
    return 0;
}

// Each ends the case at its first failure.
#define ONE_OF(call, ...)                                                                         \
    do {                                                                                          \
        const wasi_errno_t suite_wanted[] = {__VA_ARGS__};                                        \
        if (!suite_errno_is((call), suite_wanted, sizeof suite_wanted / sizeof(wasi_errno_t),     \
                            __LINE__))                                                            \
            return;                                                                               \
    } while (0)
#define OK(call) ONE_OF(call, WASI_ESUCCESS)
#define EQUAL(actual, expected)                                                                   \
    do {                                                                                          \
        if (!suite_equal((uint64_t)(actual), (uint64_t)(expected), #actual, __LINE__)) return;    \
    } while (0)
#define TRUE(condition)                                                                           \
    do {                                                                                          \
        if (!suite_true((condition), #condition, __LINE__)) return;                               \
    } while (0)
// A path that would leave the directory: preview 1 says ENOTCAPABLE, many engines EPERM.
#define CONTAINED(call) ONE_OF(call, WASI_ENOTCAPABLE, WASI_EPERM)

UNUSED int same_text(const char *left, const char *right) {
    size_t count = strlen(left);
    return count == strlen(right) && memcmp(left, right, count) == 0;
}

#define RIGHTS_READ                                                                               \
    (WASI_RIGHT_FD_READ | WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL | WASI_RIGHT_FD_FILESTAT_GET |  \
     WASI_RIGHT_FD_ADVISE | WASI_RIGHT_POLL_FD_READWRITE)
#define RIGHTS_WRITE                                                                              \
    (WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL | WASI_RIGHT_FD_FILESTAT_GET | \
     WASI_RIGHT_FD_FILESTAT_SET_SIZE | WASI_RIGHT_FD_FILESTAT_SET_TIMES |                         \
     WASI_RIGHT_FD_ALLOCATE | WASI_RIGHT_FD_SYNC | WASI_RIGHT_FD_DATASYNC |                       \
     WASI_RIGHT_FD_FDSTAT_SET_FLAGS | WASI_RIGHT_POLL_FD_READWRITE)
#define RIGHTS_FILE (RIGHTS_READ | RIGHTS_WRITE)
#define RIGHTS_DIRECTORY                                                                          \
    (WASI_RIGHT_PATH_CREATE_DIRECTORY | WASI_RIGHT_PATH_CREATE_FILE |                             \
     WASI_RIGHT_PATH_LINK_SOURCE | WASI_RIGHT_PATH_LINK_TARGET | WASI_RIGHT_PATH_OPEN |           \
     WASI_RIGHT_FD_READDIR | WASI_RIGHT_PATH_READLINK | WASI_RIGHT_PATH_RENAME_SOURCE |           \
     WASI_RIGHT_PATH_RENAME_TARGET | WASI_RIGHT_PATH_FILESTAT_GET |                               \
     WASI_RIGHT_PATH_FILESTAT_SET_SIZE | WASI_RIGHT_PATH_FILESTAT_SET_TIMES |                     \
     WASI_RIGHT_FD_FILESTAT_GET | WASI_RIGHT_FD_FILESTAT_SET_TIMES | WASI_RIGHT_PATH_SYMLINK |    \
     WASI_RIGHT_PATH_REMOVE_DIRECTORY | WASI_RIGHT_PATH_UNLINK_FILE | WASI_RIGHT_FD_SYNC |        \
     WASI_RIGHT_FD_DATASYNC)

// Opens a file under `work`, reading and writing.
UNUSED wasi_errno_t open_file(const char *path, size_t count, wasi_oflags_t oflags, wasi_fd_t *fd) {
    return wasi_path_open(
        work, WASI_LOOKUP_SYMLINK_FOLLOW, path, count, oflags, RIGHTS_FILE, 0, 0, fd);
}

UNUSED wasi_errno_t open_directory(const char *path, size_t count, wasi_fd_t *fd) {
    return wasi_path_open(
        work, WASI_LOOKUP_SYMLINK_FOLLOW, path, count, WASI_OFLAG_DIRECTORY, RIGHTS_DIRECTORY,
        RIGHTS_DIRECTORY | RIGHTS_FILE, 0, fd);
}

UNUSED wasi_errno_t write_all(wasi_fd_t fd, const char *text, size_t count) {
    while (count > 0) {
        wasi_ciovec_t piece = {text, count};
        wasi_size_t written = 0;
        wasi_errno_t error = wasi_fd_write(fd, &piece, 1, &written);
        if (error) return error;
        if (written == 0 || written > count) return WASI_EIO;
        text += written;
        count -= written;
    }
    return 0;
}

// A new file with this content; an existing one is replaced.
UNUSED wasi_errno_t make_file(
    const char *path, size_t path_count, const char *text, size_t count) {
    wasi_fd_t fd;
    wasi_errno_t error = open_file(path, path_count, WASI_OFLAG_CREAT | WASI_OFLAG_TRUNC, &fd);
    if (error) return error;
    error = write_all(fd, text, count);
    wasi_errno_t closing = wasi_fd_close(fd);
    return error ? error : closing;
}

UNUSED wasi_errno_t read_fd(wasi_fd_t fd, char *buffer, size_t capacity, size_t *count) {
    *count = 0;
    while (*count < capacity) {
        wasi_iovec_t piece = {buffer + *count, capacity - *count};
        wasi_size_t got = 0;
        wasi_errno_t error = wasi_fd_read(fd, &piece, 1, &got);
        if (error) return error;
        if (got > piece.len) return WASI_EIO;
        if (got == 0) break;
        *count += got;
    }
    return 0;
}

// Whether a file's whole content is `text`; 0 also when it can not be read.
UNUSED int file_is(const char *path, size_t path_count, const char *text, size_t count) {
    static char buffer[4096];
    wasi_fd_t fd;
    size_t got = 0;
    if (wasi_path_open(work, WASI_LOOKUP_SYMLINK_FOLLOW, path, path_count, 0, RIGHTS_READ, 0, 0,
                       &fd))
        return 0;
    wasi_errno_t error = read_fd(fd, buffer, sizeof buffer, &got);
    if (wasi_fd_close(fd) || error) return 0;
    return got == count && memcmp(buffer, text, count) == 0;
}

UNUSED wasi_errno_t stat_path(const char *path, size_t count, wasi_filestat_t *stat) {
    return wasi_path_filestat_get(work, 0, path, count, stat);
}

UNUSED wasi_errno_t make_directory(const char *path, size_t count) {
    return wasi_path_create_directory(work, path, count);
}

// A descriptor number that was open and is closed.
UNUSED wasi_fd_t closed_fd(void) {
    wasi_fd_t fd = 0;
    if (open_file(P("closed-fd"), WASI_OFLAG_CREAT, &fd)) return 4000000;
    if (wasi_fd_close(fd)) return 4000000;
    return fd;
}

// The preopened directory of that name; -1 when there is none.
UNUSED wasi_fd_t preopen(const char *name) {
    char buffer[256];
    for (wasi_fd_t fd = 3; fd < 64; fd++) {
        wasi_prestat_t prestat;
        wasi_errno_t error = wasi_fd_prestat_get(fd, &prestat);
        if (error == WASI_EBADF) {
            wasi_fdstat_t stat;
            if (wasi_fd_fdstat_get(fd, &stat)) break;
            continue;  // A preopened socket.
        }
        if (error || prestat.name_len >= sizeof buffer) continue;
        if (wasi_fd_prestat_dir_name(fd, (uint8_t *)buffer, prestat.name_len)) continue;
        buffer[prestat.name_len] = 0;
        if (same_text(name, buffer)) return fd;
    }
    return (wasi_fd_t)-1;
}

// The case only makes sense on what this host has; said in the output, and counted as passed.
#define SKIP_UNLESS(condition, why)                                                               \
    do {                                                                                          \
        if (!(condition)) {                                                                       \
            say("# skipped, " why ": ");                                                          \
            return;                                                                               \
        }                                                                                         \
    } while (0)

// Whether `suite:skip=3,17` as last argument names this case. Engines may end the program inside a
// call; the runner then starts it anew without that case.
static int suite_skips(int number) {
    const char *list = suite_argv[suite_argc - 1];
    if (memcmp(list, "suite:skip=", strlen(list) < 11 ? strlen(list) + 1 : 11) != 0) return 0;
    for (list += 11; *list;) {
        int value = 0;
        while (*list >= '0' && *list <= '9') value = value * 10 + (*list++ - '0');
        if (value == number) return 1;
        if (*list) list++;
    }
    return 0;
}

int main(int argc, char **argv) {
    suite_argc = argc;
    suite_argv = argv;
    work = preopen("/work");
    if (work == (wasi_fd_t)-1) work = 3;
    int number = 0;
    for (suite_case *one = suite_first; one; one = one->next, number++) {
        suite_name = one->name;
        suite_failed_here = 0;
        if (argc > 0 && suite_skips(number)) {
            say("skipping ");
            say(suite_name);
            putchar('\n');
            continue;
        }
        one->body();
        if (suite_failed_here) {
            suite_failed++;
        } else {
            suite_passed++;
            say("ok ");
            say(suite_name);
            putchar('\n');
        }
    }
    say_number((uint64_t)suite_passed);
    say(" passed, ");
    say_number((uint64_t)suite_failed);
    say(" failed\n");
    return suite_failed ? 1 : 0;
}

#endif
