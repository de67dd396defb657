/// The few parts of a DNS message (RFC 1035 section 4) that asking for addresses needs.
package enum DNSMessage {
    /// Kinds of record: an IPv4 address (RFC 1035), an IPv6 address (RFC 3596).
    package enum RecordType: UInt16, Sendable { case a = 1, aaaa = 28 }

    /// A question for the addresses of `name`; nil when it is no host name: labels of 1 to 63
    /// letters, digits, hyphens and underscores, 253 characters in all.
    package static func query(id: UInt16, name: String, type: RecordType) -> [UInt8]? {
        guard let question = question(name, type) else { return nil }
        // Flags: recursion desired. One question.
        return bytes(id) + bytes(0x0100) + bytes(1) + bytes(0) + bytes(0) + bytes(0) + question
    }

    /// The addresses in an answer to that question.
    ///
    /// - Returns: nil when the message does not answer it, is cut, or is not well formed; none when
    ///   it says that there are none. Aliases are followed by the server, so every address of the
    ///   wanted type counts.
    package static func addresses(
        in message: [UInt8], id: UInt16, name: String, type: RecordType
    ) -> [IPAddress]? {
        guard message.count >= 12, let question = question(name, type),
            number(message, 0) == id, number(message, 2) & 0x8200 == 0x8000,
            number(message, 4) == 1, message.count >= 12 + question.count,
            lowercased(message[12..<12 + question.count]) == lowercased(question[...])
        else { return nil }
        switch number(message, 2) & 15 {
        case 0: break
        case 3: return []  // NXDOMAIN
        default: return nil
        }
        var offset = 12 + question.count
        var result: [IPAddress] = []
        for _ in 0..<number(message, 6) {
            guard let start = skipName(message, offset), message.count - start >= 10 else {
                return nil
            }
            let length = Int(number(message, start + 8))
            let data = start + 10
            guard message.count - data >= length else { return nil }
            if number(message, start) == type.rawValue, number(message, start + 2) == 1 {
                guard let address = IPAddress(bytes: message[data..<data + length]),
                    AddressFamily(of: address) == (type == .a ? .v4 : .v6)
                else { return nil }
                result.append(address)
            }
            offset = data + length
        }
        return result
    }

    private static func question(_ name: String, _ type: RecordType) -> [UInt8]? {
        var text = Array(name.utf8)
        if text.last == UInt8(ascii: ".") { text.removeLast() }
        guard (1...253).contains(text.count) else { return nil }
        var result: [UInt8] = []
        for label in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard (1...63).contains(label.count), label.allSatisfy(isNameCharacter) else {
                return nil
            }
            result.append(UInt8(label.count))
            result += label
        }
        return result + [0] + bytes(type.rawValue) + bytes(1)
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The offset after a name, which is labels, and at the end a zero or a pointer elsewhere.
    private static func skipName(_ message: [UInt8], _ start: Int) -> Int? {
        var offset = start
        while offset < message.count {
            let length = message[offset]
            switch length {
            case 0: return offset + 1
            case 1...63: offset += 1 + Int(length)
            case 0xc0...0xff: return offset + 2
            default: return nil
            }
        }
        return nil
    }

    /// Letters compare alike in either case (RFC 4343); lengths and types are no letters here.
    private static func lowercased(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    private static func bytes(_ value: UInt16) -> [UInt8] {
        [UInt8(value >> 8), UInt8(value & 255)]
    }
}
