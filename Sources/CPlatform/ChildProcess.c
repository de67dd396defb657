#define _GNU_SOURCE
#include "ChildProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// What this process may not exceed itself stays as it is.
static int limit(int resource, uint64_t most) {
    struct rlimit both;
    if (getrlimit(resource, &both) < 0) return -1;
    if (most < both.rlim_max) both.rlim_max = most;
    both.rlim_cur = both.rlim_max;
    return setrlimit(resource, &both);
}

// What is handled by this process would be handled in the parent's memory until the program runs.
static void forgetHandlers(void) {
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) < 0) continue;
        if (action.sa_handler == SIG_IGN || action.sa_handler == SIG_DFL) continue;
        signal(number, SIG_DFL);
    }
}

// Returns only when it fails, with the errno. The parent waits, and shares its memory.
static int become(const struct martlet_child *child, pid_t parent, const sigset_t *signals) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return errno;
    if (getppid() != parent) return ESRCH;
    if (limit(RLIMIT_CORE, 0) < 0 || limit(RLIMIT_CPU, child->seconds) < 0
        || limit(RLIMIT_AS, child->memory) < 0 || limit(RLIMIT_FSIZE, child->output) < 0)
        return errno;
    int copies[3];
    for (int number = 0; number < 3; number++) {
        copies[number] = fcntl(child->streams[number], F_DUPFD_CLOEXEC, 3);
        if (copies[number] < 0) return errno;
    }
    for (int number = 0; number < 3; number++)
        if (dup2(copies[number], number) < 0) return errno;
    forgetHandlers();
    sigprocmask(SIG_SETMASK, signals, NULL);
    execve(child->program, child->arguments, child->environment);
    return errno;
}

long martlet_child_start(const struct martlet_child *child) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    volatile int failure = 0;
    pid_t number = vfork();
    if (number == 0) {
        failure = become(child, parent, &before);
        _exit(127);
    }
    if (number < 0) failure = errno;
    if (number > 0 && failure)
        while (waitpid(number, NULL, 0) < 0 && errno == EINTR) {}
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure ? -(long)failure : number;
}

long martlet_memory_file(void) {
    int file = memfd_create("martlet", MFD_CLOEXEC);
    return file < 0 ? -(long)errno : file;
}
