#define _GNU_SOURCE
#include "LocalSocket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static long result(long value) { return value < 0 ? -(long)errno : value; }

long martlet_socket_pair(int32_t *ends, int packets) {
    int type = packets ? SOCK_SEQPACKET : SOCK_STREAM;
    return result(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends));
}

static long address(struct sockaddr_un *name, const char *path) {
    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof name->sun_path) return -ENAMETOOLONG;
    strcpy(name->sun_path, path);
    return 0;
}

long martlet_local_listen(const char *path) {
    struct sockaddr_un name;
    long failed = address(&name, path);
    if (failed) return failed;
    int number = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (number < 0) return -(long)errno;
    mode_t mask = umask(0177);
    int bound = bind(number, (struct sockaddr *)&name, sizeof name);
    int error = errno;
    umask(mask);
    if (bound < 0 || listen(number, 128) < 0) {
        if (bound == 0) error = errno;
        close(number);
        return -(long)error;
    }
    return number;
}

long martlet_local_connect(const char *path) {
    struct sockaddr_un name;
    long failed = address(&name, path);
    if (failed) return failed;
    int number = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (number < 0) return -(long)errno;
    if (connect(number, (struct sockaddr *)&name, sizeof name) < 0) {
        int error = errno;
        close(number);
        return -(long)error;
    }
    return number;
}

long martlet_send_message(int socket, const void *bytes, size_t count, int descriptor) {
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    long sent;
    do { sent = sendmsg(socket, &message, MSG_NOSIGNAL); } while (sent < 0 && errno == EINTR);
    return result(sent);
}

long martlet_receive_message(int socket, void *bytes, size_t capacity, int32_t *descriptor) {
    *descriptor = -1;
    struct iovec piece = {.iov_base = bytes, .iov_len = capacity};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control;
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes};
    long count;
    do { count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC); } while (count < 0 && errno == EINTR);
    if (count < 0) return -(long)errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        if (header->cmsg_len != CMSG_LEN(sizeof(int))) continue;
        memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        if (*descriptor >= 0) close(*descriptor);
        *descriptor = -1;
        return -EMSGSIZE;
    }
    return count;
}
