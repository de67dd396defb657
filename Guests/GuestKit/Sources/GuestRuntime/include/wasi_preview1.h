// WASI preview 1 for freestanding C and for Swift: types, constants and the 46 imports.
//
// Source: WebAssembly System Interface, snapshot preview 1 (witx: typenames, wasi_snapshot_preview1).
// Define WASI_MODULE before including to import the same functions from another module; define
// WASI_UNSTABLE for the layouts and numbers of `wasi_unstable` (snapshot 0).
#ifndef WASI_PREVIEW1_H
#define WASI_PREVIEW1_H

#include <stddef.h>
#include <stdint.h>

#ifndef WASI_MODULE
#ifdef WASI_UNSTABLE
#define WASI_MODULE "wasi_unstable"
#else
#define WASI_MODULE "wasi_snapshot_preview1"
#endif
#endif

typedef uint32_t wasi_size_t;
typedef uint64_t wasi_filesize_t;
typedef uint64_t wasi_timestamp_t;  // nanoseconds
typedef uint32_t wasi_clockid_t;
typedef uint16_t wasi_errno_t;
typedef uint64_t wasi_rights_t;
typedef uint32_t wasi_fd_t;
typedef uint8_t wasi_whence_t;
typedef uint64_t wasi_dircookie_t;
typedef uint8_t wasi_filetype_t;
typedef uint8_t wasi_advice_t;
typedef uint16_t wasi_fdflags_t;
typedef uint16_t wasi_fstflags_t;
typedef uint32_t wasi_lookupflags_t;
typedef uint16_t wasi_oflags_t;
typedef uint64_t wasi_userdata_t;
typedef uint8_t wasi_eventtype_t;
typedef uint32_t wasi_exitcode_t;
typedef uint8_t wasi_signal_t;
typedef uint16_t wasi_riflags_t;
typedef uint16_t wasi_roflags_t;
typedef uint16_t wasi_siflags_t;
typedef uint8_t wasi_sdflags_t;

enum {
    WASI_ESUCCESS = 0,
    WASI_E2BIG = 1,
    WASI_EACCES = 2,
    WASI_EADDRINUSE = 3,
    WASI_EADDRNOTAVAIL = 4,
    WASI_EAFNOSUPPORT = 5,
    WASI_EAGAIN = 6,
    WASI_EALREADY = 7,
    WASI_EBADF = 8,
    WASI_EBADMSG = 9,
    WASI_EBUSY = 10,
    WASI_ECANCELED = 11,
    WASI_ECHILD = 12,
    WASI_ECONNABORTED = 13,
    WASI_ECONNREFUSED = 14,
    WASI_ECONNRESET = 15,
    WASI_EDEADLK = 16,
    WASI_EDESTADDRREQ = 17,
    WASI_EDOM = 18,
    WASI_EDQUOT = 19,
    WASI_EEXIST = 20,
    WASI_EFAULT = 21,
    WASI_EFBIG = 22,
    WASI_EHOSTUNREACH = 23,
    WASI_EIDRM = 24,
    WASI_EILSEQ = 25,
    WASI_EINPROGRESS = 26,
    WASI_EINTR = 27,
    WASI_EINVAL = 28,
    WASI_EIO = 29,
    WASI_EISCONN = 30,
    WASI_EISDIR = 31,
    WASI_ELOOP = 32,
    WASI_EMFILE = 33,
    WASI_EMLINK = 34,
    WASI_EMSGSIZE = 35,
    WASI_EMULTIHOP = 36,
    WASI_ENAMETOOLONG = 37,
    WASI_ENETDOWN = 38,
    WASI_ENETRESET = 39,
    WASI_ENETUNREACH = 40,
    WASI_ENFILE = 41,
    WASI_ENOBUFS = 42,
    WASI_ENODEV = 43,
    WASI_ENOENT = 44,
    WASI_ENOEXEC = 45,
    WASI_ENOLCK = 46,
    WASI_ENOLINK = 47,
    WASI_ENOMEM = 48,
    WASI_ENOMSG = 49,
    WASI_ENOPROTOOPT = 50,
    WASI_ENOSPC = 51,
    WASI_ENOSYS = 52,
    WASI_ENOTCONN = 53,
    WASI_ENOTDIR = 54,
    WASI_ENOTEMPTY = 55,
    WASI_ENOTRECOVERABLE = 56,
    WASI_ENOTSOCK = 57,
    WASI_ENOTSUP = 58,
    WASI_ENOTTY = 59,
    WASI_ENXIO = 60,
    WASI_EOVERFLOW = 61,
    WASI_EOWNERDEAD = 62,
    WASI_EPERM = 63,
    WASI_EPIPE = 64,
    WASI_EPROTO = 65,
    WASI_EPROTONOSUPPORT = 66,
    WASI_EPROTOTYPE = 67,
    WASI_ERANGE = 68,
    WASI_EROFS = 69,
    WASI_ESPIPE = 70,
    WASI_ESRCH = 71,
    WASI_ESTALE = 72,
    WASI_ETIMEDOUT = 73,
    WASI_ETXTBSY = 74,
    WASI_EXDEV = 75,
    WASI_ENOTCAPABLE = 76,
};

