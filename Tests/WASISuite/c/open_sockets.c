// The sockets that a program opens itself, by the imports of WAMR's socket library. The runner allows
// 127.0.0.0/8 and nothing else; the program talks to itself.
#include "suite.h"
#include "wasi_sockets.h"

static wasi_fd_t listener, client, server;
static wasi_address_t address;
static wasi_size_t size;

static wasi_address_t ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
    wasi_address_t one;
    memset(&one, 0, sizeof one);
    one.kind = WASI_ADDRESS_IPV4;
    one.u.ip4.address[0] = a;
    one.u.ip4.address[1] = b;
    one.u.ip4.address[2] = c;
    one.u.ip4.address[3] = d;
    one.u.ip4.port = port;
    return one;
}

static wasi_errno_t open_stream(wasi_fd_t *fd) {
    return wasi_sock_open(UINT32_MAX, WASI_FAMILY_INET4, WASI_SOCKET_STREAM, fd);
}

CASE(open, "sock_open: a stream socket") {
    wasi_fdstat_t stat;
    OK(open_stream(&listener));
    OK(wasi_fd_fdstat_get(listener, &stat));
    EQUAL(stat.filetype, WASI_FILETYPE_SOCKET_STREAM);
}

CASE(open_unknown, "sock_open: families and kinds that do not exist") {
    wasi_fd_t fd;
    ONE_OF(wasi_sock_open(UINT32_MAX, 99, WASI_SOCKET_STREAM, &fd), WASI_EINVAL,
           WASI_EAFNOSUPPORT, WASI_ENOTSUP);
    ONE_OF(wasi_sock_open(UINT32_MAX, WASI_FAMILY_INET4, 99, &fd), WASI_EINVAL, WASI_ENOTSUP,
           WASI_EPROTOTYPE, WASI_EPROTONOSUPPORT);
}

CASE(bind, "sock_bind, sock_addr_local: a port of the host's choice, in host byte order") {
    address = ipv4(127, 0, 0, 1, 0);
    OK(wasi_sock_set_reuse_addr(listener, 1));
    OK(wasi_sock_bind(listener, &address));
    memset(&address, 0xAA, sizeof address);
    OK(wasi_sock_addr_local(listener, &address));
    EQUAL(address.kind, WASI_ADDRESS_IPV4);
    EQUAL(address.u.ip4.address[0], 127);
    EQUAL(address.u.ip4.address[3], 1);
    TRUE(address.u.ip4.port != 0);
}

CASE(bind_twice, "sock_bind: a socket that is bound, an address that is taken") {
    wasi_fd_t fd;
    ONE_OF(wasi_sock_bind(listener, &address), WASI_EINVAL);
    OK(wasi_sock_listen(listener, 8));
    OK(open_stream(&fd));
    ONE_OF(wasi_sock_bind(fd, &address), WASI_EADDRINUSE);
    OK(wasi_fd_close(fd));
}

CASE(bind_elsewhere, "sock_bind: an address that is not allowed") {
    wasi_fd_t fd;
    wasi_address_t anywhere = ipv4(0, 0, 0, 0, 0);
    OK(open_stream(&fd));
    ONE_OF(wasi_sock_bind(fd, &anywhere), WASI_EACCES, WASI_EPERM, WASI_ENOTCAPABLE);
    OK(wasi_fd_close(fd));
}

CASE(connect, "sock_connect, sock_accept: the program reaches itself") {
    OK(open_stream(&client));
    OK(wasi_sock_connect(client, &address));
    OK(wasi_sock_accept(listener, 0, &server));
}

CASE(addresses, "sock_addr_local, sock_addr_remote: both ends agree") {
    wasi_address_t mine, theirs;
    memset(&mine, 0, sizeof mine);
    memset(&theirs, 0, sizeof theirs);
    OK(wasi_sock_addr_local(client, &mine));
    OK(wasi_sock_addr_remote(server, &theirs));
    EQUAL(mine.u.ip4.port, theirs.u.ip4.port);
    OK(wasi_sock_addr_remote(client, &theirs));
    EQUAL(theirs.u.ip4.port, address.u.ip4.port);
    EQUAL(theirs.u.ip4.address[0], 127);
}

CASE(talk, "sock_send, sock_recv: bytes cross") {
    char buffer[8];
    wasi_ciovec_t out = {"swift", 5};
    wasi_iovec_t in = {buffer, sizeof buffer};
    wasi_roflags_t ro;
    OK(wasi_sock_send(client, &out, 1, 0, &size));
    EQUAL(size, 5);
    OK(wasi_sock_recv(server, &in, 1, 0, &size, &ro));
    EQUAL(size, 5);
    EQUAL(memcmp(buffer, "swift", 5), 0);
}

CASE(options, "sock_set_*, sock_get_*: what is set is got") {
    uint8_t on = 9;
    uint64_t microseconds = 9;
    OK(wasi_sock_set_tcp_no_delay(client, 1));
    OK(wasi_sock_get_tcp_no_delay(client, &on));
    EQUAL(on, 1);
    OK(wasi_sock_set_tcp_no_delay(client, 0));
    OK(wasi_sock_get_tcp_no_delay(client, &on));
    EQUAL(on, 0);
    OK(wasi_sock_set_keep_alive(client, 1));
    OK(wasi_sock_get_keep_alive(client, &on));
    EQUAL(on, 1);
    OK(wasi_sock_get_reuse_addr(listener, &on));
    EQUAL(on, 1);
    OK(wasi_sock_set_recv_buf_size(client, 65536));
    OK(wasi_sock_get_recv_buf_size(client, &size));
    TRUE(size >= 65536 / 2);
    OK(wasi_sock_set_send_buf_size(client, 65536));
    OK(wasi_sock_get_send_buf_size(client, &size));
    TRUE(size >= 65536 / 2);
    OK(wasi_sock_set_send_timeout(client, 2000000));
    OK(wasi_sock_get_send_timeout(client, &microseconds));
    EQUAL(microseconds, 2000000);
}

