internal import Platform

/// Addresses as the socket extensions lay them out in guest memory: `__wasi_addr_t` of
/// WebAssembly Micro Runtime, core/iwasm/libraries/lib-socket/inc/wasi_socket_ext.h. A kind (0 IPv4,
/// 1 IPv6), then the parts of the address and the port, in the machine's byte order.
enum GuestAddressLayout {
    /// `__wasi_addr_t`.
    static let byteCount: UInt32 = 24
    /// `__wasi_addr_info_t`: an address and a socket type.
    static let infoByteCount: UInt32 = 28

    /// - Throws: `afnosupport` for another kind.
    static func load(
        from memory: GuestMemory, at address: UInt32
    ) throws(WASIErrno) -> SocketAddress {
        try memory.check(at: address, byteCount: byteCount)
        let (ip, end) = try loadIP(from: memory, at: address)
        return SocketAddress(ip, port: try memory.load(at: address, offset: end))
    }

    /// Loads a `__wasi_addr_ip_t`; also gives the offset after it.
    static func loadIP(
        from memory: GuestMemory, at address: UInt32
    ) throws(WASIErrno) -> (ip: IPAddress, end: UInt32) {
        switch try memory.load(UInt32.self, at: address) {
        case 0:
            let bytes: UInt32 = try memory.load(at: address, offset: 4)
            return (.v4(bytes.byteSwapped), 8)
        case 1:
            var words: (high: UInt64, low: UInt64) = (0, 0)
            for index in UInt32(0)..<8 {
                let group: UInt16 = try memory.load(at: address, offset: 4 + 2 * index)
                if index < 4 {
                    words.high = words.high << 16 | UInt64(group)
                } else {
                    words.low = words.low << 16 | UInt64(group)
                }
            }
            return (.v6(high: words.high, low: words.low), 20)
        default: throw .afnosupport
        }
    }

    static func store(
        _ value: SocketAddress, to memory: GuestMemory, at address: UInt32
    ) throws(WASIErrno) {
        try memory.zero(at: address, byteCount: byteCount)
        switch value.ip {
        case .v4(let bits):
            try memory.store(bits.byteSwapped, at: address, offset: 4)
            try memory.store(value.port, at: address, offset: 8)
        case .v6(let high, let low):
            try memory.store(UInt32(1), at: address)
            for index in UInt32(0)..<8 {
                let word = index < 4 ? high : low
                let group = UInt16(truncatingIfNeeded: word >> UInt64(48 - 16 * (index % 4)))
                try memory.store(group, at: address, offset: 4 + 2 * index)
            }
            try memory.store(value.port, at: address, offset: 20)
        }
    }
}
