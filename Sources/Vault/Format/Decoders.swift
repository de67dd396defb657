internal import Bytes
internal import Cryptography

/// The decoders of everything a vault reads, for fuzzing: each takes any bytes and ends in a value
/// or an error. In use they only see bytes that were authenticated before.
package enum VaultDecoders {
    /// Decodes a superblock's plaintext, its inline journal and its encoding again.
    ///
    /// - Returns: whether the bytes decode and encode back to themselves.
    package static func superblock(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == Superblock.payloadByteCount,
            let superblock = try? Superblock(decoding: bytes)
        else { return false }
        _ = try? JournalEntry.decodeAll(superblock.inlineJournal[...])
        return superblock.payload == bytes
    }

    /// Decodes a block of the trees as all it could be: inode records, a directory block, journal
    /// entries, a keyring, snapshots, pointers.
    package static func treeBlock(_ bytes: [UInt8]) {
        _ = try? JournalEntry.decodeAll(bytes[...])
        _ = try? KeyringBlock(decoding: bytes)
        var reader = ByteReader(bytes)
        while !reader.isAtEnd, (try? InodeRecord(decoding: &reader)) != nil {}
        reader = ByteReader(bytes)
        while !reader.isAtEnd, (try? Snapshot(decoding: &reader)) != nil {}
        reader = ByteReader(bytes)
        while !reader.isAtEnd, let pointer = try? BlockPointer(decoding: &reader) {
            precondition(pointer.address < 1 << 40 && pointer.epoch < 1 << 48)
        }
        if bytes.count <= VaultFormat.blockSize {
            let zeros = [UInt8](repeating: 0, count: VaultFormat.blockSize - bytes.count)
            directoryBlock(bytes + zeros)
        }
    }

    /// Walks a directory block the way lookups and changes do, if it is sound.
    private static func directoryBlock(_ bytes: [UInt8]) {
        var block = bytes
        unsafe block.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress, unsafe DirectoryBlock.isSound(base) else { return }
            guard unsafe DirectoryBlock.isLeaf(base) else {
                _ = unsafe DirectoryBlock.childIndex(base, 1 << 40)
                unsafe DirectoryBlock.fillBranch(base, DirectoryBlock.pairs(base))
                return
            }
            let entries = unsafe DirectoryBlock.entries(base)
            _ = unsafe DirectoryBlock.insert(
                base, DirectoryBlock.Entry(hash: 77, inode: 9, kind: .file, name: [0x61]))
            for entry in entries {
                let offset = unsafe DirectoryBlock.offset(base, notBelow: entry.hash)
                if unsafe DirectoryBlock.matches(
                    base, at: offset, hash: entry.hash, name: entry.name)
                {
                    unsafe DirectoryBlock.remove(base, at: offset)
                }
            }
        }
    }

    /// Tries foreign bytes as a key-slot block, with a key that is at hand, and as the list that
    /// is sealed in one.
    package static func keySlots(_ bytes: [UInt8]) {
        _ = try? KeySlots.volumeKey(in: bytes, unlock: .raw(fuzzKey), scrypt: fuzzScrypt)
        if let fuzzKeys { _ = try? KeySlots(block: bytes, keys: fuzzKeys) }
        _ = SealedBlock.claimedVersion(bytes)
        _ = try? KeySlots.decodeList(bytes)
    }

    private static let fuzzKey = SecretBytes(copying: [UInt8](repeating: 1, count: 32))
    private static let fuzzScrypt = Scrypt(cost: 2, blockSize: 1, parallelization: 1)
    private static let fuzzKeys = try? VolumeKeys(fuzzKey)
}
