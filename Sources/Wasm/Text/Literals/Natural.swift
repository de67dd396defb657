/// A natural number of any size, for ``DecimalNumber``.
struct Natural: Equatable {
    /// Least significant first; no zero at the end.
    private var limbs: [UInt32] = []

    var isZero: Bool { limbs.isEmpty }

    var bitCount: Int {
        limbs.count * 32 - (limbs.last?.leadingZeroBitCount ?? 0)
    }

    mutating func multiply(by factor: UInt32, adding addend: UInt32 = 0) {
        var carry = UInt64(addend)
        for index in limbs.indices {
            carry += UInt64(limbs[index]) * UInt64(factor)
            limbs[index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
        if carry != 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
    }

    mutating func multiply(byPowerOf5 power: Int) {
        for _ in 0..<power / 13 { multiply(by: 1_220_703_125) }  // 5^13
        for _ in 0..<power % 13 { multiply(by: 5) }
    }

    mutating func shiftLeft(_ count: Int) {
        guard !limbs.isEmpty else { return }
        let bits = UInt64(count % 32)
        if bits != 0 {
            var carry: UInt64 = 0
            for index in limbs.indices {
                carry |= UInt64(limbs[index]) << bits
                limbs[index] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            if carry != 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
        }
        if count >= 32 { limbs.insert(contentsOf: repeatElement(0, count: count / 32), at: 0) }
    }

    /// Subtracts `other` and returns `true`, or returns `false` when `other` is larger.
    mutating func subtract(ifNotLess other: Natural) -> Bool {
        guard !isLess(than: other) else { return false }
        var borrow: Int64 = 0
        for index in limbs.indices {
            let subtrahend = index < other.limbs.count ? Int64(other.limbs[index]) : 0
            borrow += Int64(limbs[index]) - subtrahend
            limbs[index] = UInt32(truncatingIfNeeded: borrow)
            borrow >>= 32
        }
        while limbs.last == 0 { limbs.removeLast() }
        return true
    }

    private func isLess(than other: Natural) -> Bool {
        guard limbs.count == other.limbs.count else { return limbs.count < other.limbs.count }
        for index in limbs.indices.reversed() where limbs[index] != other.limbs[index] {
            return limbs[index] < other.limbs[index]
        }
        return false
    }
}
