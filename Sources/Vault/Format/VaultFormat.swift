/// Sizes and places of format version 1; `Documentation/Formats/Vault.md` says every byte.
package enum VaultFormat {
    /// Size of a block on the store and of the plaintext in it.
    package static let blockSize = 4096
    /// The version this code writes and reads.
    package static let version: UInt32 = 1
    /// First eight bytes of blocks 0 to 3, the same in every volume.
    static let magic: [UInt8] = Array("MARTLETV".utf8)

    /// Blocks of the two alternating superblocks.
    static let superblockAddresses: [BlockAddress] = [0, 1]
    /// Blocks of the two equal copies of the key slots.
    static let keySlotAddresses: [BlockAddress] = [2, 3]
    /// First block that the allocator may hand out.
    static let firstAllocatableBlock: BlockAddress = 4

    /// Child pointers in an interior block.
    static let fanOut = blockSize / BlockPointer.byteCount
    /// Levels of interior blocks under one file; 128⁵ blocks are 128 TiB.
    static let maximumHeight = 5
    /// Largest file, 16 TiB.
    package static let maximumFileSize: UInt64 = 1 << 44
    /// Longest name in a directory, in bytes.
    package static let maximumNameLength = 255
    /// Longest target of a symbolic link, in bytes.
    package static let maximumSymlinkLength = 4095
    /// Most names one file may have.
    package static let maximumLinkCount: UInt32 = 65_000

    /// Blocks that one block of the space map tells about.
    static let blocksPerMapChunk: UInt64 = UInt64(blockSize) * 8
    /// Largest volume in blocks: 40-bit addresses.
    package static let maximumBlockCount: UInt64 = 1 << 40
    /// Smallest volume in blocks.
    package static let minimumBlockCount: UInt64 = 128

    /// The file that holds inode records; its own record stands in the superblock.
    static let inodeTable: InodeNumber = 1
    /// The file that holds the space map; its record stands in the superblock.
    static let spaceMap: InodeNumber = 2
    /// The file that lists snapshots.
    static let snapshotTable: InodeNumber = 3
    /// The root directory.
    package static let rootDirectory: InodeNumber = 4
    /// The first number given to a file of the guest.
    static let firstFreeInode: InodeNumber = 16

    /// Most blocks of journal that a superblock may name; more changes make a checkpoint.
    static let maximumJournalBlocks = 16
    /// Sessions listed in the superblock itself before they move to a keyring block.
    static let maximumInlineSessions = 12
}

/// Number of a block on the store, counted from 0.
package typealias BlockAddress = UInt64

/// Number of a file, directory or link; never used twice in a volume's life.
package typealias InodeNumber = UInt64
