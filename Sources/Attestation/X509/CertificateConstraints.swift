import Bytes

/// The extensions of RFC 5280 §4.2.1 that decide what a certificate may be used for.
struct CertificateConstraints: Equatable, Sendable {
    /// basicConstraints cA.
    var isAuthority = false
    /// basicConstraints pathLenConstraint.
    var pathLength: Int?
    /// keyUsage, bit 0 (digitalSignature) as 0x8000; `nil` when the extension is absent.
    var keyUsage: UInt16?
    /// subjectKeyIdentifier.
    var subjectKey: ArraySlice<UInt8>?
    /// keyIdentifier of authorityKeyIdentifier.
    var authorityKey: ArraySlice<UInt8>?

    /// keyUsage bit 5.
    var maySignCertificates: Bool { keyUsage.map { $0 & 0x0400 != 0 } ?? true }
    /// keyUsage bit 6.
    var maySignLists: Bool { keyUsage.map { $0 & 0x0200 != 0 } ?? true }
    /// keyUsage bit 0.
    var maySignData: Bool { keyUsage.map { $0 & 0x8000 != 0 } ?? true }

    /// Reads what is known and refuses a critical extension that is not.
    init(_ extensions: [CertificateExtension]) throws(MalformedBytes) {
        for item in extensions {
            switch item.type {
            case .basicConstraints: try readBasicConstraints(item.value)
            case .keyUsage: try readKeyUsage(item.value)
            case .subjectKeyIdentifier:
                var reader = DERReader(item.value)
                subjectKey = try reader.octetString("subjectKeyIdentifier")
                try reader.expectEnd("subjectKeyIdentifier")
            case .authorityKeyIdentifier: try readAuthorityKey(item.value)
            default:
                guard !item.isCritical else {
                    throw MalformedBytes(
                        field: "extension", offset: item.value.startIndex,
                        problem: "\(item.type) is critical and not known here")
                }
            }
        }
    }

    private mutating func readBasicConstraints(
        _ value: ArraySlice<UInt8>
    ) throws(MalformedBytes) {
        var outer = DERReader(value)
        let element = try outer.element(.sequence, "basicConstraints")
        try outer.expectEnd("basicConstraints")
        var fields = element.children
        if fields.nextTag == .boolean {
            isAuthority = try fields.boolean("basicConstraints cA")
            guard isAuthority else {
                throw element.malformed(
                    "basicConstraints", "cA FALSE is the default, not to be spelled")
            }
        }
        if !fields.isAtEnd {
            guard isAuthority else {
                throw element.malformed("basicConstraints", "a path length without cA")
            }
            pathLength = try fields.integer("pathLenConstraint", maximum: 255)
        }
        try fields.expectEnd("basicConstraints")
    }

    private mutating func readKeyUsage(_ value: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = DERReader(value)
        let element = try reader.element(.bitString, "keyUsage")
        try reader.expectEnd("keyUsage")
        // AMD's intermediates end in a zero bit, which X.690 §11.2.2 would leave out; the unused
        // bits themselves must be zero (§11.2.1).
        guard let unused = element.content.first, unused < 8, 2...3 ~= element.content.count,
            let last = element.content.last, last != 0, last.trailingZeroBitCount >= Int(unused)
        else { throw element.malformed("keyUsage", "is no bit string of one to nine bits") }
        let octets = Array(element.content.dropFirst()) + [0]
        keyUsage = UInt16(octets[0]) << 8 | UInt16(octets[1])
    }

    private mutating func readAuthorityKey(_ value: ArraySlice<UInt8>) throws(MalformedBytes) {
        var outer = DERReader(value)
        var fields = try outer.sequence("authorityKeyIdentifier")
        try outer.expectEnd("authorityKeyIdentifier")
        authorityKey = try fields.optional(.contextPrimitive(0), "keyIdentifier")?.content
        // Issuer and serial number (fields 1 and 2) add nothing to a chain that is given whole.
    }
}
