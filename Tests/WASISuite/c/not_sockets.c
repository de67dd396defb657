// sock_accept, sock_recv, sock_send, sock_shutdown on what is not a socket.
#include "suite.h"

static wasi_fd_t file, connection;
static wasi_size_t size;
static wasi_roflags_t ro;
static char byte[1];
static const wasi_iovec_t in = {byte, 1};
static const wasi_ciovec_t out = {byte, 1};

CASE(begin, "sockets: set-up") { OK(open_file(P("file"), WASI_OFLAG_CREAT, &file)); }

CASE(accept_file, "sock_accept: a file, a directory, a stream") {
    ONE_OF(wasi_sock_accept(file, 0, &connection), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
    ONE_OF(wasi_sock_accept(work, 0, &connection), WASI_ENOTSOCK, WASI_ENOTCAPABLE, WASI_EBADF);
    ONE_OF(wasi_sock_accept(0, 0, &connection), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
}

CASE(recv_file, "sock_recv: a file, a directory, a stream") {
    ONE_OF(wasi_sock_recv(file, &in, 1, 0, &size, &ro), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
    ONE_OF(wasi_sock_recv(work, &in, 1, 0, &size, &ro), WASI_ENOTSOCK, WASI_ENOTCAPABLE,
           WASI_EBADF);
    ONE_OF(wasi_sock_recv(0, &in, 1, 0, &size, &ro), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
}

CASE(send_file, "sock_send: a file, a directory, a stream") {
    ONE_OF(wasi_sock_send(file, &out, 1, 0, &size), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
    ONE_OF(wasi_sock_send(work, &out, 1, 0, &size), WASI_ENOTSOCK, WASI_ENOTCAPABLE, WASI_EBADF);
    ONE_OF(wasi_sock_send(1, &out, 1, 0, &size), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
}

CASE(shutdown_file, "sock_shutdown: a file, a directory, a stream") {
    ONE_OF(wasi_sock_shutdown(file, WASI_SD_WR), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
    ONE_OF(wasi_sock_shutdown(work, WASI_SD_RD), WASI_ENOTSOCK, WASI_ENOTCAPABLE, WASI_EBADF);
    ONE_OF(wasi_sock_shutdown(1, WASI_SD_RD | WASI_SD_WR), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
}

CASE(closed, "sockets: a closed descriptor") {
    ONE_OF(wasi_sock_accept(closed_fd(), 0, &connection), WASI_EBADF);
    ONE_OF(wasi_sock_recv(closed_fd(), &in, 1, 0, &size, &ro), WASI_EBADF);
    ONE_OF(wasi_sock_send(closed_fd(), &out, 1, 0, &size), WASI_EBADF);
    ONE_OF(wasi_sock_shutdown(closed_fd(), WASI_SD_WR), WASI_EBADF);
}
