#define _GNU_SOURCE
#include "KeepProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// How far a child came; told with the errno when it fails.
enum { STAGE_WAIT = 1, STAGE_FILES, STAGE_USER, STAGE_MOUNTS, STAGE_LIMITS, STAGE_RIGHTS, STAGE_PARENT,
       STAGE_LANDLOCK, STAGE_SECCOMP, STAGE_EXEC };

static unsigned long namespaces(uint32_t isolation) {
    unsigned long flags = 0;
    if (isolation & MARTLET_ISOLATE_USER) flags |= CLONE_NEWUSER;
    if (isolation & MARTLET_ISOLATE_MOUNTS) flags |= CLONE_NEWNS;
    if (isolation & MARTLET_ISOLATE_NETWORK) flags |= CLONE_NEWNET;
    if (isolation & MARTLET_ISOLATE_PROCESSES) flags |= CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
    return flags;
}

static long forkInto(unsigned long flags) {
    return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

static int emptyRoot(void) {
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -1;
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("keep", "/tmp", "tmpfs", flags, "size=4k,nr_inodes=2") < 0) return -1;
    if (chdir("/tmp") < 0) return -1;
    if (syscall(SYS_pivot_root, ".", ".") < 0) return -1;
    if (umount2(".", MNT_DETACH) < 0) return -1;
    if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL) < 0) return -1;
    return chdir("/");
}

static int limitTo(int resource, uint64_t value) {
    struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &limit);
}

static int limits(const struct martlet_keep_launch *launch) {
    if (limitTo(RLIMIT_CORE, 0) < 0) return -1;
    if (launch->cpuSeconds && limitTo(RLIMIT_CPU, launch->cpuSeconds) < 0) return -1;
    if (launch->fileBytes && limitTo(RLIMIT_FSIZE, launch->fileBytes) < 0) return -1;
    if (launch->openFiles && limitTo(RLIMIT_NOFILE, launch->openFiles) < 0) return -1;
    // Raising needs a right that is gone in a user namespace; what there is stays.
    (void)limitTo(RLIMIT_MEMLOCK, RLIM_INFINITY);
    return 0;
}

// Leaves the user that started it for the one that the parent mapped to this namespace's root, and its
// groups, which only a parent with the right to may give up. By system calls: the C library's own would
// first tell the threads that this process had before the fork.
static int becomeMapped(void) {
    if (syscall(SYS_setgroups, 0, NULL) < 0 && errno != EPERM) return -1;
    if (syscall(SYS_setresgid, 0, 0, 0) < 0) return -1;
    return (int)syscall(SYS_setresuid, 0, 0, 0);
}

// Killed when the thread that forked it ends, which may have happened already.
static int endWith(pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return -1;
    if (getppid() == parent) return 0;
    errno = ESRCH;
    return -1;
}

static int dropRights(void) {
    for (int right = 0; right < 64; right++) (void)prctl(PR_CAPBSET_DROP, right, 0, 0, 0);
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct { uint32_t version; int pid; } header = {0x20080522, 0};
    struct { uint32_t effective, permitted, inheritable; } none[2] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capset, &header, none) < 0) return -1;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int landlock(int executable) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) return -1;
    // What the fourth version of the interface knows, newest first: files, then TCP.
    struct { uint64_t files, network, scoped; } rules = {0, 0, 0};
    rules.files = abi >= 3 ? 0x7fff : abi == 2 ? 0x3fff : 0x1fff;
    if (abi >= 5) rules.files |= 0x8000;
    if (abi >= 4) rules.network = 3;
    if (abi >= 6) rules.scoped = 3;
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    int set = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (set < 0) return -1;
    struct landlock_path_beneath_attr own = {
        .allowed_access = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE,
        .parent_fd = executable};
    if (syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &own, 0) < 0) return -1;
    int status = syscall(SYS_landlock_restrict_self, set, 0);
    close(set);
    return status;
}