enum { WASI_CLOCK_REALTIME, WASI_CLOCK_MONOTONIC, WASI_CLOCK_PROCESS_CPU, WASI_CLOCK_THREAD_CPU };

#define WASI_RIGHT_FD_DATASYNC (1ULL << 0)
#define WASI_RIGHT_FD_READ (1ULL << 1)
#define WASI_RIGHT_FD_SEEK (1ULL << 2)
#define WASI_RIGHT_FD_FDSTAT_SET_FLAGS (1ULL << 3)
#define WASI_RIGHT_FD_SYNC (1ULL << 4)
#define WASI_RIGHT_FD_TELL (1ULL << 5)
#define WASI_RIGHT_FD_WRITE (1ULL << 6)
#define WASI_RIGHT_FD_ADVISE (1ULL << 7)
#define WASI_RIGHT_FD_ALLOCATE (1ULL << 8)
#define WASI_RIGHT_PATH_CREATE_DIRECTORY (1ULL << 9)
#define WASI_RIGHT_PATH_CREATE_FILE (1ULL << 10)
#define WASI_RIGHT_PATH_LINK_SOURCE (1ULL << 11)
#define WASI_RIGHT_PATH_LINK_TARGET (1ULL << 12)
#define WASI_RIGHT_PATH_OPEN (1ULL << 13)
#define WASI_RIGHT_FD_READDIR (1ULL << 14)
#define WASI_RIGHT_PATH_READLINK (1ULL << 15)
#define WASI_RIGHT_PATH_RENAME_SOURCE (1ULL << 16)
#define WASI_RIGHT_PATH_RENAME_TARGET (1ULL << 17)
#define WASI_RIGHT_PATH_FILESTAT_GET (1ULL << 18)
#define WASI_RIGHT_PATH_FILESTAT_SET_SIZE (1ULL << 19)
#define WASI_RIGHT_PATH_FILESTAT_SET_TIMES (1ULL << 20)
#define WASI_RIGHT_FD_FILESTAT_GET (1ULL << 21)
#define WASI_RIGHT_FD_FILESTAT_SET_SIZE (1ULL << 22)
#define WASI_RIGHT_FD_FILESTAT_SET_TIMES (1ULL << 23)
#define WASI_RIGHT_PATH_SYMLINK (1ULL << 24)
#define WASI_RIGHT_PATH_REMOVE_DIRECTORY (1ULL << 25)
#define WASI_RIGHT_PATH_UNLINK_FILE (1ULL << 26)
#define WASI_RIGHT_POLL_FD_READWRITE (1ULL << 27)
#define WASI_RIGHT_SOCK_SHUTDOWN (1ULL << 28)
#define WASI_RIGHT_SOCK_ACCEPT (1ULL << 29)

