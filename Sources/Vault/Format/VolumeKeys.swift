internal import Bytes
internal import Cryptography

/// Everything derived from a volume's key. The label says what each derived key is for.
struct VolumeKeys: Sendable {
    /// The key that the slots wrap.
    let volumeKey: SecretBytes
    /// Identifies the volume; derived, so it cannot be claimed by another volume.
    let volumeID: [UInt8]
    /// Seals superblocks.
    let superblock: XAESGCMKey
    /// Seals keyring blocks.
    let keyring: XAESGCMKey
    /// Seals the directory of key slots.
    let slots: XAESGCMKey
    /// Hashes names in directories.
    let directoryHash: SipHashKey
    private let rootTag: SecretBytes

    init(_ volumeKey: SecretBytes) throws(CryptographyFailure) {
        self.volumeKey = volumeKey
        volumeID = try Self.derive(volumeKey, "volume id", 16).exposed
        superblock = try XAESGCMKey(Self.derive(volumeKey, "superblock"))
        keyring = try XAESGCMKey(Self.derive(volumeKey, "keyring"))
        slots = try XAESGCMKey(Self.derive(volumeKey, "key slots"))
        directoryHash = SipHashKey(try Self.derive(volumeKey, "directory hash", 16).exposed)
        rootTag = try Self.derive(volumeKey, "root tag")
    }

    /// The key of a session.
    func session(_ session: Session) throws(CryptographyFailure) -> AESGCMKey {
        var info = Array("martlet vault 1 session".utf8)
        info.append(littleEndian: session.firstEpoch)
        return try AESGCMKey(HKDF.derive(from: volumeKey, salt: session.salt, info: info))
    }

    /// The tag of a state: what an anchor remembers. It commits to every bit of the superblock and
    /// says nothing about the content to one without the key.
    func rootTag(ofSuperblock block: [UInt8]) throws(CryptographyFailure) -> [UInt8] {
        try HMACSHA256.authenticate(block, key: rootTag)
    }

    private static func derive(
        _ key: SecretBytes, _ purpose: String, _ count: Int = 32
    ) throws(CryptographyFailure) -> SecretBytes {
        try HKDF.derive(from: key, info: Array("martlet vault 1 \(purpose)".utf8), count: count)
    }
}

extension SecretBytes {
    /// The bytes as an array, for values that are not secret or are wiped by the caller.
    var exposed: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }
}
