/// KEY_INFO: which key signed the report, and whether the guest's author signed the guest.
package struct SNPKeyInfo: Equatable, Sendable {
    /// SIGNING_KEY.
    package enum SigningKey: String, Equatable, Sendable {
        /// Versioned chip endorsement key: one chip's own.
        case vcek = "VCEK"
        /// Versioned loaded endorsement key: one cloud provider's.
        case vlek = "VLEK"
        /// The report is not signed.
        case none = "NONE"
    }

    package let rawValue: UInt32

    init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package var authorKeyEnabled: Bool { rawValue & 1 == 1 }
    package var masksChipKey: Bool { rawValue & 2 == 2 }
    /// `nil` for a value without a name.
    package var signingKey: SigningKey? {
        switch rawValue >> 2 & 7 {
        case 0: .vcek
        case 1: .vlek
        case 7: SigningKey.none
        default: nil
        }
    }
    /// Bits 5 to 31, which must be zero.
    var reservedBits: UInt32 { rawValue >> 5 }
}
