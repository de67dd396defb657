// sock_accept, sock_recv, sock_send, sock_shutdown and the fd_* calls on a preopened listener.
//
// The runner connects as often as there are conversations here; each connection says "peer N" first
// and then echoes what it gets until the guest has finished writing, and then finishes too.
#include "suite.h"

static wasi_fd_t listener = (wasi_fd_t)-1, connection;
static wasi_size_t size;
static wasi_roflags_t ro;

static wasi_errno_t wait_for(wasi_eventtype_t type, wasi_fd_t fd) {
    wasi_subscription_t in;
    wasi_event_t out;
    memset(&in, 0, sizeof in);
    in.u.tag = type;
    in.u.u.fd = fd;
    wasi_errno_t error = wasi_poll_oneoff(&in, &out, 1, &size);
    return error ? error : out.error;
}

static wasi_errno_t next_connection(wasi_fdflags_t flags) {
    for (;;) {
        wasi_errno_t error = wasi_sock_accept(listener, flags, &connection);
        if (error != WASI_EAGAIN) return error;
        error = wait_for(WASI_EVENTTYPE_FD_READ, listener);
        if (error) return error;
    }
}

static wasi_errno_t receive(char *buffer, size_t count) {
    while (count > 0) {
        wasi_iovec_t in = {buffer, count};
        wasi_errno_t error = wasi_sock_recv(connection, &in, 1, 0, &size, &ro);
        if (error == WASI_EAGAIN) error = wait_for(WASI_EVENTTYPE_FD_READ, connection);
        else if (!error && size == 0) return WASI_EPIPE;
        else if (!error) {
            buffer += size;
            count -= size;
        }
        if (error) return error;
    }
    return 0;
}

CASE(find, "sockets: the listener is a stream socket among the preopens") {
    for (wasi_fd_t fd = 3; fd < 16; fd++) {
        wasi_fdstat_t stat;
        if (wasi_fd_fdstat_get(fd, &stat)) break;
        if (stat.filetype == WASI_FILETYPE_SOCKET_STREAM) {
            listener = fd;
            break;
        }
    }
    TRUE(listener != (wasi_fd_t)-1);
}

CASE(listener_prestat, "fd_prestat_get: a listener is not a directory") {
    wasi_prestat_t prestat;
    ONE_OF(wasi_fd_prestat_get(listener, &prestat), WASI_EBADF, WASI_ENOTSUP);
}

CASE(accept_recv_send, "sock_accept, sock_recv, sock_send: a conversation") {
    char buffer[16];
    wasi_ciovec_t out[] = {{"ab", 2}, {"cd", 2}};
    OK(next_connection(0));
    OK(receive(buffer, 7));
    EQUAL(memcmp(buffer, "peer 0\n", 7), 0);
    OK(wasi_sock_send(connection, out, 2, 0, &size));
    EQUAL(size, 4);
    OK(receive(buffer, 4));
    EQUAL(memcmp(buffer, "abcd", 4), 0);
}

