/// An identifier octet of X.690 §8.1.2.
struct DERTag: RawRepresentable, Equatable, Sendable {
    let rawValue: UInt8

    static let boolean = DERTag(rawValue: 0x01)
    static let integer = DERTag(rawValue: 0x02)
    static let bitString = DERTag(rawValue: 0x03)
    static let octetString = DERTag(rawValue: 0x04)
    static let null = DERTag(rawValue: 0x05)
    static let objectIdentifier = DERTag(rawValue: 0x06)
    static let enumerated = DERTag(rawValue: 0x0a)
    static let utf8String = DERTag(rawValue: 0x0c)
    static let printableString = DERTag(rawValue: 0x13)
    static let teletexString = DERTag(rawValue: 0x14)
    static let ia5String = DERTag(rawValue: 0x16)
    static let utcTime = DERTag(rawValue: 0x17)
    static let generalizedTime = DERTag(rawValue: 0x18)
    static let sequence = DERTag(rawValue: 0x30)
    static let set = DERTag(rawValue: 0x31)

    /// A context-specific tag that holds other elements: `[number] EXPLICIT` and the like.
    static func context(_ number: UInt8) -> DERTag { DERTag(rawValue: 0xa0 | number) }

    /// A context-specific tag that holds bytes: `[number] IMPLICIT` of a primitive type.
    static func contextPrimitive(_ number: UInt8) -> DERTag { DERTag(rawValue: 0x80 | number) }
}
