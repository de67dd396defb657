import Bytes

/// An object identifier (ITU-T X.660), kept as its DER content octets.
package struct OID: Hashable, Sendable, CustomStringConvertible {
    let encoded: [UInt8]

    /// Takes the content octets; `nil` when they are no valid identifier: empty, padded, cut short
    /// or with a component above 2^56.
    init?(encoded: ArraySlice<UInt8>) {
        guard let last = encoded.last, last < 0x80, encoded.count <= 64 else { return nil }
        var septets = 0
        for byte in encoded {
            if septets == 0, byte == 0x80 { return nil }
            septets = byte < 0x80 ? 0 : septets + 1
            if septets >= 8 { return nil }
        }
        self.encoded = Array(encoded)
    }

    /// An identifier from its numbers; the first two must be valid together.
    init(_ first: UInt64, _ second: UInt64, _ rest: UInt64...) {
        encoded = ([first * 40 + second] + rest).flatMap(Self.septets)
    }

    /// This identifier with one more number.
    func appending(_ component: UInt64) -> OID {
        OID(trusted: encoded + Self.septets(component))
    }

    private init(trusted: [UInt8]) { encoded = trusted }

    private static func septets(_ value: UInt64) -> [UInt8] {
        var bytes = [UInt8(value & 0x7f)]
        var rest = value >> 7
        while rest > 0 {
            bytes.insert(UInt8(rest & 0x7f) | 0x80, at: 0)
            rest >>= 7
        }
        return bytes
    }

    /// Numbers with dots, such as `2.5.29.15`.
    package var description: String {
        var numbers: [UInt64] = []
        var value: UInt64 = 0
        for byte in encoded {
            value = value << 7 | UInt64(byte & 0x7f)
            if byte < 0x80 {
                numbers.append(value)
                value = 0
            }
        }
        guard let first = numbers.first else { return "" }
        let arc = min(first / 40, 2)
        return ([arc, first - arc * 40] + numbers.dropFirst()).map(String.init)
            .joined(separator: ".")
    }
}

extension OID {
    static let commonName = OID(2, 5, 4, 3)

    static let subjectKeyIdentifier = OID(2, 5, 29, 14)
    static let keyUsage = OID(2, 5, 29, 15)
    static let subjectAlternativeName = OID(2, 5, 29, 17)
    static let basicConstraints = OID(2, 5, 29, 19)
    static let crlNumber = OID(2, 5, 29, 20)
    static let crlReason = OID(2, 5, 29, 21)
    static let crlDistributionPoints = OID(2, 5, 29, 31)
    static let certificatePolicies = OID(2, 5, 29, 32)
    static let authorityKeyIdentifier = OID(2, 5, 29, 35)
    static let extendedKeyUsage = OID(2, 5, 29, 37)

    static let extensionRequest = OID(1, 2, 840, 113549, 1, 9, 14)

    static let taggedEvidence = OID(2, 23, 133, 5, 4, 9)
    static let messageWrapper = OID(1, 3, 6, 1, 5, 5, 7, 1, 35)
    static let bareQuote = OID(1, 2, 840, 113741, 1337, 6)

    static let ecPublicKey = OID(1, 2, 840, 10045, 2, 1)
    static let p256 = OID(1, 2, 840, 10045, 3, 1, 7)
    static let p384 = OID(1, 3, 132, 0, 34)
    static let ecdsaWithSHA256 = OID(1, 2, 840, 10045, 4, 3, 2)
    static let ecdsaWithSHA384 = OID(1, 2, 840, 10045, 4, 3, 3)
    static let rsaEncryption = OID(1, 2, 840, 113549, 1, 1, 1)
    static let mgf1 = OID(1, 2, 840, 113549, 1, 1, 8)
    static let rsassaPSS = OID(1, 2, 840, 113549, 1, 1, 10)
    static let sha256WithRSA = OID(1, 2, 840, 113549, 1, 1, 11)
    static let sha384WithRSA = OID(1, 2, 840, 113549, 1, 1, 12)
    static let sha256 = OID(2, 16, 840, 1, 101, 3, 4, 2, 1)
    static let sha384 = OID(2, 16, 840, 1, 101, 3, 4, 2, 2)
    static let sha512 = OID(2, 16, 840, 1, 101, 3, 4, 2, 3)
}
