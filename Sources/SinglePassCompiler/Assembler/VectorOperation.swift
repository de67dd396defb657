/// A vector or scalar floating-point instruction with a destination and two sources, by its encoding.
///
/// Named after the manual's mnemonic. With AVX the three registers are independent; without it the
/// destination is the first source.
package struct VectorOperation: Sendable {
    let prefix: UInt8
    let map: OpcodeMap
    let opcode: UInt8
    /// Whether the two sources may be exchanged.
    package let commutes: Bool

    private init(_ prefix: UInt8, _ map: OpcodeMap, _ opcode: UInt8, commutes: Bool = false) {
        self.prefix = prefix
        self.map = map
        self.opcode = opcode
        self.commutes = commutes
    }

    package static let addps = VectorOperation(0x00, .map0F, 0x58, commutes: true)
    package static let addpd = VectorOperation(0x66, .map0F, 0x58, commutes: true)
    package static let addss = VectorOperation(0xF3, .map0F, 0x58)
    package static let addsd = VectorOperation(0xF2, .map0F, 0x58)
    package static let mulps = VectorOperation(0x00, .map0F, 0x59, commutes: true)
    package static let mulpd = VectorOperation(0x66, .map0F, 0x59, commutes: true)
    package static let mulss = VectorOperation(0xF3, .map0F, 0x59)
    package static let mulsd = VectorOperation(0xF2, .map0F, 0x59)
    package static let subps = VectorOperation(0x00, .map0F, 0x5C)
    package static let subpd = VectorOperation(0x66, .map0F, 0x5C)
    package static let subss = VectorOperation(0xF3, .map0F, 0x5C)
    package static let subsd = VectorOperation(0xF2, .map0F, 0x5C)
    package static let minps = VectorOperation(0x00, .map0F, 0x5D)
    package static let minpd = VectorOperation(0x66, .map0F, 0x5D)
    package static let minss = VectorOperation(0xF3, .map0F, 0x5D)
    package static let minsd = VectorOperation(0xF2, .map0F, 0x5D)
    package static let divps = VectorOperation(0x00, .map0F, 0x5E)
    package static let divpd = VectorOperation(0x66, .map0F, 0x5E)
    package static let divss = VectorOperation(0xF3, .map0F, 0x5E)
    package static let divsd = VectorOperation(0xF2, .map0F, 0x5E)
    package static let maxps = VectorOperation(0x00, .map0F, 0x5F)
    package static let maxpd = VectorOperation(0x66, .map0F, 0x5F)
    package static let maxss = VectorOperation(0xF3, .map0F, 0x5F)
    package static let maxsd = VectorOperation(0xF2, .map0F, 0x5F)
    package static let andps = VectorOperation(0x00, .map0F, 0x54, commutes: true)
    package static let andpd = VectorOperation(0x66, .map0F, 0x54, commutes: true)
    package static let andnps = VectorOperation(0x00, .map0F, 0x55)
    package static let andnpd = VectorOperation(0x66, .map0F, 0x55)
    package static let orps = VectorOperation(0x00, .map0F, 0x56, commutes: true)
    package static let orpd = VectorOperation(0x66, .map0F, 0x56, commutes: true)
    package static let xorps = VectorOperation(0x00, .map0F, 0x57, commutes: true)
    package static let xorpd = VectorOperation(0x66, .map0F, 0x57, commutes: true)
    package static let unpcklps = VectorOperation(0x00, .map0F, 0x14)
    package static let unpckhps = VectorOperation(0x00, .map0F, 0x15)
    package static let unpcklpd = VectorOperation(0x66, .map0F, 0x14)
    package static let unpckhpd = VectorOperation(0x66, .map0F, 0x15)
    package static let punpcklbw = VectorOperation(0x66, .map0F, 0x60)
    package static let punpcklwd = VectorOperation(0x66, .map0F, 0x61)
    package static let punpckldq = VectorOperation(0x66, .map0F, 0x62)
    package static let packsswb = VectorOperation(0x66, .map0F, 0x63)
    package static let pcmpgtb = VectorOperation(0x66, .map0F, 0x64)
    package static let pcmpgtw = VectorOperation(0x66, .map0F, 0x65)
    package static let pcmpgtd = VectorOperation(0x66, .map0F, 0x66)
    package static let packuswb = VectorOperation(0x66, .map0F, 0x67)
    package static let punpckhbw = VectorOperation(0x66, .map0F, 0x68)
    package static let punpckhwd = VectorOperation(0x66, .map0F, 0x69)
    package static let punpckhdq = VectorOperation(0x66, .map0F, 0x6A)
    package static let packssdw = VectorOperation(0x66, .map0F, 0x6B)
    package static let punpcklqdq = VectorOperation(0x66, .map0F, 0x6C)
    package static let punpckhqdq = VectorOperation(0x66, .map0F, 0x6D)
    package static let pcmpeqb = VectorOperation(0x66, .map0F, 0x74, commutes: true)
    package static let pcmpeqw = VectorOperation(0x66, .map0F, 0x75, commutes: true)
    package static let pcmpeqd = VectorOperation(0x66, .map0F, 0x76, commutes: true)
    package static let psrlw = VectorOperation(0x66, .map0F, 0xD1)
    package static let psrld = VectorOperation(0x66, .map0F, 0xD2)
    package static let psrlq = VectorOperation(0x66, .map0F, 0xD3)
    package static let paddq = VectorOperation(0x66, .map0F, 0xD4, commutes: true)
    package static let pmullw = VectorOperation(0x66, .map0F, 0xD5, commutes: true)
    package static let psubusb = VectorOperation(0x66, .map0F, 0xD8)
    package static let psubusw = VectorOperation(0x66, .map0F, 0xD9)
    package static let pminub = VectorOperation(0x66, .map0F, 0xDA, commutes: true)
    package static let pand = VectorOperation(0x66, .map0F, 0xDB, commutes: true)
    package static let paddusb = VectorOperation(0x66, .map0F, 0xDC, commutes: true)
    package static let paddusw = VectorOperation(0x66, .map0F, 0xDD, commutes: true)
    package static let pmaxub = VectorOperation(0x66, .map0F, 0xDE, commutes: true)
    package static let pandn = VectorOperation(0x66, .map0F, 0xDF)
    package static let pavgb = VectorOperation(0x66, .map0F, 0xE0, commutes: true)
    package static let psraw = VectorOperation(0x66, .map0F, 0xE1)
    package static let psrad = VectorOperation(0x66, .map0F, 0xE2)
    package static let pavgw = VectorOperation(0x66, .map0F, 0xE3, commutes: true)
    package static let pmulhuw = VectorOperation(0x66, .map0F, 0xE4, commutes: true)
    package static let pmulhw = VectorOperation(0x66, .map0F, 0xE5, commutes: true)
    package static let psubsb = VectorOperation(0x66, .map0F, 0xE8)
    package static let psubsw = VectorOperation(0x66, .map0F, 0xE9)
    package static let pminsw = VectorOperation(0x66, .map0F, 0xEA, commutes: true)
    package static let por = VectorOperation(0x66, .map0F, 0xEB, commutes: true)
    package static let paddsb = VectorOperation(0x66, .map0F, 0xEC, commutes: true)
    package static let paddsw = VectorOperation(0x66, .map0F, 0xED, commutes: true)
    package static let pmaxsw = VectorOperation(0x66, .map0F, 0xEE, commutes: true)
    package static let pxor = VectorOperation(0x66, .map0F, 0xEF, commutes: true)
    package static let psllw = VectorOperation(0x66, .map0F, 0xF1)
    package static let pslld = VectorOperation(0x66, .map0F, 0xF2)
    package static let psllq = VectorOperation(0x66, .map0F, 0xF3)
    package static let pmuludq = VectorOperation(0x66, .map0F, 0xF4, commutes: true)
    package static let pmaddwd = VectorOperation(0x66, .map0F, 0xF5, commutes: true)
    package static let psubb = VectorOperation(0x66, .map0F, 0xF8)
    package static let psubw = VectorOperation(0x66, .map0F, 0xF9)
    package static let psubd = VectorOperation(0x66, .map0F, 0xFA)
    package static let psubq = VectorOperation(0x66, .map0F, 0xFB)
    package static let paddb = VectorOperation(0x66, .map0F, 0xFC, commutes: true)
    package static let paddw = VectorOperation(0x66, .map0F, 0xFD, commutes: true)
    package static let paddd = VectorOperation(0x66, .map0F, 0xFE, commutes: true)
    package static let pshufb = VectorOperation(0x66, .map0F38, 0x00)
    package static let pmaddubsw = VectorOperation(0x66, .map0F38, 0x04)
    package static let pmulhrsw = VectorOperation(0x66, .map0F38, 0x0B, commutes: true)
    package static let pmuldq = VectorOperation(0x66, .map0F38, 0x28, commutes: true)
    package static let pcmpeqq = VectorOperation(0x66, .map0F38, 0x29, commutes: true)
    package static let packusdw = VectorOperation(0x66, .map0F38, 0x2B)
    package static let pcmpgtq = VectorOperation(0x66, .map0F38, 0x37)
    package static let pminsb = VectorOperation(0x66, .map0F38, 0x38, commutes: true)
    package static let pminsd = VectorOperation(0x66, .map0F38, 0x39, commutes: true)
    package static let pminuw = VectorOperation(0x66, .map0F38, 0x3A, commutes: true)
    package static let pminud = VectorOperation(0x66, .map0F38, 0x3B, commutes: true)
    package static let pmaxsb = VectorOperation(0x66, .map0F38, 0x3C, commutes: true)
    package static let pmaxsd = VectorOperation(0x66, .map0F38, 0x3D, commutes: true)
    package static let pmaxuw = VectorOperation(0x66, .map0F38, 0x3E, commutes: true)
    package static let pmaxud = VectorOperation(0x66, .map0F38, 0x3F, commutes: true)
    package static let pmulld = VectorOperation(0x66, .map0F38, 0x40, commutes: true)
}

