/// A directory is a B+ tree over the hashes of its names, in blocks of the directory's own file.
///
/// Block 0 is the root. A block is 8 bytes of header (kind, 0, count, bytes used, 0) and either
/// entries sorted by hash (leaf) or pairs of lowest hash and block number (branch). Everything here
/// works in place on 4 KiB that were authenticated and then checked once by ``isSound(_:)``.
// SAFETY: every function takes a pointer to 4 KiB; offsets come from fields that `isSound` checked.
enum DirectoryBlock {
    static let headerByteCount = 8
    /// Bytes of an entry besides its name: hash, inode, kind, length.
    static let entryByteCount = 18
    /// Bytes of a branch's pair.
    static let pairByteCount = 12
    /// Pairs in a full branch.
    static let pairCapacity = (VaultFormat.blockSize - headerByteCount) / pairByteCount

    private static let leafKind: UInt8 = 1
    private static let branchKind: UInt8 = 2

    /// An entry of a leaf.
    struct Entry: Equatable {
        var hash: UInt64
        var inode: InodeNumber
        var kind: FileKind
        var name: [UInt8]

        /// Size in a block.
        var byteCount: Int { entryByteCount + name.count }
    }

    /// A child of a branch.
    struct Pair: Equatable {
        var hash: UInt64
        var block: UInt32
    }

    // MARK: Fields

    static func isLeaf(_ block: UnsafeRawPointer) -> Bool {
        unsafe block.load(as: UInt8.self) == leafKind
    }

    static func count(_ block: UnsafeRawPointer) -> Int {
        unsafe Int(UInt16(littleEndian: block.load(fromByteOffset: 2, as: UInt16.self)))
    }

    static func usedByteCount(_ block: UnsafeRawPointer) -> Int {
        unsafe Int(UInt16(littleEndian: block.load(fromByteOffset: 4, as: UInt16.self)))
    }

    private static func setHeader(
        _ block: UnsafeMutableRawPointer, kind: UInt8, count: Int, used: Int
    ) {
        unsafe block.storeBytes(of: kind, as: UInt8.self)
        unsafe block.storeBytes(of: 0, toByteOffset: 1, as: UInt8.self)
        unsafe block.storeBytes(
            of: UInt16(count).littleEndian, toByteOffset: 2, as: UInt16.self)
        unsafe block.storeBytes(of: UInt16(used).littleEndian, toByteOffset: 4, as: UInt16.self)
        unsafe block.storeBytes(of: 0, toByteOffset: 6, as: UInt16.self)
    }

