// Runs one program and reports what it cost. A process of its own, because the kernel counts the
// parent's memory as the child's until the child runs its program: a small parent, a true figure.
//
//   measure REPORT SECONDS FOLDER OUTPUT ERRORS PROGRAM [ARGUMENT...]
//
// The program runs in FOLDER with no input, and is ended after SECONDS. REPORT gets one line:
// status (128 + signal for a signal), user microseconds, system microseconds, wall microseconds,
// largest resident set in KiB.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t child;

static void time_is_over(int signal) {
    (void)signal;
    if (child > 0) kill(child, SIGKILL);
}

static long long microseconds(struct timeval time) {
    return (long long)time.tv_sec * 1000000 + time.tv_usec;
}

static void redirect(const char *path, int flags, int target) {
    int file = open(path, flags | O_CLOEXEC, 0644);
    if (file < 0 || dup2(file, target) < 0) {
        fprintf(stderr, "measure: cannot open %s: %s\n", path, strerror(errno));
        _exit(126);
    }
}

int main(int count, char **words) {
    if (count < 7) {
        fprintf(stderr, "usage: measure REPORT SECONDS FOLDER OUTPUT ERRORS PROGRAM [ARGUMENT...]\n");
        return 64;
    }
    struct timespec start, end;
    signal(SIGALRM, time_is_over);
    clock_gettime(CLOCK_MONOTONIC, &start);
    child = fork();
    if (child == 0) {
        redirect("/dev/null", O_RDONLY, STDIN_FILENO);
        redirect(words[5], O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
        redirect(words[4], O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
        if (chdir(words[3]) == 0) execv(words[6], words + 6);
        fprintf(stderr, "cannot run %s in %s: %s\n", words[6], words[3], strerror(errno));
        _exit(127);
    }
    if (child < 0) {
        perror("measure: fork");
        return 71;
    }
    alarm((unsigned)atoi(words[2]));
    int status = 0;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) continue;
    clock_gettime(CLOCK_MONOTONIC, &end);
    child = 0;
    long long wall = (end.tv_sec - start.tv_sec) * 1000000LL + (end.tv_nsec - start.tv_nsec) / 1000;
    FILE *report = fopen(words[1], "w");
    if (report == NULL) {
        perror("measure: report");
        return 74;
    }
    fprintf(report, "%d %lld %lld %lld %ld\n",
            WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
            microseconds(usage.ru_utime), microseconds(usage.ru_stime), wall, usage.ru_maxrss);
    return fclose(report) == 0 ? 0 : 74;
}
