// Opens sockets to where it may not go: loopback (port in the argument), the link-local address of
// cloud metadata, everywhere; and listens where it may not.
#include "hostile.h"
#include "wasi_sockets.h"

static wasi_address_t address(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
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

static void try_connect(wasi_address_t to, const char *where) {
    wasi_fd_t fd;
    wasi_errno_t error = wasi_sock_open(0xffffffff, WASI_FAMILY_INET4, WASI_SOCKET_STREAM, &fd);
    if (error == 0) {
        error = wasi_sock_connect(fd, &to);
        (void)!wasi_fd_close(fd);
    }
    if (error == 0) escaped(where);
    tell(where, error);
}

int main(int argc, char **argv) {
    uint16_t port = 0;
    for (const char *digit = argc > 1 ? argv[1] : "22"; *digit; digit++) {
        port = (uint16_t)(port * 10 + (*digit - '0'));
    }
    wasi_fd_t fd;
    wasi_size_t available = 0;
    wasi_address_info_t found[4];
    wasi_address_hints_t hints = {WASI_SOCKET_STREAM, WASI_FAMILY_INET4, 0};
    try_connect(address(127, 0, 0, 1, port), "loopback");
    try_connect(address(0, 0, 0, 0, port), "any");
    try_connect(address(127, 1, 2, 3, port), "other loopback");
    try_connect(address(169, 254, 169, 254, 80), "metadata");
    try_connect(address(10, 0, 0, 1, 80), "private");
    wasi_address_t anywhere = address(0, 0, 0, 0, 0);
    if (wasi_sock_open(0xffffffff, WASI_FAMILY_INET4, WASI_SOCKET_STREAM, &fd) == 0) {
        wasi_errno_t error = wasi_sock_bind(fd, &anywhere);
        if (error == 0 && wasi_sock_listen(fd, 1) == 0) escaped("listens everywhere");
        (void)!wasi_fd_close(fd);
    }
    if (wasi_sock_open(0xffffffff, WASI_FAMILY_INET4, WASI_SOCKET_DGRAM, &fd) == 0) {
        wasi_address_t dns = address(8, 8, 8, 8, 53);
        wasi_ciovec_t out = {"leak", 4};
        wasi_size_t count = 0;
        if (wasi_sock_send_to(fd, &out, 1, 0, &dns, &count) == 0) escaped("sent a datagram");
        (void)!wasi_fd_close(fd);
    }
    if (wasi_sock_addr_resolve("leak.example.com", "", &hints, found, sizeof found, &available) == 0
        && available > 0) {
        escaped("asked the resolver");
    }
    say("survived\n");
    return 0;
}