/// A vector instruction with a destination and one source.
package struct UnaryVectorOperation: Sendable {
    let prefix: UInt8
    let map: OpcodeMap
    let opcode: UInt8

    private init(_ prefix: UInt8, _ map: OpcodeMap, _ opcode: UInt8) {
        self.prefix = prefix
        self.map = map
        self.opcode = opcode
    }

    package static let sqrtps = UnaryVectorOperation(0x00, .map0F, 0x51)
    package static let sqrtpd = UnaryVectorOperation(0x66, .map0F, 0x51)
    package static let cvtdq2pd = UnaryVectorOperation(0xF3, .map0F, 0xE6)
    package static let cvtdq2ps = UnaryVectorOperation(0x00, .map0F, 0x5B)
    package static let cvttps2dq = UnaryVectorOperation(0xF3, .map0F, 0x5B)
    package static let cvttpd2dq = UnaryVectorOperation(0x66, .map0F, 0xE6)
    package static let cvtps2pd = UnaryVectorOperation(0x00, .map0F, 0x5A)
    package static let cvtpd2ps = UnaryVectorOperation(0x66, .map0F, 0x5A)
    package static let pabsb = UnaryVectorOperation(0x66, .map0F38, 0x1C)
    package static let pabsw = UnaryVectorOperation(0x66, .map0F38, 0x1D)
    package static let pabsd = UnaryVectorOperation(0x66, .map0F38, 0x1E)
    package static let pmovsxbw = UnaryVectorOperation(0x66, .map0F38, 0x20)
    package static let pmovsxwd = UnaryVectorOperation(0x66, .map0F38, 0x23)
    package static let pmovsxdq = UnaryVectorOperation(0x66, .map0F38, 0x25)
    package static let pmovzxbw = UnaryVectorOperation(0x66, .map0F38, 0x30)
    package static let pmovzxwd = UnaryVectorOperation(0x66, .map0F38, 0x33)
    package static let pmovzxdq = UnaryVectorOperation(0x66, .map0F38, 0x35)
    package static let movshdup = UnaryVectorOperation(0xF3, .map0F, 0x16)
    package static let movddup = UnaryVectorOperation(0xF2, .map0F, 0x12)
}
