/// A place in memory: `[base + index * scale + displacement]`.
///
/// One word that holds the place as instructions encode it, in the shortest form, so that what is
/// known of it when this is compiled costs nothing when code is written (Intel SDM vol. 2A, §2.1.5).
package struct Address: Sendable, Equatable, BitwiseCopyable {
    package enum Scale: UInt8, Sendable {
        case one, two, four, eight
    }

    /// Bits 0–7 ModRM without its `reg`, 8–15 SIB or 0, 16–17 REX.B and REX.X, 20–23 bytes from ModRM
    /// to the displacement's end, 24–31 where the displacement begins, in bits after ModRM's first,
    /// 32–63 the displacement.
    private let bits: UInt64

    /// - Parameter index: any register but RSP, which encodes "no index".
    @inline(__always)
    package init(
        _ base: Register, _ displacement: Int32 = 0, index: Register? = nil, scale: Scale = .one
    ) {
        let hasSIB = (index != nil).bit | (base.rawValue & 7 == 4).bit
        self.init(base, displacement, (index ?? .rsp).rawValue, scale, hasSIB: hasSIB)
    }

    /// - Parameter index: any register but RSP, which encodes "no index".
    @inline(__always)
    package init(
        _ base: Register, _ displacement: Int32 = 0, index: Register, scale: Scale = .one
    ) {
        self.init(base, displacement, index.rawValue, scale, hasSIB: 1)
    }

    @inline(__always)
    private init(
        _ base: Register, _ displacement: Int32, _ index: UInt8, _ scale: Scale, hasSIB: UInt8
    ) {
        let base = base.rawValue
        // No displacement, one of 8 bits, or one of 32: modes 0x00, 0x40 and 0x80.
        let short = Int32(Int8(truncatingIfNeeded: displacement))
        let isLong = (short != displacement).bit
        let isAny = (displacement != 0).bit | (base & 7 == 5).bit | isLong
        let modRM = (isAny &+ isLong) &<< 6 | (hasSIB == 0 ? base & 7 : 4)
        let sib = (scale.rawValue &<< 6 | (index & 7) &<< 3 | base & 7) &* hasSIB
        let rex = (index & 8) &>> 2 | (base & 8) &>> 3
        let length = 1 &+ hasSIB &+ isAny &+ 3 &* isLong
        let low = UInt32(modRM) | UInt32(sib) &<< 8 | UInt32(rex | length &<< 4) &<< 16
        bits =
            UInt64(low | UInt32(8 &+ 8 &* hasSIB) &<< 24)
            | UInt64(UInt32(bitPattern: displacement)) &<< 32
    }

    // MARK: As it is encoded

    /// REX.X and REX.B.
    @inline(__always)
    var rex: UInt8 { UInt8(truncatingIfNeeded: bits &>> 16) & 3 }

    /// ModRM with a register's number or an opcode's extension, SIB and displacement.
    @inline(__always)
    func encoded(reg: UInt8) -> ByteWord {
        let displacement = (bits &>> 32) &<< (bits &>> 24 & 0x3F)
        return ByteWord(
            bits: bits & 0xFFFF | UInt64(reg & 7) &<< 3 | displacement,
            count: Int(truncatingIfNeeded: bits &>> 20 & 15))
    }

    // MARK: Its parts

    private var hasSIB: Bool { bits &>> 24 & 0x3F == 16 }

    package var base: Register {
        let low = hasSIB ? bits &>> 8 & 7 : bits & 7
        return Register(number: UInt8(truncatingIfNeeded: low) | (rex & 1) &<< 3)
    }

    /// The index register's number; RSP's for none.
    var indexNumber: UInt8 {
        hasSIB ? UInt8(truncatingIfNeeded: bits &>> 11 & 7) | (rex & 2) &<< 2 : 4
    }

    package var index: Register? {
        indexNumber == 4 ? nil : Register(number: indexNumber)
    }

    package var displacement: Int32 { Int32(truncatingIfNeeded: Int64(bitPattern: bits) &>> 32) }

    /// The place some bytes further on.
    func advanced(by byteCount: Int32) -> Address {
        let scale = Scale(rawValue: UInt8(truncatingIfNeeded: bits &>> 14) & 3) ?? .one
        return Address(base, displacement &+ byteCount, index: index, scale: scale)
    }
}