enum {
    WASI_FILETYPE_UNKNOWN,
    WASI_FILETYPE_BLOCK_DEVICE,
    WASI_FILETYPE_CHARACTER_DEVICE,
    WASI_FILETYPE_DIRECTORY,
    WASI_FILETYPE_REGULAR_FILE,
    WASI_FILETYPE_SOCKET_DGRAM,
    WASI_FILETYPE_SOCKET_STREAM,
    WASI_FILETYPE_SYMBOLIC_LINK,
};

enum {
    WASI_ADVICE_NORMAL,
    WASI_ADVICE_SEQUENTIAL,
    WASI_ADVICE_RANDOM,
    WASI_ADVICE_WILLNEED,
    WASI_ADVICE_DONTNEED,
    WASI_ADVICE_NOREUSE,
};

enum {
    WASI_FDFLAG_APPEND = 1,
    WASI_FDFLAG_DSYNC = 2,
    WASI_FDFLAG_NONBLOCK = 4,
    WASI_FDFLAG_RSYNC = 8,
    WASI_FDFLAG_SYNC = 16,
};

enum { WASI_FSTFLAG_ATIM = 1, WASI_FSTFLAG_ATIM_NOW = 2, WASI_FSTFLAG_MTIM = 4, WASI_FSTFLAG_MTIM_NOW = 8 };
enum { WASI_LOOKUP_SYMLINK_FOLLOW = 1 };
enum { WASI_OFLAG_CREAT = 1, WASI_OFLAG_DIRECTORY = 2, WASI_OFLAG_EXCL = 4, WASI_OFLAG_TRUNC = 8 };
enum { WASI_EVENTTYPE_CLOCK, WASI_EVENTTYPE_FD_READ, WASI_EVENTTYPE_FD_WRITE };
enum { WASI_SUBCLOCK_ABSTIME = 1 };
enum { WASI_EVENT_HANGUP = 1 };
enum { WASI_RI_PEEK = 1, WASI_RI_WAITALL = 2 };
enum { WASI_RO_DATA_TRUNCATED = 1 };
enum { WASI_SD_RD = 1, WASI_SD_WR = 2 };
enum { WASI_PREOPENTYPE_DIR = 0 };

#ifdef WASI_UNSTABLE
enum { WASI_WHENCE_CUR, WASI_WHENCE_END, WASI_WHENCE_SET };
#else
enum { WASI_WHENCE_SET, WASI_WHENCE_CUR, WASI_WHENCE_END };
#endif

typedef struct {
    void *buf;
    wasi_size_t len;
} wasi_iovec_t;

typedef struct {
    const void *buf;
    wasi_size_t len;
} wasi_ciovec_t;

typedef struct {
    wasi_dircookie_t next;
    uint64_t ino;
    uint32_t namlen;
    wasi_filetype_t type;
} wasi_dirent_t;

typedef struct {
    wasi_filetype_t filetype;
    wasi_fdflags_t flags;
    wasi_rights_t rights_base;
    wasi_rights_t rights_inheriting;
} wasi_fdstat_t;

typedef struct {
    uint64_t dev;
    uint64_t ino;
    wasi_filetype_t filetype;
#ifdef WASI_UNSTABLE
    uint32_t nlink;
#else
    uint64_t nlink;
#endif
    wasi_filesize_t size;
    wasi_timestamp_t atim;
    wasi_timestamp_t mtim;
    wasi_timestamp_t ctim;
} wasi_filestat_t;

typedef struct {
#ifdef WASI_UNSTABLE
    wasi_userdata_t identifier;
#endif
    wasi_clockid_t id;
    wasi_timestamp_t timeout;
    wasi_timestamp_t precision;
    uint16_t flags;
} wasi_subscription_clock_t;

