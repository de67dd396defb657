package import AttestedTLS
internal import Cryptography
package import Diagnostics

/// A client's key pair: how a keep knows its owner and principals again.
package struct OwnerKey: Sendable {
    package let identity: ChannelIdentity

    /// SHA-256 of the public key: the owner pin, and what manifests name principals by.
    package var digest: [UInt8] { Hash.sha256(identity.publicKey) }

    package init(_ identity: ChannelIdentity) { self.identity = identity }

    /// The key that a 32-byte seed gives: what a key file holds.
    package init(seed: [UInt8]) throws(Diagnostic) {
        do {
            let key = try SeededKeys(seed: Array("martlet owner key v1".utf8) + seed)
                .key("owner", on: .p256)
            identity = try ChannelIdentity.selfSigned(key)
        } catch let error as ChannelFailure {
            throw error.diagnostic
        } catch {
            throw Diagnostic(what: "the key can not be used: \(error)")
        }
    }
}
