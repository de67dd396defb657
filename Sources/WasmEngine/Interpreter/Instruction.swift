/// The first word of an instruction, as the translator builds it.
struct Instruction {
    var bits: UInt64

    init(_ operation: Operation, a: Int = 0, b: Int = 0, c: Int = 0) {
        bits =
            UInt64(operation.number) | UInt64(UInt16(truncatingIfNeeded: a)) << 16
            | UInt64(UInt16(truncatingIfNeeded: b)) << 32
            | UInt64(UInt16(truncatingIfNeeded: c)) << 48
    }

    /// With a 32-bit number in the upper half.
    init(_ operation: Operation, a: Int = 0, immediate32: UInt32) {
        self.init(operation, a: a)
        bits |= UInt64(immediate32) << 32
    }
}

extension Operation {
    /// The tag as it lies in memory.
    var number: UInt16 {
        // SAFETY: an enumeration of 257 to 65,536 cases without payloads is its tag in two bytes.
        unsafe unsafeBitCast(self, to: UInt16.self)
    }
}
