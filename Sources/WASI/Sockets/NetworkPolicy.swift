package import Platform

/// Addresses that agree with one in their first bits (CIDR, RFC 4632), and a range of ports.
package struct AddressRange: Hashable, Sendable {
    private let prefix: IPAddress
    private let prefixBitCount: Int
    /// Port 0 stands for "any free one" when binding.
    package let ports: ClosedRange<UInt16>

    /// - Parameter prefixBitCount: how many leading bits count; nil when more than the address has.
    package init?(_ prefix: IPAddress, prefixBitCount: Int, ports: ClosedRange<UInt16>) {
        guard (0...prefix.bytes.count * 8).contains(prefixBitCount) else { return nil }
        self.prefix = prefix
        self.prefixBitCount = prefixBitCount
        self.ports = ports
    }

    /// One address and port.
    package init(only address: SocketAddress) {
        prefix = address.ip.unmapped
        prefixBitCount = prefix.bytes.count * 8
        ports = address.port...address.port
    }

    /// Reads `10.0.0.0/8:1-1024`, `192.0.2.1:80`, `[2001:db8::]/32:443`, `[::1]:*`: an address,
    /// maybe a prefix length, and after the last colon a port, a range of ports, or `*`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let ports = Self.ports(text[text.index(after: colon)...])
        else { return nil }
        let parts = text[..<colon].split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var host = parts[0]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let ip = IPAddress(host) else { return nil }
        if case .v6 = ip, !isBracketed { return nil }
        guard parts.count == 2 else {
            self.init(ip, prefixBitCount: ip.bytes.count * 8, ports: ports)
            return
        }
        guard let count = Int(parts[1]) else { return nil }
        self.init(ip, prefixBitCount: count, ports: ports)
    }

    private static func ports(_ text: Substring) -> ClosedRange<UInt16>? {
        if text == "*" { return 0...UInt16.max }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let low = UInt16(ends[0]), let high = UInt16(ends[ends.count - 1]), low <= high
        else { return nil }
        return low...high
    }

    /// Whether the address is in the range. An IPv4 address in IPv6 form counts as IPv4.
    package func contains(_ address: SocketAddress) -> Bool {
        let bytes = address.ip.unmapped.bytes
        let wanted = prefix.bytes
        guard ports.contains(address.port), bytes.count == wanted.count else { return false }
        let whole = prefixBitCount / 8
        guard bytes[..<whole] == wanted[..<whole] else { return false }
        let rest = prefixBitCount % 8
        return rest == 0 || (bytes[whole] ^ wanted[whole]) >> (8 - rest) == 0
    }
}

/// What a guest that opens its own sockets may reach. Everything that is not named is denied.
package struct NetworkPolicy: Sendable {
    /// Where TCP listeners may be bound.
    package var tcpListen: [AddressRange] = []
    /// Where TCP connections may go.
    package var tcpConnect: [AddressRange] = []
    /// Where UDP sockets may be bound.
    package var udpBind: [AddressRange] = []
    /// Where datagrams may be sent.
    package var udpSend: [AddressRange] = []
    /// Names that may be looked up, in lower case; `*.example.org` stands for every name below.
    package var resolvableNames: [String] = []
    /// Looks a name up, may wait, runs on another thread. Nil: only names that need no asking.
    package var resolver: (@Sendable (String) -> [IPAddress])?

    package init() {}

    /// Whether anything at all is allowed.
    var allowsSockets: Bool {
        !(tcpListen.isEmpty && tcpConnect.isEmpty && udpBind.isEmpty && udpSend.isEmpty)
    }

    func allowsResolving(_ name: String) -> Bool {
        let name = name.lowercased()
        return resolvableNames.contains { pattern in
            pattern.hasPrefix("*.") ? name.hasSuffix(pattern.dropFirst(1)) : name == pattern
        }
    }

    func allowsBinding(_ address: SocketAddress, isStream: Bool) -> Bool {
        (isStream ? tcpListen : udpBind).contains { $0.contains(address) }
    }

    func allowsSending(to address: SocketAddress, isStream: Bool) -> Bool {
        (isStream ? tcpConnect : udpSend).contains { $0.contains(address) }
    }
}