    private static func hash(_ block: UnsafeRawPointer, at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func nameLength(_ block: UnsafeRawPointer, at offset: Int) -> Int {
        unsafe Int(block.load(fromByteOffset: offset + 17, as: UInt8.self))
    }

    /// Whether 4 KiB are a well-formed block: sizes add up, hashes rise, kinds and names are ones
    /// that this code writes.
    static func isSound(_ block: UnsafeRawPointer) -> Bool {
        let count = unsafe count(block)
        let used = unsafe usedByteCount(block)
        guard used >= headerByteCount, used <= VaultFormat.blockSize else { return false }
        switch unsafe block.load(as: UInt8.self) {
        case leafKind: return unsafe isSoundLeaf(block, count, used)
        case branchKind:
            guard count > 0, used == headerByteCount + count * pairByteCount else { return false }
            return unsafe zip(pairs(block), pairs(block).dropFirst()).allSatisfy {
                $0.hash < $1.hash
            }
        default: return false
        }
    }

    private static func isSoundLeaf(_ block: UnsafeRawPointer, _ count: Int, _ used: Int) -> Bool {
        var offset = headerByteCount
        var last: UInt64?
        for _ in 0..<count {
            guard offset + entryByteCount < used else { return false }
            let length = unsafe nameLength(block, at: offset)
            let hash = unsafe hash(block, at: offset)
            guard length > 0, offset + entryByteCount + length <= used, hash > last ?? 2,
                unsafe FileKind(rawValue: block.load(fromByteOffset: offset + 16, as: UInt8.self))
                    != nil
            else { return false }
            last = hash
            offset += entryByteCount + length
        }
        return offset == used
    }

    // MARK: Leaves

    /// Makes an empty leaf.
    static func makeLeaf(_ block: UnsafeMutableRawPointer) {
        unsafe block.initializeMemory(as: UInt8.self, repeating: 0, count: VaultFormat.blockSize)
        unsafe setHeader(block, kind: leafKind, count: 0, used: headerByteCount)
    }

    /// Offset of the first entry whose hash is at least `hash`, or of the end.
    static func offset(_ block: UnsafeRawPointer, notBelow wanted: UInt64) -> Int {
        var offset = headerByteCount
        let end = unsafe usedByteCount(block)
        while offset < end, unsafe hash(block, at: offset) < wanted {
            offset += unsafe entryByteCount + nameLength(block, at: offset)
        }
        return offset
    }

    /// The entry at an offset that ``offset(_:notBelow:)`` gave; `nil` at the end.
    static func entry(_ block: UnsafeRawPointer, at offset: Int) -> Entry? {
        guard unsafe offset < usedByteCount(block) else { return nil }
        let length = unsafe nameLength(block, at: offset)
        let kind = unsafe FileKind(
            rawValue: block.load(fromByteOffset: offset + 16, as: UInt8.self))
        return unsafe Entry(
            hash: hash(block, at: offset), inode: hash(block, at: offset + 8), kind: kind ?? .file,
            name: [UInt8](
                UnsafeRawBufferPointer(start: block + offset + entryByteCount, count: length)))
    }

    /// Whether the entry at `offset` has this hash and name.
    static func matches(
        _ block: UnsafeRawPointer, at offset: Int, hash wanted: UInt64, name: [UInt8]
    ) -> Bool {
        guard unsafe offset < usedByteCount(block), unsafe hash(block, at: offset) == wanted,
            unsafe nameLength(block, at: offset) == name.count
        else { return false }
        return unsafe UnsafeRawBufferPointer(
            start: block + offset + entryByteCount, count: name.count
        ).elementsEqual(name)
    }

    /// All entries.
    static func entries(_ block: UnsafeRawPointer) -> [Entry] {
        var entries: [Entry] = []
        var offset = headerByteCount
        while let entry = unsafe entry(block, at: offset) {
            entries.append(entry)
            offset += entry.byteCount
        }
        return entries
    }

    /// Inserts an entry if it fits.
    static func insert(_ block: UnsafeMutableRawPointer, _ entry: Entry) -> Bool {
        let used = unsafe usedByteCount(block)
        guard used + entry.byteCount <= VaultFormat.blockSize else { return false }
        let offset = unsafe offset(block, notBelow: entry.hash)
        // SAFETY: the block has room for `used + byteCount` bytes; the ranges may overlap.
        unsafe (block + offset + entry.byteCount).copyMemory(
            from: block + offset, byteCount: used - offset)
        unsafe store(entry, block + offset)
        unsafe setHeader(
            block, kind: leafKind, count: count(block) + 1, used: used + entry.byteCount)
        return true
    }

    private static func store(_ entry: Entry, _ target: UnsafeMutableRawPointer) {
        unsafe target.storeBytes(of: entry.hash.littleEndian, as: UInt64.self)
        unsafe target.storeBytes(of: entry.inode.littleEndian, toByteOffset: 8, as: UInt64.self)
        unsafe target.storeBytes(of: entry.kind.rawValue, toByteOffset: 16, as: UInt8.self)
        unsafe target.storeBytes(of: UInt8(entry.name.count), toByteOffset: 17, as: UInt8.self)
        unsafe (target + entryByteCount).copyMemory(from: entry.name, byteCount: entry.name.count)
    }

    /// Removes the entry at `offset`; its bytes do not linger.
    static func remove(_ block: UnsafeMutableRawPointer, at offset: Int) {
        let used = unsafe usedByteCount(block)
        let size = unsafe entryByteCount + nameLength(block, at: offset)
        unsafe (block + offset).copyMemory(
            from: block + offset + size, byteCount: used - offset - size)
        unsafe (block + used - size).initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe setHeader(block, kind: leafKind, count: count(block) - 1, used: used - size)
    }

    /// Points the entry at `offset` to another inode.
    static func replace(
        _ block: UnsafeMutableRawPointer, at offset: Int, inode: InodeNumber, kind: FileKind
    ) {
        unsafe block.storeBytes(
            of: inode.littleEndian, toByteOffset: offset + 8, as: UInt64.self)
        unsafe block.storeBytes(of: kind.rawValue, toByteOffset: offset + 16, as: UInt8.self)
    }

    /// Rewrites a leaf.
    static func fillLeaf(_ block: UnsafeMutableRawPointer, _ entries: some Sequence<Entry>) {
        unsafe makeLeaf(block)
        var offset = headerByteCount
        var count = 0
        for entry in entries {
            unsafe store(entry, block + offset)
            offset += entry.byteCount
            count += 1
        }
        unsafe setHeader(block, kind: leafKind, count: count, used: offset)
    }

    // MARK: Branches

    /// All pairs.
    static func pairs(_ block: UnsafeRawPointer) -> [Pair] {
        unsafe (0..<count(block)).map { unsafe pair(block, $0) }
    }

    /// One pair.
    static func pair(_ block: UnsafeRawPointer, _ index: Int) -> Pair {
        let offset = headerByteCount + index * pairByteCount
        return unsafe Pair(
            hash: hash(block, at: offset),
            block: UInt32(
                littleEndian: block.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)))
    }

    /// Which child leads to `hash`: the last whose lowest hash is not above it, else the first.
    static func childIndex(_ block: UnsafeRawPointer, _ wanted: UInt64) -> Int {
        var low = 0
        var high = unsafe count(block)
        while low < high {
            let middle = (low + high) / 2
            if unsafe pair(block, middle).hash <= wanted { low = middle + 1 } else { high = middle }
        }
        return max(low - 1, 0)
    }

    /// Rewrites a branch.
    static func fillBranch(_ block: UnsafeMutableRawPointer, _ pairs: some Collection<Pair>) {
        precondition(pairs.count <= pairCapacity)
        unsafe block.initializeMemory(as: UInt8.self, repeating: 0, count: VaultFormat.blockSize)
        var offset = headerByteCount
        for pair in pairs {
            unsafe block.storeBytes(
                of: pair.hash.littleEndian, toByteOffset: offset, as: UInt64.self)
            unsafe block.storeBytes(
                of: pair.block.littleEndian, toByteOffset: offset + 8, as: UInt32.self)
            offset += pairByteCount
        }
        unsafe setHeader(block, kind: branchKind, count: pairs.count, used: offset)
    }
}
