internal import Platform

/// Where a guest's random numbers come from.
package protocol EntropySource: AnyObject {
    /// Fills `buffer`, all of it.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(WASIErrno)
}

/// The kernel's generator.
package final class SystemEntropy: EntropySource {
    package init() {}

    package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(WASIErrno) {
        // SAFETY: the buffer is passed on.
        try translating { () throws(Errno) in try unsafe SystemRandom.fill(buffer) }
    }
}

/// Numbers that a seed repeats (xoshiro256**, Blackman and Vigna 2018, seeded by SplitMix64). For
/// tests and `--deterministic`; worth nothing as secrets.
package final class SeededEntropy: EntropySource {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9e37_79b9_7f4a_7c15
            var value = mixer
            value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
            return value ^ value >> 31
        }
        state = (next(), next(), next(), next())
    }

    package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(WASIErrno) {
        var index = 0
        while index < buffer.count {
            var word = next()
            let end = min(index + 8, buffer.count)
            while index < end {
                // SAFETY: the index is below the count.
                unsafe buffer[index] = UInt8(truncatingIfNeeded: word)
                word >>= 8
                index += 1
            }
        }
    }

    private func next() -> UInt64 {
        func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
            value << count | value >> (64 - count)
        }
        let result = rotated(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotated(state.3, 45)
        return result
    }
}
