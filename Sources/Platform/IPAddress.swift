/// An IPv4 or IPv6 address.
package enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The four bytes as one number, first byte highest.
    case v4(UInt32)
    /// The sixteen bytes as two numbers, first byte highest.
    case v6(high: UInt64, low: UInt64)

    package static let loopbackV4 = IPAddress.v4(0x7f00_0001)
    package static let loopbackV6 = IPAddress.v6(high: 0, low: 1)
    package static let anyV4 = IPAddress.v4(0)
    package static let anyV6 = IPAddress.v6(high: 0, low: 0)

    /// An IPv4 address written as IPv6 (`::ffff:a.b.c.d`, RFC 4291 section 2.5.5.2) as the IPv4
    /// address it reaches; any other address as itself.
    package var unmapped: IPAddress {
        guard case .v6(0, let low) = self, low >> 32 == 0xffff else { return self }
        return .v4(UInt32(truncatingIfNeeded: low))
    }

    /// The bytes in network order, 4 or 16.
    package var bytes: [UInt8] {
        switch self {
        case .v4(let value): (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        case .v6(let high, let low):
            [high, low].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
            }
        }
    }

    /// The address whose bytes in network order these are; nil unless 4 or 16.
    package init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self = .v6(
                high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
        default: return nil
        }
    }

    /// Reads `192.0.2.1` or `2001:db8::1` (RFC 4291 section 2.2, with a dotted tail too); nil for
    /// anything else, such as a name, a zone or leading zeros.
    package init?(_ text: some StringProtocol) {
        if let value = Self.dotted(text) {
            self = .v4(value)
        } else if let groups = Self.groups(text) {
            self = .v6(
                high: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
                low: groups[4...].reduce(0) { $0 << 16 | UInt64($1) })
        } else {
            return nil
        }
    }

    private static func dotted(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard part.count <= 3, part.allSatisfy({ $0.isASCII && $0.isNumber }),
                part == "0" || part.first != "0", let number = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(number)
        }
        return value
    }

    /// The eight groups of an IPv6 address.
    private static func groups(_ text: some StringProtocol) -> [UInt16]? {
        guard text.utf8.count <= 45 else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        // `::` shows as one empty part inside, or two at an end.
        var head: [UInt16] = []
        var tail: [UInt16]?
        var index = 0
        while index < parts.count {
            if parts[index].isEmpty {
                guard tail == nil else { return nil }
                if index == 0 {
                    guard parts[1].isEmpty else { return nil }
                    index += 1
                }
                if index + 1 == parts.count - 1, parts[index + 1].isEmpty { index += 1 }
                if index == parts.count - 1, index == 0 { return nil }
                // A single colon at the end is not an abbreviation.
                if index == parts.count - 1, !parts[index - 1].isEmpty { return nil }
                tail = []
            } else {
                guard let numbers = group(parts[index], isLast: index == parts.count - 1)
                else { return nil }
                if tail == nil { head += numbers } else { tail?.append(contentsOf: numbers) }
            }
            index += 1
        }
        guard let tail else { return head.count == 8 ? head : nil }
        let gap = 8 - head.count - tail.count
        guard gap >= 1 else { return nil }
        return head + [UInt16](repeating: 0, count: gap) + tail
    }

    private static func group(_ text: some StringProtocol, isLast: Bool) -> [UInt16]? {
        if isLast, let value = dotted(text) {
            return [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
        }
        guard text.utf8.count <= 4, text.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let value = UInt16(text, radix: 16)
        else { return nil }
        return [value]
    }

    /// The address as text; IPv6 in the form of RFC 5952 without a dotted tail.
    package var description: String {
        switch self {
        case .v4: return bytes.map { String($0) }.joined(separator: ".")
        case .v6(let high, let low):
            let groups = [high, low].flatMap { word in
                (0..<4).map { UInt16(truncatingIfNeeded: word >> UInt64(48 - 16 * $0)) }
            }
            return Self.abbreviated(groups)
        }
    }

    /// Replaces the longest run of two or more zero groups by `::`.
    private static func abbreviated(_ groups: [UInt16]) -> String {
        var best = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > best.count { best = start..<end }
            start = end + 1
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard best.count >= 2 else { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}

/// An address and a port.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package var ip: IPAddress
    package var port: UInt16

    package init(_ ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// Reads `192.0.2.1:80` or `[2001:db8::1]:80`.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = String(text[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        guard let ip = IPAddress(host) else { return nil }
        if case .v6 = ip, !isBracketed { return nil }
        self.init(ip, port: port)
    }

    package var description: String {
        switch ip {
        case .v4: "\(ip):\(port)"
        case .v6: "[\(ip)]:\(port)"
        }
    }
}