// What a keep calls. Files come as descriptors from the host, so nothing here names a path but
// readlink, which the C library asks for its own name at the start.
static const uint32_t allowed[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_preadv, SYS_pwritev,
    SYS_recvmsg, SYS_sendmsg, SYS_recvfrom, SYS_sendto, SYS_close, SYS_fstat, SYS_newfstatat,
    SYS_lseek, SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_brk, SYS_mlock,
    SYS_mlock2, SYS_mlockall, SYS_munlock, SYS_munlockall, SYS_memfd_create, SYS_rt_sigaction,
    SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigtimedwait, SYS_sigaltstack, SYS_fcntl, SYS_dup,
    SYS_dup3, SYS_pipe2, SYS_eventfd2, SYS_ppoll, SYS_futex, SYS_exit, SYS_exit_group, SYS_gettid,
    SYS_getpid, SYS_tgkill, SYS_sched_yield, SYS_sched_getaffinity, SYS_nanosleep,
    SYS_clock_nanosleep, SYS_clock_gettime, SYS_clock_getres, SYS_getrandom, SYS_set_tid_address,
    SYS_set_robust_list, SYS_rseq, SYS_prlimit64, SYS_prctl, SYS_accept, SYS_accept4,
    SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_setsockopt, SYS_shutdown, SYS_fdatasync,
    SYS_fsync, SYS_ftruncate, SYS_fallocate, SYS_flock, SYS_restart_syscall, SYS_uname, SYS_getuid,
    SYS_geteuid, SYS_getgid, SYS_getegid, SYS_membarrier, SYS_execveat, SYS_readlinkat, SYS_getcpu,
    SYS_sysinfo, SYS_getrusage,
#ifdef __x86_64__
    SYS_poll, SYS_arch_prctl, SYS_readlink, SYS_getrlimit, SYS_time,
#endif
};

#ifdef __x86_64__
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define TAKE(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define GIVE(value) BPF_STMT(BPF_RET | BPF_K, value)
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)

