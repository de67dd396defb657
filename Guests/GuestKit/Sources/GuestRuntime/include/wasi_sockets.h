// The socket imports that existing toolchains emit beside preview 1 (WAMR's socket extension).
//
// Source: wasm-micro-runtime, lib-socket, wasi_socket_ext.h. Addresses and ports are in host byte
// order; an IPv4 address is four bytes in reading order, an IPv6 address eight 16-bit groups.
#ifndef WASI_SOCKETS_H
#define WASI_SOCKETS_H

#include "wasi_preview1.h"

enum { WASI_ADDRESS_IPV4, WASI_ADDRESS_IPV6 };
enum { WASI_SOCKET_DGRAM, WASI_SOCKET_STREAM };
enum { WASI_FAMILY_INET4, WASI_FAMILY_INET6, WASI_FAMILY_UNSPECIFIED };

typedef struct {
    uint32_t kind;
    union {
        struct {
            uint8_t address[4];
            uint16_t port;
        } ip4;
        struct {
            uint16_t address[8];
            uint16_t port;
        } ip6;
    } u;
} wasi_address_t;

typedef struct {
    wasi_address_t address;
    uint32_t type;
} wasi_address_info_t;

typedef struct {
    uint32_t type;
    uint32_t family;
    uint8_t enabled;
} wasi_address_hints_t;

_Static_assert(sizeof(wasi_address_t) == 24, "address");
_Static_assert(sizeof(wasi_address_info_t) == 28, "address info");

// The first argument of sock_open names WAMR's address pool; runtimes with one pool ignore it.
WASI_CALL(sock_open, wasi_fd_t pool, uint32_t family, uint32_t type, wasi_fd_t *socket);
WASI_CALL(sock_bind, wasi_fd_t fd, const wasi_address_t *address);
WASI_CALL(sock_listen, wasi_fd_t fd, wasi_size_t backlog);
WASI_CALL(sock_connect, wasi_fd_t fd, const wasi_address_t *address);
WASI_CALL(sock_addr_local, wasi_fd_t fd, wasi_address_t *address);
WASI_CALL(sock_addr_remote, wasi_fd_t fd, wasi_address_t *address);
WASI_CALL(
    sock_addr_resolve, const char *host, const char *service, const wasi_address_hints_t *hints,
    wasi_address_info_t *found, wasi_size_t capacity, wasi_size_t *available);
WASI_CALL(
    sock_recv_from, wasi_fd_t fd, const wasi_iovec_t *iovs, wasi_size_t count,
    wasi_riflags_t flags, wasi_address_t *from, wasi_size_t *nread);
WASI_CALL(
    sock_send_to, wasi_fd_t fd, const wasi_ciovec_t *iovs, wasi_size_t count, wasi_siflags_t flags,
    const wasi_address_t *to, wasi_size_t *nwritten);
WASI_CALL(sock_get_reuse_addr, wasi_fd_t fd, uint8_t *on);
WASI_CALL(sock_set_reuse_addr, wasi_fd_t fd, uint32_t on);
WASI_CALL(sock_get_keep_alive, wasi_fd_t fd, uint8_t *on);
WASI_CALL(sock_set_keep_alive, wasi_fd_t fd, uint32_t on);
WASI_CALL(sock_get_tcp_no_delay, wasi_fd_t fd, uint8_t *on);
WASI_CALL(sock_set_tcp_no_delay, wasi_fd_t fd, uint32_t on);
WASI_CALL(sock_get_recv_buf_size, wasi_fd_t fd, wasi_size_t *size);
WASI_CALL(sock_set_recv_buf_size, wasi_fd_t fd, wasi_size_t size);
WASI_CALL(sock_get_send_buf_size, wasi_fd_t fd, wasi_size_t *size);
WASI_CALL(sock_set_send_buf_size, wasi_fd_t fd, wasi_size_t size);
WASI_CALL(sock_get_recv_timeout, wasi_fd_t fd, uint64_t *microseconds);
WASI_CALL(sock_set_recv_timeout, wasi_fd_t fd, uint64_t microseconds);
WASI_CALL(sock_get_send_timeout, wasi_fd_t fd, uint64_t *microseconds);
WASI_CALL(sock_set_send_timeout, wasi_fd_t fd, uint64_t microseconds);

#endif