CASE(status, "fd_fdstat_get: a connection is a stream socket") {
    wasi_fdstat_t stat;
    OK(wasi_fd_fdstat_get(connection, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_SOCKET_STREAM);
    EQUAL(stat.flags & WASI_FDFLAG_NONBLOCK, 0);
}

CASE(no_position, "fd_seek, fd_tell, fd_pread: a connection has no position") {
    char byte[1];
    wasi_iovec_t in = {byte, 1};
    wasi_filesize_t position;
    ONE_OF(wasi_fd_seek(connection, 0, 0, &position), WASI_ESPIPE, WASI_ENOTCAPABLE, WASI_EBADF);
    ONE_OF(wasi_fd_tell(connection, &position), WASI_ESPIPE, WASI_ENOTCAPABLE, WASI_EBADF);
    ONE_OF(wasi_fd_pread(connection, &in, 1, 0, &size), WASI_ESPIPE, WASI_ENOTCAPABLE, WASI_EBADF);
}

CASE(peek, "sock_recv: PEEK leaves the bytes") {
    char buffer[8] = {0};
    wasi_iovec_t in = {buffer, 5};
    wasi_ciovec_t out = {"peek!", 5};
    OK(wasi_sock_send(connection, &out, 1, 0, &size));
    OK(wasi_sock_recv(connection, &in, 1, WASI_RI_PEEK, &size, &ro));
    TRUE(size >= 1 && size <= 5);
    EQUAL(memcmp(buffer, "peek!", size), 0);
    memset(buffer, 0, sizeof buffer);
    OK(receive(buffer, 5));
    EQUAL(memcmp(buffer, "peek!", 5), 0);
}

CASE(wait_all, "sock_recv: WAITALL fills the buffer") {
    static char out_bytes[10000], in_bytes[10000];
    for (int i = 0; i < 10000; i++) out_bytes[i] = (char)(i * 7);
    OK(write_all(connection, out_bytes, sizeof out_bytes));
    wasi_iovec_t in[] = {{in_bytes, 4000}, {in_bytes + 4000, 6000}};
    OK(wasi_sock_recv(connection, in, 2, WASI_RI_WAITALL, &size, &ro));
    EQUAL(size, 10000);
    EQUAL(memcmp(in_bytes, out_bytes, sizeof in_bytes), 0);
}

CASE(recv_unknown, "sock_recv, sock_send: bits that no flag has") {
    char byte[1];
    wasi_iovec_t in = {byte, 1};
    wasi_ciovec_t out = {byte, 1};
    ONE_OF(wasi_sock_recv(connection, &in, 1, 0x8000, &size, &ro), WASI_EINVAL, WASI_ENOTSUP);
    ONE_OF(wasi_sock_send(connection, &out, 1, 1, &size), WASI_EINVAL, WASI_ENOTSUP);
}

CASE(read_write, "fd_read, fd_write: work on a connection") {
    char buffer[8];
    size_t count;
    OK(write_all(connection, P("plain")));
    OK(read_fd(connection, buffer, 5, &count));
    EQUAL(count, 5);
    EQUAL(memcmp(buffer, "plain", 5), 0);
}

CASE(nonblocking, "fd_fdstat_set_flags: NONBLOCK makes an empty connection say EAGAIN") {
    char byte[1];
    wasi_iovec_t in = {byte, 1};
    OK(wasi_fd_fdstat_set_flags(connection, WASI_FDFLAG_NONBLOCK));
    ONE_OF(wasi_sock_recv(connection, &in, 1, 0, &size, &ro), WASI_EAGAIN);
    ONE_OF(wasi_fd_read(connection, &in, 1, &size), WASI_EAGAIN);
    OK(write_all(connection, P("x")));
    OK(wait_for(WASI_EVENTTYPE_FD_READ, connection));
    OK(wasi_sock_recv(connection, &in, 1, 0, &size, &ro));
    EQUAL(size, 1);
    OK(wasi_fd_fdstat_set_flags(connection, 0));
}

CASE(shutdown_unknown, "sock_shutdown: no direction, bits that no flag has") {
    ONE_OF(wasi_sock_shutdown(connection, 0), WASI_EINVAL);
    ONE_OF(wasi_sock_shutdown(connection, 4), WASI_EINVAL);
}

CASE(shutdown_write, "sock_shutdown: WR ends the peer's reading, its answer still comes") {
    char byte[1];
    wasi_iovec_t in = {byte, 1};
    wasi_ciovec_t out = {byte, 1};
    OK(wasi_sock_shutdown(connection, WASI_SD_WR));
    ONE_OF(wasi_sock_send(connection, &out, 1, 0, &size), WASI_EPIPE);
    OK(wasi_sock_recv(connection, &in, 1, 0, &size, &ro));
    EQUAL(size, 0);
    OK(wasi_fd_close(connection));
}

CASE(accept_flags, "sock_accept: NONBLOCK applies to the connection") {
    wasi_fdstat_t stat;
    OK(next_connection(WASI_FDFLAG_NONBLOCK));
    OK(wasi_fd_fdstat_get(connection, &stat));
    EQUAL(stat.flags & WASI_FDFLAG_NONBLOCK, WASI_FDFLAG_NONBLOCK);
}

CASE(shutdown_both, "sock_shutdown: RD and WR") {
    char buffer[8];
    wasi_ciovec_t out = {buffer, 1};
    OK(receive(buffer, 7));
    EQUAL(memcmp(buffer, "peer 1\n", 7), 0);
    OK(wasi_sock_shutdown(connection, WASI_SD_RD | WASI_SD_WR));
    ONE_OF(wasi_sock_send(connection, &out, 1, 0, &size), WASI_EPIPE);
    OK(wasi_fd_close(connection));
    ONE_OF(wasi_sock_send(connection, &out, 1, 0, &size), WASI_EBADF);
}

CASE(accept_unknown, "sock_accept: flags that do not apply") {
    ONE_OF(wasi_sock_accept(listener, WASI_FDFLAG_APPEND, &connection), WASI_EINVAL, WASI_ENOTSUP);
    ONE_OF(wasi_sock_accept(listener, 0x8000, &connection), WASI_EINVAL);
}

CASE(accept_empty, "sock_accept: a listener set to NONBLOCK with nobody there") {
    OK(wasi_fd_fdstat_set_flags(listener, WASI_FDFLAG_NONBLOCK));
    ONE_OF(wasi_sock_accept(listener, 0, &connection), WASI_EAGAIN);
}

CASE(listener_recv, "sock_recv, sock_send: a listener is not connected") {
    char byte[1];
    wasi_iovec_t in = {byte, 1};
    wasi_ciovec_t out = {byte, 1};
    ONE_OF(wasi_sock_recv(listener, &in, 1, 0, &size, &ro), WASI_ENOTCONN, WASI_ENOTCAPABLE,
           WASI_EINVAL);
    ONE_OF(wasi_sock_send(listener, &out, 1, 0, &size), WASI_ENOTCONN, WASI_EPIPE,
           WASI_ENOTCAPABLE);
}