CASE(timeout, "sock_set_recv_timeout: an empty connection gives up in time") {
    char byte;
    wasi_iovec_t in = {&byte, 1};
    wasi_roflags_t ro;
    uint64_t microseconds = 0;
    wasi_timestamp_t before, after;
    OK(wasi_sock_set_recv_timeout(client, 20000));
    OK(wasi_sock_get_recv_timeout(client, &microseconds));
    EQUAL(microseconds, 20000);
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &before));
    ONE_OF(wasi_sock_recv(client, &in, 1, 0, &size, &ro), WASI_EAGAIN, WASI_ETIMEDOUT);
    OK(wasi_clock_time_get(WASI_CLOCK_MONOTONIC, 1, &after));
    TRUE(after - before >= 10000000);
}

CASE(finish, "fd_close: the other end sees the end") {
    char byte;
    wasi_iovec_t in = {&byte, 1};
    wasi_roflags_t ro;
    OK(wasi_fd_close(client));
    OK(wasi_sock_recv(server, &in, 1, 0, &size, &ro));
    EQUAL(size, 0);
    OK(wasi_fd_close(server));
}

CASE(refused, "sock_connect: nobody listens there any more") {
    wasi_fd_t fd;
    OK(wasi_fd_close(listener));
    OK(open_stream(&fd));
    ONE_OF(wasi_sock_connect(fd, &address), WASI_ECONNREFUSED);
    OK(wasi_fd_close(fd));
}

CASE(connect_elsewhere, "sock_connect: addresses that are not allowed") {
    wasi_fd_t fd;
    wasi_address_t places[] = {ipv4(192, 0, 2, 1, 80), ipv4(169, 254, 169, 254, 80), ipv4(0, 0, 0, 0, 80)};
    for (int i = 0; i < 3; i++) {
        OK(open_stream(&fd));
        ONE_OF(wasi_sock_connect(fd, &places[i]), WASI_EACCES, WASI_EPERM, WASI_ENOTCAPABLE);
        OK(wasi_fd_close(fd));
    }
}

CASE(datagrams, "sock_send_to, sock_recv_from: a datagram and its sender") {
    wasi_fd_t one, two;
    char buffer[16];
    wasi_ciovec_t out[] = {{"data", 4}, {"gram", 4}};
    wasi_iovec_t in = {buffer, sizeof buffer};
    wasi_address_t first = ipv4(127, 0, 0, 1, 0), second = first, from;
    OK(wasi_sock_open(UINT32_MAX, WASI_FAMILY_INET4, WASI_SOCKET_DGRAM, &one));
    OK(wasi_sock_open(UINT32_MAX, WASI_FAMILY_INET4, WASI_SOCKET_DGRAM, &two));
    OK(wasi_sock_bind(one, &first));
    OK(wasi_sock_bind(two, &second));
    OK(wasi_sock_addr_local(one, &first));
    OK(wasi_sock_addr_local(two, &second));
    OK(wasi_sock_send_to(one, out, 2, 0, &second, &size));
    EQUAL(size, 8);
    OK(wasi_sock_recv_from(two, &in, 1, 0, &from, &size));
    EQUAL(size, 8);
    EQUAL(memcmp(buffer, "datagram", 8), 0);
    EQUAL(from.u.ip4.port, first.u.ip4.port);
    wasi_address_t elsewhere = ipv4(192, 0, 2, 1, 53);
    ONE_OF(wasi_sock_send_to(one, out, 2, 0, &elsewhere, &size), WASI_EACCES, WASI_EPERM,
           WASI_ENOTCAPABLE);
    OK(wasi_fd_close(one));
    OK(wasi_fd_close(two));
}

CASE(resolve, "sock_addr_resolve: a name that is not allowed") {
    wasi_address_info_t found[4];
    wasi_address_hints_t hints = {WASI_SOCKET_STREAM, WASI_FAMILY_INET4, 1};
    wasi_size_t available = 0;
    ONE_OF(wasi_sock_addr_resolve("leak.example.com", "80", &hints, found, sizeof found, &available),
           WASI_EACCES, WASI_EPERM, WASI_ENOTCAPABLE);
}

CASE(not_open, "sock_*: a closed descriptor, and a stream that is no socket") {
    uint8_t on;
    wasi_address_t one = ipv4(127, 0, 0, 1, 1);
    ONE_OF(wasi_sock_bind(closed_fd(), &one), WASI_EBADF);
    ONE_OF(wasi_sock_listen(closed_fd(), 1), WASI_EBADF);
    ONE_OF(wasi_sock_connect(closed_fd(), &one), WASI_EBADF);
    ONE_OF(wasi_sock_addr_local(closed_fd(), &one), WASI_EBADF);
    ONE_OF(wasi_sock_bind(1, &one), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
    ONE_OF(wasi_sock_get_reuse_addr(1, &on), WASI_ENOTSOCK, WASI_ENOTCAPABLE);
}
