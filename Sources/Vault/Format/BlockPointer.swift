internal import Bytes

/// Where a block is, and what proves that it is the right one: the parent's knowledge of a child.
///
/// 32 bytes: tag (16), address (40 bits), write counter (40 bits), epoch (48 bits), little-endian.
package struct BlockPointer: Equatable, Sendable {
    /// Size of an encoded pointer.
    static let byteCount = 32
    /// The pointer to nothing: a hole that reads as zeros.
    static let null = BlockPointer(tagLow: 0, tagHigh: 0, first: 0, second: 0)

    /// First half of the AES-256-GCM tag.
    var tagLow: UInt64
    /// Second half of the tag.
    var tagHigh: UInt64
    /// Address in the low 40 bits; the write counter's low 24 bits above it.
    private var first: UInt64
    /// Epoch in the low 48 bits; the write counter's high 16 bits above it.
    private var second: UInt64

    private init(tagLow: UInt64, tagHigh: UInt64, first: UInt64, second: UInt64) {
        self.tagLow = tagLow
        self.tagHigh = tagHigh
        self.first = first
        self.second = second
    }

    /// A pointer to a block about to be sealed; the tag is filled in by sealing.
    init(address: BlockAddress, epoch: UInt64, counter: UInt64) {
        precondition(address < 1 << 40 && epoch < 1 << 48 && counter < 1 << 40)
        self.init(
            tagLow: 0, tagHigh: 0, first: address | (counter & 0xff_ffff) << 40,
            second: epoch | (counter >> 24) << 48)
    }

    /// The block's number; 0 in the null pointer only, since block 0 is a superblock.
    var address: BlockAddress { first & 0xff_ffff_ffff }
    /// The epoch whose commit wrote the block.
    var epoch: UInt64 { second & 0xffff_ffff_ffff }
    /// Which write of its session this was: the nonce.
    var counter: UInt64 { first >> 40 | (second >> 48) << 24 }
    /// Whether this points to nothing.
    var isNull: Bool { first == 0 && second == 0 }

    /// Reads a pointer from 32 bytes of a node.
    init(loadingFrom source: UnsafeRawPointer) {
        // SAFETY: the caller passes 32 readable bytes; loads are unaligned.
        unsafe self.init(
            tagLow: source.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            tagHigh: source.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            first: UInt64(littleEndian: source.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            second: UInt64(littleEndian: source.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
    }

    /// Writes the pointer as 32 bytes of a node.
    func store(to target: UnsafeMutableRawPointer) {
        // SAFETY: the caller passes 32 writable bytes.
        unsafe target.storeBytes(of: tagLow, toByteOffset: 0, as: UInt64.self)
        unsafe target.storeBytes(of: tagHigh, toByteOffset: 8, as: UInt64.self)
        unsafe target.storeBytes(of: first.littleEndian, toByteOffset: 16, as: UInt64.self)
        unsafe target.storeBytes(of: second.littleEndian, toByteOffset: 24, as: UInt64.self)
    }

    /// Reads a pointer from authenticated bytes.
    init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let bytes = try reader.bytes(Self.byteCount, "block pointer")
        self = unsafe bytes.withUnsafeBytes { bytes in
            // SAFETY: the reader gave exactly 32 bytes, so the base is not nil.
            unsafe bytes.baseAddress.map { unsafe BlockPointer(loadingFrom: $0) } ?? .null
        }
    }

    /// The pointer as 32 bytes.
    var encoded: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            // SAFETY: the capacity is 32 bytes, so the base is not nil; all 32 are written.
            if let base = buffer.baseAddress {
                unsafe store(to: UnsafeMutableRawPointer(base))
                count = Self.byteCount
            }
        }
    }
}