typedef struct {
    wasi_userdata_t userdata;
    struct {
        wasi_eventtype_t tag;
        union {
            wasi_subscription_clock_t clock;
            wasi_fd_t fd;
        } u;
    } u;
} wasi_subscription_t;

typedef struct {
    wasi_userdata_t userdata;
    wasi_errno_t error;
    wasi_eventtype_t type;
    struct {
        wasi_filesize_t nbytes;
        uint16_t flags;
    } fd_readwrite;
} wasi_event_t;

typedef struct {
    uint8_t tag;
    wasi_size_t name_len;
} wasi_prestat_t;

_Static_assert(sizeof(wasi_dirent_t) == 24, "dirent");
_Static_assert(sizeof(wasi_fdstat_t) == 24, "fdstat");
_Static_assert(sizeof(wasi_event_t) == 32, "event");
_Static_assert(sizeof(wasi_prestat_t) == 8, "prestat");
#ifdef WASI_UNSTABLE
_Static_assert(sizeof(wasi_filestat_t) == 56, "filestat");
_Static_assert(sizeof(wasi_subscription_t) == 56, "subscription");
#else
_Static_assert(sizeof(wasi_filestat_t) == 64, "filestat");
_Static_assert(sizeof(wasi_subscription_t) == 48, "subscription");
#endif

