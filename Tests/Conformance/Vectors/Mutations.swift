/// Ways to spoil a sample, one at a time.
enum Mutations {
    /// Every copy of the sample with one byte changed, and that byte's offset.
    static func flips(_ sample: [UInt8], _ mask: UInt8 = 0x01) -> some Sequence<(Int, [UInt8])> {
        sample.indices.lazy.map { index in
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
