import AttestedTLS
import Bytes
import Cryptography
import Diagnostics
import Platform

/// The key by which keeps know their owner: a file of the owner's, made when it is not there.
enum OwnerKey {
    /// Reads the key, or makes one and writes it for this user only.
    static func identity(_ path: String) throws -> ChannelIdentity {
        do {
            let key = try read(path).map { try SigningKey(privateKey: SecretBytes(copying: $0)) }
                ?? make(path)
            return try ChannelIdentity.selfSigned(key)
        } catch let error as CryptographyFailure {
            throw failure(
                Diagnostic(
                    what: error.description, where: path,
                    remedy: "name a file that `martlet` made, or none to have one made"), .data)
        } catch let error as ChannelFailure {
            throw failure(error, .data)
        } catch let error as Errno {
            throw failure(Diagnostic(what: error.description, where: path), .unavailable)
        }
    }

    /// SHA-256 of the public key: what hosts, launches and manifests know a person by.
    static func pin(_ identity: ChannelIdentity) -> [UInt8] { Hash.sha256(identity.publicKey) }

    private static func read(_ path: String) throws(Errno) -> [UInt8]? {
        guard let name = PathName(path) else { throw .EINVAL }
        do throws(Errno) {
            let file = try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
            return try file.borrowed.readAll(limitBytes: 1 << 14)
        } catch .ENOENT {
            return nil
        }
    }

    private static func make(_ path: String) throws -> SigningKey {
        guard let name = PathName(path) else { throw Errno.EINVAL }
        let key = try SigningKey.generate(on: .p256)
        let file = try BorrowedDescriptor.currentDirectory.open(
            name, [.writeOnly, .create, .exclusive], mode: 0o600)
        // SAFETY: copied while the secret lives.
        let bytes = unsafe try key.privateKey().withUnsafeBytes { unsafe Array($0) }
        try file.borrowed.writeAll(bytes)
        return key
    }
}
