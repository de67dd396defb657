internal import Bytes
internal import Cryptography

/// A whole block sealed on its own: `magic ‖ version ‖ 0 ‖ nonce ‖ ciphertext ‖ tag`, under
/// XAES-256-GCM with a random nonce.
///
/// Superblocks and keyring blocks are sealed so: they are written while nothing yet vouches for
/// any counter, and read before any session key is known.
enum SealedBlock {
    /// Magic, version and a reserved word: clear, the same in every volume, and authenticated.
    static let header: [UInt8] = {
        var bytes = VaultFormat.magic
        bytes.append(littleEndian: VaultFormat.version)
        bytes.append(littleEndian: UInt32(0))
        return bytes
    }()

    /// Bytes of a block that are not payload.
    static let overhead = 16 + XAESGCMKey.nonceByteCount + XAESGCMKey.tagByteCount

    /// Seals `payload` for `address`.
    static func seal(
        _ payload: [UInt8], key: XAESGCMKey, label: String, address: BlockAddress,
        entropy: any Entropy
    ) throws(CryptographyFailure) -> [UInt8] {
        precondition(payload.count == VaultFormat.blockSize - overhead)
        let nonce = try entropy.bytes(XAESGCMKey.nonceByteCount)
        let sealed = try key.seal(
            payload, nonce: nonce, associatedData: associatedData(label, address))
        return header + nonce + sealed
    }

    /// Opens a block read from `address`.
    ///
    /// - Throws: ``CryptographyFailure/authenticationFailed``.
    static func open(
        _ block: [UInt8], key: XAESGCMKey, label: String, address: BlockAddress
    ) throws(CryptographyFailure) -> [UInt8] {
        guard block.count == VaultFormat.blockSize, block.starts(with: header) else {
            throw .authenticationFailed
        }
        let nonce = [UInt8](block[16..<16 + XAESGCMKey.nonceByteCount])
        return try key.open(
            [UInt8](block[(16 + XAESGCMKey.nonceByteCount)...]), nonce: nonce,
            associatedData: associatedData(label, address))
    }

    private static func associatedData(_ label: String, _ address: BlockAddress) -> [UInt8] {
        var bytes = header + Array(label.utf8)
        bytes.append(littleEndian: address)
        return bytes
    }

    /// What a block's first bytes say, before anything is authenticated: only good for a better
    /// error message.
    static func claimedVersion(_ block: [UInt8]) -> UInt32? {
        guard block.starts(with: VaultFormat.magic) else { return nil }
        var reader = ByteReader(block[...])
        _ = try? reader.bytes(8, "magic")
        return try? reader.integer("version")
    }
}
