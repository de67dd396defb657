/// Ways to spoil a sample, one at a time.
enum Mutations {
    /// Bytes between two changed ones: every byte in release builds, which `make test` runs; some of
    /// them where checks cost ten times as much.
    static var stride: Int {
        #if DEBUG
            29
        #else
            1
        #endif
    }

    /// Every copy of the sample with one byte changed, and that byte's offset.
    static func flips(_ sample: [UInt8], _ mask: UInt8 = 0x01) -> some Sequence<(Int, [UInt8])> {
        Swift.stride(from: 0, to: sample.count, by: stride).lazy.map { index in
            var copy = sample
            copy[index] ^= mask
            return (index, copy)
        }
    }

    /// Every proper prefix of the sample.
    static func prefixes(_ sample: [UInt8]) -> some Sequence<[UInt8]> {
        sample.indices.lazy.map { Array(sample[..<$0]) }
    }
}
