#include "FirstProcess.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// One list of the drivers, in the order in which they can be loaded, written by the image's builder.
static const char driver_list[] = "/etc/drivers";

static int prepared = 0;

int martlet_in_own_machine(void) { return prepared; }

static void report(const char *what, const char *name) {
    dprintf(2, "martlet-keep: %s %s: %s\n", what, name, strerror(errno));
}

static void mount_at(const char *type, const char *place, unsigned long flags) {
    mkdir(place, 0755);
    if (mount(type, place, type, flags, NULL) != 0 && errno != EBUSY) report("mount", place);
}

static void load_driver(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || (syscall(SYS_finit_module, file, "", 0) != 0 && errno != EEXIST))
        report("driver", path);
    if (file >= 0) close(file);
}

static void load_drivers(void) {
    FILE *list = fopen(driver_list, "re");
    if (list == NULL) return;
    char path[256];
    while (fgets(path, sizeof path, list) != NULL) {
        path[strcspn(path, "\n")] = 0;
        if (path[0] == '/') load_driver(path);
    }
    fclose(list);
}

static int set_address(int control, struct ifreq *request, unsigned long what, const char *text) {
    struct sockaddr_in *address = (struct sockaddr_in *)&request->ifr_addr;
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    inet_pton(AF_INET, text, &address->sin_addr);
    return ioctl(control, what, request);
}

static int bring_up(int control, const char *name, const char *address, const char *mask) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (set_address(control, &request, SIOCSIFADDR, address) != 0) return -1;
    if (set_address(control, &request, SIOCSIFNETMASK, mask) != 0) return -1;
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    return ioctl(control, SIOCSIFFLAGS, &request);
}

// The addresses of QEMU's user network. The network is the host's and untrusted, so that nothing
// is lost by not asking for an address.
static void start_network(void) {
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (control < 0) return report("socket", "for the network");
    if (bring_up(control, "lo", "127.0.0.1", "255.0.0.0") != 0) report("network", "lo");
    const struct timespec pause = {0, 5000000};
    int up = -1;
    for (int attempt = 0; attempt < 400 && up != 0; attempt++) {
        up = bring_up(control, "eth0", "10.0.2.15", "255.255.255.0");
        if (up != 0) nanosleep(&pause, NULL);
    }
    if (up != 0) report("network", "eth0");
    struct rtentry route;
    memset(&route, 0, sizeof route);
    struct sockaddr_in *gateway = (struct sockaddr_in *)&route.rt_gateway;
    gateway->sin_family = AF_INET;
    inet_pton(AF_INET, "10.0.2.2", &gateway->sin_addr);
    route.rt_dst.sa_family = AF_INET;
    route.rt_genmask.sa_family = AF_INET;
    route.rt_flags = RTF_UP | RTF_GATEWAY;
    if (up == 0 && ioctl(control, SIOCADDRT, &route) != 0) report("network", "default route");
    close(control);
}

__attribute__((noreturn)) static void power_off(void) {
    sync();
    reboot(RB_POWER_OFF);
    for (;;) pause();
}

// Waits for the keep and reaps whatever else became an orphan; then the machine ends.
__attribute__((noreturn)) static void watch(pid_t keep) {
    for (;;) {
        int status = 0;
        pid_t ended = waitpid(-1, &status, 0);
        if (ended < 0 && errno == EINTR) continue;
        if (ended >= 0 && ended != keep) continue;
        if (ended == keep && WIFEXITED(status))
            dprintf(1, "martlet-keep: ended with status %d\n", WEXITSTATUS(status));
        else if (ended == keep)
            dprintf(1, "martlet-keep: ended by signal %d\n", WTERMSIG(status));
        power_off();
    }
}

// Runs before the Swift runtime starts, which needs /proc.
__attribute__((constructor(101))) static void first_process(void) {
    const char *machine = getenv("MARTLET_MACHINE");
    if (getpid() != 1 || machine == NULL || strcmp(machine, "1") != 0) return;
    mount_at("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
    mount_at("sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC);
    mount_at("devtmpfs", "/dev", MS_NOSUID);
    mount_at("tmpfs", "/tmp", MS_NOSUID | MS_NODEV);
    load_drivers();
    if (access("/sys/kernel/config", F_OK) == 0)
        mount_at("configfs", "/sys/kernel/config", MS_NOSUID | MS_NODEV | MS_NOEXEC);
    start_network();
    prepared = 1;
    pid_t keep = fork();
    if (keep < 0) {
        report("fork", "the keep");
        power_off();
    }
    if (keep > 0) watch(keep);
}
