internal import Platform

/// The imports of WebAssembly Micro Runtime's socket library for guests (lib-socket,
/// wasi_socket_ext.h), with its signatures.
extension WASIFunction {
    static let socketExtensions: [WASIFunction] = [
        plain("sock_open", "iiii") { (host, memory, a) throws(WASIErrno) in
            try host.sockOpen(memory, family: a[1], kind: a[2], result: a[3])
        },
        plain("sock_close", "i") { (host, _, a) throws(WASIErrno) in
            try host.sockClose(fd: a[0])
        },
        plain("sock_bind", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.sockBind(memory, fd: a[0], address: a[1])
        },
        plain("sock_listen", "ii") { (host, _, a) throws(WASIErrno) in
            try host.sockListen(fd: a[0], backlog: a[1])
        },
        waiting("sock_connect", "ii") { (host, memory, a) throws(WASIFailure) in
            try host.sockConnect(memory, fd: a[0], address: a[1])
        },
        plain("sock_addr_local", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.sockAddrLocal(memory, fd: a[0], result: a[1])
        },
        plain("sock_addr_remote", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.sockAddrRemote(memory, fd: a[0], result: a[1])
        },
        waiting("sock_addr_resolve", "iiiiii") { (host, memory, a) throws(WASIFailure) in
            try host.sockAddrResolve(
                memory, name: a[0], service: a[1], hints: a[2], infos: a[3], infoCount: a[4],
                result: a[5])
        },
        waiting("sock_recv_from", "iiiiii") { (host, memory, a) throws(WASIFailure) in
            try host.sockRecvFrom(
                memory, fd: a[0], vectors: a[1], count: a[2], flags: a[3], address: a[4],
                result: a[5])
        },
        waiting("sock_send_to", "iiiiii") { (host, memory, a) throws(WASIFailure) in
            try host.sockSendTo(
                memory, fd: a[0], vectors: a[1], count: a[2], flags: a[3], address: a[4],
                result: a[5])
        },
    ]

    /// Options with a plain value, by the end of their functions' names.
    private static let plainOptions: [(String, SocketOption, SocketOptionShape)] = [
        ("reuse_addr", .reuseAddress, .truth),
        ("reuse_port", .reusePort, .truth),
        ("keep_alive", .keepAlive, .truth),
        ("broadcast", .broadcast, .truth),
        ("recv_buf_size", .receiveBufferByteCount, .number),
        ("send_buf_size", .sendBufferByteCount, .number),
        ("tcp_no_delay", .tcpNoDelay, .truth),
        ("tcp_quick_ack", .tcpQuickAck, .truth),
        ("tcp_fastopen_connect", .tcpFastOpenConnect, .truth),
        ("tcp_keep_idle", .tcpKeepIdleSeconds, .number),
        ("tcp_keep_intvl", .tcpKeepIntervalSeconds, .number),
        ("ip_ttl", .timeToLive, .byte),
        ("ip_multicast_ttl", .multicastTimeToLive, .byte),
        ("ipv6_only", .ipv6Only, .truth),
    ]

    static let options =
        plainOptions.flatMap { name, option, shape in
            [
                plain("sock_set_\(name)", "ii") { (host, _, a) throws(WASIErrno) in
                    try host.sockSetOption(option, shape, fd: a[0], value: a[1])
                },
                plain("sock_get_\(name)", "ii") { (host, memory, a) throws(WASIErrno) in
                    try host.sockGetOption(memory, option, shape, fd: a[0], result: a[1])
                },
            ]
        } + otherOptions

    private static let otherOptions: [WASIFunction] = [
        plain("sock_set_linger", "iii") { (host, _, a) throws(WASIErrno) in
            try host.sockSetLinger(fd: a[0], enabled: a[1], seconds: a[2])
        },
        plain("sock_get_linger", "iii") { (host, memory, a) throws(WASIErrno) in
            try host.sockGetLinger(memory, fd: a[0], enabled: a[1], seconds: a[2])
        },
        plain("sock_set_recv_timeout", "iI") { (host, _, a) throws(WASIErrno) in
            try host.sockSetTimeout(fd: a[0], microseconds: a.wide(1), forReceiving: true)
        },
        plain("sock_get_recv_timeout", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.sockGetTimeout(memory, fd: a[0], result: a[1], forReceiving: true)
        },
        plain("sock_set_send_timeout", "iI") { (host, _, a) throws(WASIErrno) in
            try host.sockSetTimeout(fd: a[0], microseconds: a.wide(1), forReceiving: false)
        },
        plain("sock_get_send_timeout", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.sockGetTimeout(memory, fd: a[0], result: a[1], forReceiving: false)
        },
        plain("sock_set_ip_multicast_loop", "iii") { (host, _, a) throws(WASIErrno) in
            try host.sockSetMulticastLoop(fd: a[0], isV6: a[1], value: a[2])
        },
        plain("sock_get_ip_multicast_loop", "iii") { (host, memory, a) throws(WASIErrno) in
            try host.sockGetMulticastLoop(memory, fd: a[0], isV6: a[1], result: a[2])
        },
        plain("sock_set_ip_add_membership", "iii") { (host, memory, a) throws(WASIErrno) in
            try host.sockSetMembership(
                memory, fd: a[0], group: a[1], interface: a[2], joined: true)
        },
        plain("sock_set_ip_drop_membership", "iii") { (host, memory, a) throws(WASIErrno) in
            try host.sockSetMembership(
                memory, fd: a[0], group: a[1], interface: a[2], joined: false)
        },
    ]
}