#define WASI_CALL(name, ...)                                                               \
    wasi_errno_t wasi_##name(__VA_ARGS__)                                                  \
        __attribute__((__import_module__(WASI_MODULE), __import_name__(#name),             \
                       __warn_unused_result__))

WASI_CALL(args_get, uint8_t **argv, uint8_t *argv_buf);
WASI_CALL(args_sizes_get, wasi_size_t *argc, wasi_size_t *argv_buf_size);
WASI_CALL(environ_get, uint8_t **environment, uint8_t *environ_buf);
WASI_CALL(environ_sizes_get, wasi_size_t *count, wasi_size_t *environ_buf_size);
WASI_CALL(clock_res_get, wasi_clockid_t id, wasi_timestamp_t *resolution);
WASI_CALL(clock_time_get, wasi_clockid_t id, wasi_timestamp_t precision, wasi_timestamp_t *time);
WASI_CALL(fd_advise, wasi_fd_t fd, wasi_filesize_t offset, wasi_filesize_t len, wasi_advice_t advice);
WASI_CALL(fd_allocate, wasi_fd_t fd, wasi_filesize_t offset, wasi_filesize_t len);
WASI_CALL(fd_close, wasi_fd_t fd);
WASI_CALL(fd_datasync, wasi_fd_t fd);
WASI_CALL(fd_fdstat_get, wasi_fd_t fd, wasi_fdstat_t *stat);
WASI_CALL(fd_fdstat_set_flags, wasi_fd_t fd, wasi_fdflags_t flags);
WASI_CALL(fd_fdstat_set_rights, wasi_fd_t fd, wasi_rights_t base, wasi_rights_t inheriting);
WASI_CALL(fd_filestat_get, wasi_fd_t fd, wasi_filestat_t *stat);
WASI_CALL(fd_filestat_set_size, wasi_fd_t fd, wasi_filesize_t size);
WASI_CALL(
    fd_filestat_set_times, wasi_fd_t fd, wasi_timestamp_t atim, wasi_timestamp_t mtim,
    wasi_fstflags_t flags);
WASI_CALL(
    fd_pread, wasi_fd_t fd, const wasi_iovec_t *iovs, size_t count, wasi_filesize_t offset,
    wasi_size_t *nread);
WASI_CALL(fd_prestat_get, wasi_fd_t fd, wasi_prestat_t *prestat);
WASI_CALL(fd_prestat_dir_name, wasi_fd_t fd, uint8_t *path, wasi_size_t path_len);
WASI_CALL(
    fd_pwrite, wasi_fd_t fd, const wasi_ciovec_t *iovs, size_t count, wasi_filesize_t offset,
    wasi_size_t *nwritten);
WASI_CALL(fd_read, wasi_fd_t fd, const wasi_iovec_t *iovs, size_t count, wasi_size_t *nread);
WASI_CALL(
    fd_readdir, wasi_fd_t fd, uint8_t *buf, wasi_size_t buf_len, wasi_dircookie_t cookie,
    wasi_size_t *used);
WASI_CALL(fd_renumber, wasi_fd_t fd, wasi_fd_t to);
WASI_CALL(fd_seek, wasi_fd_t fd, int64_t offset, wasi_whence_t whence, wasi_filesize_t *position);
WASI_CALL(fd_sync, wasi_fd_t fd);
WASI_CALL(fd_tell, wasi_fd_t fd, wasi_filesize_t *position);
WASI_CALL(fd_write, wasi_fd_t fd, const wasi_ciovec_t *iovs, size_t count, wasi_size_t *nwritten);
WASI_CALL(path_create_directory, wasi_fd_t fd, const char *path, size_t path_len);
WASI_CALL(
    path_filestat_get, wasi_fd_t fd, wasi_lookupflags_t flags, const char *path, size_t path_len,
    wasi_filestat_t *stat);
WASI_CALL(
    path_filestat_set_times, wasi_fd_t fd, wasi_lookupflags_t flags, const char *path,
    size_t path_len, wasi_timestamp_t atim, wasi_timestamp_t mtim, wasi_fstflags_t fst_flags);
WASI_CALL(
    path_link, wasi_fd_t old_fd, wasi_lookupflags_t old_flags, const char *old_path,
    size_t old_path_len, wasi_fd_t new_fd, const char *new_path, size_t new_path_len);
WASI_CALL(
    path_open, wasi_fd_t fd, wasi_lookupflags_t dirflags, const char *path, size_t path_len,
    wasi_oflags_t oflags, wasi_rights_t base, wasi_rights_t inheriting, wasi_fdflags_t fdflags,
    wasi_fd_t *opened);
WASI_CALL(
    path_readlink, wasi_fd_t fd, const char *path, size_t path_len, uint8_t *buf,
    wasi_size_t buf_len, wasi_size_t *used);
WASI_CALL(path_remove_directory, wasi_fd_t fd, const char *path, size_t path_len);
WASI_CALL(
    path_rename, wasi_fd_t fd, const char *old_path, size_t old_path_len, wasi_fd_t new_fd,
    const char *new_path, size_t new_path_len);
WASI_CALL(
    path_symlink, const char *target, size_t target_len, wasi_fd_t fd, const char *path,
    size_t path_len);
WASI_CALL(path_unlink_file, wasi_fd_t fd, const char *path, size_t path_len);
WASI_CALL(
    poll_oneoff, const wasi_subscription_t *in, wasi_event_t *out, size_t count,
    wasi_size_t *nevents);
WASI_CALL(proc_raise, wasi_signal_t signal);
WASI_CALL(sched_yield, void);
WASI_CALL(random_get, uint8_t *buf, wasi_size_t buf_len);
#ifndef WASI_UNSTABLE
WASI_CALL(sock_accept, wasi_fd_t fd, wasi_fdflags_t flags, wasi_fd_t *connection);
#endif
WASI_CALL(
    sock_recv, wasi_fd_t fd, const wasi_iovec_t *iovs, size_t count, wasi_riflags_t ri_flags,
    wasi_size_t *nread, wasi_roflags_t *ro_flags);
WASI_CALL(
    sock_send, wasi_fd_t fd, const wasi_ciovec_t *iovs, size_t count, wasi_siflags_t si_flags,
    wasi_size_t *nwritten);
WASI_CALL(sock_shutdown, wasi_fd_t fd, wasi_sdflags_t how);

_Noreturn void wasi_proc_exit(wasi_exitcode_t code)
    __attribute__((__import_module__(WASI_MODULE), __import_name__("proc_exit")));

#endif