static int filter(void) {
    enum { COUNT = sizeof allowed / sizeof allowed[0] };
    static struct sock_filter program[2 * COUNT + 32];
    size_t n = 0;
    program[n++] = (struct sock_filter)TAKE(arch);
    program[n++] = (struct sock_filter)BPF_JUMP(
        BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0);
    program[n++] = (struct sock_filter)GIVE(SECCOMP_RET_KILL_PROCESS);
    program[n++] = (struct sock_filter)TAKE(nr);
    for (size_t i = 0; i < COUNT; i++) {
        program[n++] = (struct sock_filter)UNLESS(allowed[i], 1);
        program[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
    }
    // Threads yes, processes no. The C library takes clone when clone3 is not there.
    program[n++] = (struct sock_filter)UNLESS(SYS_clone3, 1);
    program[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ERRNO | ENOSYS);
    program[n++] = (struct sock_filter)UNLESS(SYS_clone, 3);
    program[n++] = (struct sock_filter)TAKE(args[0]);
    program[n++] = (struct sock_filter)BPF_JUMP(
        BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1);
    program[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
    program[n++] = (struct sock_filter)TAKE(nr);
    // Pairs of Unix sockets, by which the keep's own threads wake each other.
    program[n++] = (struct sock_filter)UNLESS(SYS_socketpair, 3);
    program[n++] = (struct sock_filter)TAKE(args[0]);
    program[n++] = (struct sock_filter)UNLESS(AF_UNIX, 1);
    program[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
    program[n++] = (struct sock_filter)TAKE(nr);
    // Asking how much can be read, and whether something is a terminal.
    program[n++] = (struct sock_filter)UNLESS(SYS_ioctl, 5);
    program[n++] = (struct sock_filter)TAKE(args[1]);
    program[n++] = (struct sock_filter)UNLESS(FIONREAD, 1);
    program[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
    program[n++] = (struct sock_filter)UNLESS(0x5401, 1);
    program[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
    program[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ERRNO | EPERM);
    struct sock_fprog whole = {.len = (unsigned short)n, .filter = program};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole, 0, 0);
}

// Puts the descriptors in their places and marks all others to be closed.
static int arrangeFiles(const struct martlet_keep_launch *launch, int *executable, int *status) {
    int high[16];
    if (launch->descriptorCount > 16) { errno = EMFILE; return -1; }
    int nothing = fcntl(launch->nothing, F_DUPFD, 100), log = fcntl(launch->log, F_DUPFD, 100);
    *executable = fcntl(*executable, F_DUPFD, 100);
    *status = fcntl(*status, F_DUPFD, 100);
    if (nothing < 0 || log < 0 || *executable < 0 || *status < 0) return -1;
    for (size_t i = 0; i < launch->descriptorCount; i++) {
        high[i] = fcntl(launch->descriptors[i], F_DUPFD, 100);
        if (high[i] < 0) return -1;
    }
    if (dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) return -1;
    for (size_t i = 0; i < launch->descriptorCount; i++)
        if (dup2(high[i], 3 + (int)i) < 0) return -1;
    unsigned first = 3 + (unsigned)launch->descriptorCount;
    return (int)syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC);
}

static void fail(int status, int stage) {
    int32_t told[2] = {stage, errno};
    (void)!write(status, told, sizeof told);
    _exit(127);
}

static void runChild(
    const struct martlet_keep_launch *launch, pid_t parent, int go, int status) {
    char byte;
    if (read(go, &byte, 1) != 1) _exit(127);
    (void)setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    int executable = launch->executable;
    if (arrangeFiles(launch, &executable, &status) < 0) fail(status, STAGE_FILES);
    uint32_t isolation = launch->isolation;
    if (isolation & MARTLET_ISOLATE_USER && becomeMapped() < 0) fail(status, STAGE_USER);
    if (isolation & MARTLET_ISOLATE_MOUNTS && emptyRoot() < 0) fail(status, STAGE_MOUNTS);
    if (limits(launch) < 0) fail(status, STAGE_LIMITS);
    if (dropRights() < 0) fail(status, STAGE_RIGHTS);
    if (launch->endsWithThread && endWith(parent) < 0) fail(status, STAGE_PARENT);
    if (isolation & MARTLET_ISOLATE_LANDLOCK && landlock(executable) < 0)
        fail(status, STAGE_LANDLOCK);
    if (isolation & MARTLET_ISOLATE_SECCOMP && filter() < 0) fail(status, STAGE_SECCOMP);
    // Swift's runtime looks for its own place in /proc, which is not there, unless it is told.
    char *const environment[] = {"SWIFT_ROOT=/", NULL};
    syscall(
        SYS_execveat, executable, "", (char *const *)launch->arguments, environment,
        AT_EMPTY_PATH);
    fail(status, STAGE_EXEC);
}

static int writeFile(int pid, const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t written = write(file, text, strlen(text));
    close(file);
    return written < 0 ? -1 : 0;
}

// Users that keeps have when root starts them: from here 2^28 that no convention gives to anybody ("Users,
// Groups, UIDs and GIDs on systemd Systems"), one for each number that a process can have.
enum { FIRST_USER = 0x70000000, NOBODY = 65534 };

static int mapRoot(int pid, unsigned user, unsigned group) {
    char users[64], groups[64];
    snprintf(users, sizeof users, "0 %u 1", user);
    snprintf(groups, sizeof groups, "0 %u 1", group);
    if (writeFile(pid, "uid_map", users) < 0) return -1;
    return writeFile(pid, "gid_map", groups);
}

// Maps the child's root to this user. When that is root: to a user of the child's own, so that no keep is
// root, or another keep, to the kernel; to nobody where this is a container without such users.
static int mapUsers(int pid) {
    if (geteuid() != 0) {
        (void)writeFile(pid, "setgroups", "deny");
        return mapRoot(pid, geteuid(), getegid());
    }
    unsigned own = FIRST_USER + (unsigned)pid;
    return mapRoot(pid, own, own) == 0 ? 0 : mapRoot(pid, NOBODY, NOBODY);
}

long martlet_keep_fork(
    const struct martlet_keep_launch *launch, struct martlet_keep_child *child) {
    int go[2], status[2];
    if (pipe2(go, O_CLOEXEC) < 0) return -(long)errno;
    if (pipe2(status, O_CLOEXEC) < 0) {
        long error = -(long)errno;
        close(go[0]), close(go[1]);
        return error;
    }
    pid_t own = getpid();
    long pid = forkInto(namespaces(launch->isolation));
    if (pid == 0) {
        close(go[1]), close(status[0]);
        runChild(launch, own, go[0], status[1]);
    }
    long error = pid < 0 ? -(long)errno : 0;
    close(go[0]), close(status[1]);
    if (!error && launch->isolation & MARTLET_ISOLATE_USER && mapUsers((int)pid) < 0) {
        error = -(long)errno;
        kill((int)pid, SIGKILL);
        waitpid((int)pid, NULL, 0);
    }
    if (error) {
        close(go[1]), close(status[0]);
        return error;
    }
    *child = (struct martlet_keep_child){.pid = (int)pid, .go = go[1], .status = status[0]};
    return 0;
}

long martlet_keep_probe(uint32_t isolation) {
    long pid = forkInto(namespaces(isolation));
    if (pid == 0) _exit(0);
    if (pid < 0) return -(long)errno;
    waitpid((int)pid, NULL, 0);
    return 0;
}

long martlet_reap(int32_t pid) {
    int status = 0;
    pid_t found = waitpid(pid, &status, WNOHANG);
    if (found < 0) return -(long)errno;
    return found == 0 ? 0 : (1L << 32 | (long)(unsigned)status);
}

long martlet_kill(int32_t pid, int number) { return kill(pid, number) < 0 ? -(long)errno : 0; }

int martlet_harden_process(void) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    struct rlimit locked;
    // Locking everything is right only where everything may be locked: a later mmap would fail.
    if (getrlimit(RLIMIT_MEMLOCK, &locked) < 0 || locked.rlim_cur != RLIM_INFINITY) return 0;
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}
