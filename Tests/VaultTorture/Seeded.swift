package import Cryptography
import Synchronization

/// A small generator that repeats from a seed (SplitMix64, Steele, Lea and Flood 2014).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        // Mixed twice, or neighbouring seeds would give one sequence, shifted by one.
        state = seed
        state = next() ^ 0x5bf0_3635_dcf1_2e9b
        state = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// `count` bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let word = next()
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

/// Entropy that repeats from a seed. For tests only: it is no secret.
package final class SeededEntropy: Entropy {
    private let generator: Mutex<SeededGenerator>

    package init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(CryptographyFailure) {
        let bytes = generator.withLock { $0.bytes(buffer.count) }
        unsafe buffer.copyBytes(from: bytes)
    }
}
