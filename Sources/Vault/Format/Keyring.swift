internal import Bytes
internal import Cryptography

/// Where the newest keyring block is, and its tag, so that no older one passes for it.
struct KeyringPointer: Equatable, Sendable {
    /// No keyring block yet.
    static let none = KeyringPointer(address: 0, tag: [UInt8](repeating: 0, count: 16))

    /// The block's address; 0 for none.
    var address: BlockAddress
    /// The block's last 16 bytes.
    var tag: [UInt8]

    init(address: BlockAddress, tag: [UInt8]) {
        self.address = address
        self.tag = tag
    }

    /// Appends the pointer.
    func encode(into bytes: inout [UInt8]) {
        bytes.append(littleEndian: address)
        bytes += tag
    }

    /// Reads a pointer.
    init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        address = try reader.integer("keyring address")
        tag = [UInt8](try reader.bytes(16, "keyring tag"))
    }
}

/// A block that lists sessions, and points to the one with older sessions.
struct KeyringBlock: Equatable, Sendable {
    /// Label of the associated data.
    static let label = "martlet vault keyring"
    /// Sessions in a full block.
    static let capacity = (Superblock.payloadByteCount - 26) / Session.byteCount
    /// Most keyring blocks a volume may have: 6,400,000 sessions and 256 MiB of key salts.
    static let maximumChainLength = 1 << 16

    /// The block with older sessions.
    var previous: KeyringPointer
    /// Oldest first.
    var sessions: [Session]

    /// The padded plaintext.
    var payload: [UInt8] {
        var bytes: [UInt8] = []
        previous.encode(into: &bytes)
        bytes.append(littleEndian: UInt16(sessions.count))
        for session in sessions { session.encode(into: &bytes) }
        bytes.pad(to: Superblock.payloadByteCount)
        return bytes
    }

    init(previous: KeyringPointer, sessions: [Session]) {
        self.previous = previous
        self.sessions = sessions
    }

    /// Reads an authenticated payload.
    init(decoding payload: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(payload)
        previous = try KeyringPointer(decoding: &reader)
        let count: UInt16 = try reader.integer("session count")
        sessions = []
        for _ in 0..<count { sessions.append(try Session(decoding: &reader)) }
    }
}
