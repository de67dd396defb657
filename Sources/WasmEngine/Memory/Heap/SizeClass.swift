/// The sizes of cells. Larger objects take whole blocks.
package enum SizeClass {
    static let blockShift = 14
    static let blockByteCount = 1 << blockShift
    /// Objects up to this size share a block.
    package static let largestByteCount = 8192

    /// Bytes of a cell of each class, ascending; multiples of 16.
    package static let byteCounts: [Int] =
        Array(stride(from: 16, through: 128, by: 16)) + [
            160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 2048, 2720,
            3264, 4096, 5456, 8192,
        ]

    /// The class of each size, by 16 bytes rounded up.
    private static let classes: [UInt8] = {
        var classes: [UInt8] = []
        var current = 0
        for granules in 0...largestByteCount / 16 {
            while byteCounts[current] < granules * 16 { current += 1 }
            classes.append(UInt8(current))
        }
        return classes
    }()

    /// The class of the smallest cell that holds an object of at most ``largestByteCount`` bytes.
    package static func index(_ byteCount: Int) -> Int { Int(classes[(byteCount + 15) / 16]) }
}
