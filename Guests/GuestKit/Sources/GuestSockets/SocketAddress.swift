internal import GuestRuntime

/// An internet address and a port.
public struct SocketAddress: Equatable, Sendable {
    /// The address: four bytes for IPv4, sixteen in network order for IPv6.
    public let address: [UInt8]
    /// The port.
    public let port: UInt16

    /// IPv4, in reading order.
    public init(ipv4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
        address = [a, b, c, d]
        self.port = port
    }

    /// "127.0.0.1:7000" or, for IPv6, not yet: nil.
    public init?(_ text: String) {
        let halves = text.utf8.split(separator: 0x3A, omittingEmptySubsequences: false)
        guard halves.count == 2, let port = UInt16(Substring(halves[1])) else { return nil }
        let parts = halves[0].split(separator: 0x2E, omittingEmptySubsequences: false)
        let bytes = parts.compactMap { UInt8(Substring($0)) }
        guard parts.count == 4, bytes.count == 4 else { return nil }
        address = bytes
        self.port = port
    }

    init?(_ raw: wasi_address_t) {
        switch raw.kind {
        case 0:
            let ip4 = unsafe raw.u.ip4
            address = [ip4.address.0, ip4.address.1, ip4.address.2, ip4.address.3]
            port = ip4.port
        case 1:
            let ip6 = unsafe raw.u.ip6
            let groups = [
                ip6.address.0, ip6.address.1, ip6.address.2, ip6.address.3,
                ip6.address.4, ip6.address.5, ip6.address.6, ip6.address.7,
            ]
            address = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            port = ip6.port
        default:
            return nil
        }
    }

    var raw: wasi_address_t {
        var raw = wasi_address_t()
        if address.count == 4 {
            raw.kind = 0
            unsafe raw.u.ip4.address = (address[0], address[1], address[2], address[3])
            unsafe raw.u.ip4.port = port
        } else {
            let group = { (index: Int) in
                UInt16(address[2 * index]) << 8 | UInt16(address[2 * index + 1])
            }
            raw.kind = 1
            unsafe raw.u.ip6.address = (
                group(0), group(1), group(2), group(3), group(4), group(5), group(6), group(7)
            )
            unsafe raw.u.ip6.port = port
        }
        return raw
    }
}
