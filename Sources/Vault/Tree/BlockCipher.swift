internal import Cryptography

/// Seals and opens single blocks: AES-256-GCM under the session's key, the session's write counter
/// as nonce, and volume id, address and epoch as associated data.
///
/// A counter is safe as a nonce because the key is fresh and random for every mount that writes:
/// an old image that the host restores, or a second copy that it mounts, gets another key.
struct BlockCipher: Sendable {
    private let sessions: SessionKeys
    private let volumeLow: UInt64
    private let volumeHigh: UInt64

    init(sessions: SessionKeys, volumeID: [UInt8]) {
        precondition(volumeID.count == 16)
        self.sessions = sessions
        volumeLow = volumeID[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        volumeHigh = volumeID[8...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Opens the 4 KiB at `ciphertext`, which nobody else may be able to change, into `plaintext`.
    ///
    /// - Throws: ``VaultFailure/damaged(what:address:)``; `plaintext` is zeroed then.
    func open(
        _ pointer: BlockPointer, from ciphertext: UnsafeRawPointer,
        into plaintext: UnsafeMutableRawPointer
    ) throws(VaultFailure) {
        try unsafe open(pointer, under: key(of: pointer), from: ciphertext, into: plaintext)
    }

    /// The key that a block was sealed under, `nil` when no session reaches back so far.
    func key(of pointer: BlockPointer) -> AESGCMKey? {
        (try? sessions.key(forEpoch: pointer.epoch)) ?? nil
    }

    /// ``open(_:from:into:)`` with the key found before.
    func open(
        _ pointer: BlockPointer, under key: AESGCMKey?, from ciphertext: UnsafeRawPointer,
        into plaintext: UnsafeMutableRawPointer
    ) throws(VaultFailure) {
        let size = VaultFormat.blockSize
        do {
            guard let key else { throw CryptographyFailure.authenticationFailed }
            let tag = (pointer.tagLow, pointer.tagHigh)
            try unsafe withParameters(pointer) { nonce, data throws(CryptographyFailure) in
                // SAFETY: the tuple is two words without padding, 16 bytes.
                let result = unsafe withUnsafeBytes(of: tag) { tag in
                    Result { () throws(CryptographyFailure) in
                        // SAFETY: both pointers reach 4 KiB by the caller's promise.
                        try unsafe key.open(
                            UnsafeRawBufferPointer(start: ciphertext, count: size), nonce: nonce,
                            associatedData: data, tag: tag,
                            into: UnsafeMutableRawBufferPointer(start: plaintext, count: size))
                    }
                }
                try result.get()
            }
        } catch {
            throw .damaged(what: "a block", address: pointer.address)
        }
    }

    /// Seals the 4 KiB at `plaintext` into `ciphertext` and completes the pointer with the tag.
    func seal(
        _ pointer: inout BlockPointer, from plaintext: UnsafeRawPointer,
        into ciphertext: UnsafeMutableRawPointer
    ) throws(VaultFailure) {
        let size = VaultFormat.blockSize
        var tag: (UInt64, UInt64) = (0, 0)
        do {
            guard let key = try sessions.key(forEpoch: pointer.epoch) else {
                throw CryptographyFailure.library(operation: "session key")
            }
            try unsafe withParameters(pointer) { nonce, data throws(CryptographyFailure) in
                // SAFETY: as in `open`.
                let result = unsafe withUnsafeMutableBytes(of: &tag) { tag in
                    Result { () throws(CryptographyFailure) in
                        try unsafe key.seal(
                            UnsafeRawBufferPointer(start: plaintext, count: size), nonce: nonce,
                            associatedData: data,
                            into: UnsafeMutableRawBufferPointer(start: ciphertext, count: size),
                            tag: tag)
                    }
                }
                try result.get()
            }
        } catch {
            throw .failed
        }
        (pointer.tagLow, pointer.tagHigh) = tag
    }

    /// Lends the nonce and the associated data of a block.
    private func withParameters(
        _ pointer: BlockPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(CryptographyFailure) -> Void
    ) throws(CryptographyFailure) {
        let nonce: (UInt32, UInt32, UInt32) = (
            UInt32(truncatingIfNeeded: pointer.counter).littleEndian,
            UInt32(truncatingIfNeeded: pointer.counter >> 32).littleEndian, 0
        )
        let data = (
            volumeLow.littleEndian, volumeHigh.littleEndian, pointer.address.littleEndian,
            pointer.epoch.littleEndian
        )
        // SAFETY: both tuples are words of one size without padding: 12 and 32 bytes.
        let result = unsafe withUnsafeBytes(of: nonce) { nonce in
            unsafe withUnsafeBytes(of: data) { data in
                Result { () throws(CryptographyFailure) in try unsafe body(nonce, data) }
            }
        }
        try result.get()
    }
}
