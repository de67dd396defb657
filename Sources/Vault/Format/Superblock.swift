internal import Bytes
internal import Cryptography

/// A stretch of epochs whose blocks are sealed under one random key.
struct Session: Equatable, Sendable {
    /// Size of an encoded session.
    static let byteCount = 40

    /// The first epoch sealed under it; it ends where the next session begins.
    var firstEpoch: UInt64
    /// Random salt from which the key is derived.
    var salt: [UInt8]

    /// Appends the session.
    func encode(into bytes: inout [UInt8]) {
        bytes.append(littleEndian: firstEpoch)
        bytes += salt
    }

    init(firstEpoch: UInt64, salt: [UInt8]) {
        self.firstEpoch = firstEpoch
        self.salt = salt
    }

    /// Reads a session.
    init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        firstEpoch = try reader.integer("first epoch")
        salt = [UInt8](try reader.bytes(32, "session salt"))
    }
}

/// The root of everything: one commit's state. Sealed with a random 192-bit nonce.
struct Superblock: Equatable, Sendable {
    /// Plaintext bytes in a superblock.
    static let payloadByteCount = VaultFormat.blockSize - SealedBlock.overhead

    /// The commit's number.
    var epoch: UInt64
    /// Root tag of the commit before, so that a chain of commits can be told from a fork.
    var previousRootTag: [UInt8]
    /// Blocks of the store that belong to the volume.
    var blockCount: UInt64
    /// The number the next new inode gets.
    var nextInode: InodeNumber
    /// Inodes without a name at this commit; they are removed when the volume opens next.
    var orphanCount: UInt32
    /// Generation of the key slots; older key slots are refused.
    var slotGeneration: UInt64
    /// The newest sessions, oldest first.
    var sessions: [Session]
    /// Where older sessions are listed; 0 and zeros when nowhere.
    var keyring: KeyringPointer
    /// Record of the inode table at the last checkpoint.
    var inodeTable: InodeRecord
    /// Record of the space map at the last checkpoint.
    var spaceMap: InodeRecord
    /// Blocks of journal since the last checkpoint, oldest first.
    var journal: [BlockPointer]
    /// The journal's newest entries.
    var inlineJournal: [UInt8]

    /// Bytes of journal that fit beside the other fields.
    var inlineCapacity: Int {
        var fixed = self
        fixed.inlineJournal = []
        return Self.payloadByteCount - fixed.encodedFields.count
    }

    private var encodedFields: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: epoch)
        bytes += previousRootTag
        bytes.append(littleEndian: blockCount)
        bytes.append(littleEndian: nextInode)
        bytes.append(littleEndian: orphanCount)
        bytes.append(littleEndian: slotGeneration)
        keyring.encode(into: &bytes)
        bytes += inodeTable.encoded
        bytes += spaceMap.encoded
        bytes.append(UInt8(sessions.count))
        for session in sessions { session.encode(into: &bytes) }
        bytes.append(UInt8(journal.count))
        for pointer in journal { bytes += pointer.encoded }
        bytes.append(littleEndian: UInt16(inlineJournal.count))
        return bytes
    }

    /// The padded plaintext.
    var payload: [UInt8] {
        var bytes = encodedFields + inlineJournal
        bytes.pad(to: Self.payloadByteCount)
        return bytes
    }

    /// Reads an authenticated payload.
    init(decoding payload: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(payload)
        epoch = try reader.integer("epoch")
        previousRootTag = [UInt8](try reader.bytes(32, "previous root tag"))
        blockCount = try reader.integer("block count")
        nextInode = try reader.integer("next inode")
        orphanCount = try reader.integer("orphan count")
        slotGeneration = try reader.integer("key slot generation")
        keyring = try KeyringPointer(decoding: &reader)
        inodeTable = try InodeRecord(decoding: &reader)
        spaceMap = try InodeRecord(decoding: &reader)
        let sessionCount: UInt8 = try reader.integer("session count")
        sessions = []
        for _ in 0..<sessionCount { sessions.append(try Session(decoding: &reader)) }
        let journalCount: UInt8 = try reader.integer("journal block count")
        journal = []
        for _ in 0..<journalCount { journal.append(try BlockPointer(decoding: &reader)) }
        let inlineCount: UInt16 = try reader.integer("inline journal size")
        inlineJournal = [UInt8](try reader.bytes(Int(inlineCount), "inline journal"))
        let padding = try reader.bytes(reader.remaining, "padding")
        guard epoch > 0, epoch < 1 << 48,
            (VaultFormat.minimumBlockCount...VaultFormat.maximumBlockCount).contains(blockCount),
            padding.allSatisfy({ $0 == 0 }), sessionCount <= VaultFormat.maximumInlineSessions,
            journalCount <= VaultFormat.maximumJournalBlocks,
            inodeTable.kind == .file, spaceMap.kind == .file
        else {
            throw MalformedBytes(field: "superblock", offset: 0, problem: "fields out of range")
        }
    }

    init(
        epoch: UInt64, previousRootTag: [UInt8], blockCount: UInt64, nextInode: InodeNumber,
        orphanCount: UInt32, slotGeneration: UInt64, sessions: [Session], keyring: KeyringPointer,
        inodeTable: InodeRecord,
        spaceMap: InodeRecord, journal: [BlockPointer], inlineJournal: [UInt8]
    ) {
        self.epoch = epoch
        self.previousRootTag = previousRootTag
        self.blockCount = blockCount
        self.nextInode = nextInode
        self.orphanCount = orphanCount
        self.slotGeneration = slotGeneration
        self.sessions = sessions
        self.keyring = keyring
        self.inodeTable = inodeTable
        self.spaceMap = spaceMap
        self.journal = journal
        self.inlineJournal = inlineJournal
    }
}
