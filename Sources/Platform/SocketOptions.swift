import Glibc

/// A socket option whose value is a number or a truth value (socket(7), tcp(7), ip(7), ipv6(7)).
package enum SocketOption: CaseIterable, Sendable {
    case reuseAddress, reusePort, keepAlive, broadcast, receiveBufferByteCount, sendBufferByteCount
    case tcpNoDelay, tcpKeepIdleSeconds, tcpKeepIntervalSeconds, tcpQuickAck, tcpFastOpenConnect
    case timeToLive, multicastTimeToLive, multicastLoopV4, multicastLoopV6, ipv6Only

    fileprivate var place: (level: Int32, name: Int32) {
        switch self {
        case .reuseAddress: (SOL_SOCKET, SO_REUSEADDR)
        case .reusePort: (SOL_SOCKET, SO_REUSEPORT)
        case .keepAlive: (SOL_SOCKET, SO_KEEPALIVE)
        case .broadcast: (SOL_SOCKET, SO_BROADCAST)
        case .receiveBufferByteCount: (SOL_SOCKET, SO_RCVBUF)
        case .sendBufferByteCount: (SOL_SOCKET, SO_SNDBUF)
        case .tcpNoDelay: (Int32(IPPROTO_TCP), TCP_NODELAY)
        case .tcpKeepIdleSeconds: (Int32(IPPROTO_TCP), TCP_KEEPIDLE)
        case .tcpKeepIntervalSeconds: (Int32(IPPROTO_TCP), TCP_KEEPINTVL)
        case .tcpQuickAck: (Int32(IPPROTO_TCP), TCP_QUICKACK)
        case .tcpFastOpenConnect: (Int32(IPPROTO_TCP), 30)  // TCP_FASTOPEN_CONNECT, Linux 4.11
        case .timeToLive: (Int32(IPPROTO_IP), IP_TTL)
        case .multicastTimeToLive: (Int32(IPPROTO_IP), Int32(IP_MULTICAST_TTL))
        case .multicastLoopV4: (Int32(IPPROTO_IP), Int32(IP_MULTICAST_LOOP))
        case .multicastLoopV6: (Int32(IPPROTO_IPV6), IPV6_MULTICAST_LOOP)
        case .ipv6Only: (Int32(IPPROTO_IPV6), IPV6_V6ONLY)
        }
    }
}

extension BorrowedDescriptor {
    /// getsockopt(2).
    package func socketOption(_ option: SocketOption) throws(Errno) -> Int32 {
        try self.option(option.place.level, option.place.name)
    }

    /// setsockopt(2).
    package func setSocketOption(_ option: SocketOption, to value: Int32) throws(Errno) {
        try setOption(option.place.level, option.place.name, value)
    }

    /// How long a closing socket lingers over unsent data, in seconds; nil when it does not.
    package func lingerSeconds() throws(Errno) -> Int32? {
        var value = linger()
        var length = socklen_t(MemoryLayout<linger>.size)
        // SAFETY: the call fills at most `length` bytes.
        try checkedLibc(unsafe getsockopt(number, SOL_SOCKET, SO_LINGER, &value, &length))
        return value.l_onoff == 0 ? nil : value.l_linger
    }

    /// Sets how long a closing socket lingers over unsent data.
    package func setLinger(seconds: Int32?) throws(Errno) {
        var value = linger(l_onoff: seconds == nil ? 0 : 1, l_linger: seconds ?? 0)
        let length = socklen_t(MemoryLayout<linger>.size)
        // SAFETY: the call reads `length` bytes of a local.
        try checkedLibc(unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &value, length))
    }

    /// Joins or leaves a multicast group on the interface with that index (IPv6) or address (IPv4).
    package func setMembership(
        of group: IPAddress, interface: UInt32, joined: Bool
    ) throws(Errno) {
        switch group {
        case .v4(let address):
            var request = ip_mreq(
                imr_multiaddr: in_addr(s_addr: address.bigEndian),
                imr_interface: in_addr(s_addr: interface))
            let name = joined ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP
            // SAFETY: the call reads a local of the size it is told.
            try checkedLibc(
                unsafe setsockopt(
                    number, Int32(IPPROTO_IP), Int32(name), &request,
                    socklen_t(MemoryLayout<ip_mreq>.size)))
        case .v6:
            // struct ipv6_mreq: the address, then the interface's index.
            var request = group.bytes
            request += (0..<4).map { UInt8(truncatingIfNeeded: interface >> (8 * $0)) }
            let name: Int32 = joined ? 20 : 21  // IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP
            // SAFETY: the call reads the array's 20 bytes.
            try checkedLibc(
                unsafe setsockopt(
                    number, Int32(IPPROTO_IPV6), name, &request, socklen_t(request.count)))
        }
    }
}
