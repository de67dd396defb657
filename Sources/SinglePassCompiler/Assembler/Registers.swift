/// A general-purpose register of x86-64, by its number in instruction encodings.
///
/// Source: Intel SDM vol. 2A, §2.1.5 and §2.2.1.2.
package enum Register: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15

    /// The register of a number below 16. `init(rawValue:)` takes one comparison after the other.
    @inline(__always)
    init(number: UInt8) {
        // SAFETY: an enum without payload is stored as its case's number, of which there are 16.
        self = unsafe unsafeBitCast(number & 15, to: Register.self)
    }
}

/// A vector register; scalar floating point lives in its lowest lane.
package enum VectorRegister: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7
    case xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15

    /// As ``Register/init(number:)``.
    @inline(__always)
    init(number: UInt8) {
        // SAFETY: an enum without payload is stored as its case's number, of which there are 16.
        self = unsafe unsafeBitCast(number & 15, to: VectorRegister.self)
    }
}

/// The operand size of an integer instruction.
package enum Width: UInt8, Sendable {
    case bits8, bits16, bits32, bits64
}

/// A condition code, by its number in Jcc, SETcc and CMOVcc (Intel SDM vol. 2D, appendix B.1.4.7).
package enum Condition: UInt8, Sendable {
    case overflow, noOverflow, below, aboveOrEqual, equal, notEqual, belowOrEqual, above
    case sign, noSign, parity, noParity, less, greaterOrEqual, lessOrEqual, greater

    /// The condition that holds when this one does not.
    package var negated: Condition { Condition(rawValue: rawValue ^ 1) ?? self }

    /// The condition that holds with the operands of the comparison exchanged.
    package var swapped: Condition {
        switch self {
        case .below: .above
        case .above: .below
        case .aboveOrEqual: .belowOrEqual
        case .belowOrEqual: .aboveOrEqual
        case .less: .greater
        case .greater: .less
        case .lessOrEqual: .greaterOrEqual
        case .greaterOrEqual: .lessOrEqual
        case .overflow, .noOverflow, .equal, .notEqual, .sign, .noSign, .parity, .noParity: self
        }
    }
}
