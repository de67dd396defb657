package import Attestation
internal import Bytes
internal import Cryptography

extension WorkloadIdentity {
    /// The identity of what is at hand: SHA-384 over the digests of its four parts
    /// (`Documentation/Formats/Workload.md`).
    ///
    /// - Parameter image: the code image that runs instead of the module; empty when there is none.
    package static func computed(
        module: [UInt8], image: [UInt8], manifest: [UInt8], policies: [UInt8]
    ) -> WorkloadIdentity {
        var whole = Array("martlet workload v1".utf8) + [0]
        for part in [module, image, manifest, policies] { whole += Hash.sha384(part) }
        return WorkloadIdentity(digest: Hash.sha384(whole)) ?? .empty
    }

    /// The first digits, for people; compare the whole.
    package var short: String { String(description.prefix(16)) }

    /// Bytes, or null of an empty keep.
    var value: CBORValue { digestBytes.map { .bytes($0[...]) } ?? .null }
}
