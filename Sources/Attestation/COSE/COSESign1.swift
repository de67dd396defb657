package import Bytes
import Cryptography

/// A COSE_Sign1 message (RFC 9052 §4.2), decoded and not believed. The payload is attached.
package struct COSESign1: Sendable {
    /// The algorithms of RFC 9053 §2.1 that evidence uses.
    package enum Algorithm: Int, Sendable {
        /// ECDSA with SHA-256.
        case es256 = -7
        /// ECDSA with SHA-384.
        case es384 = -35

        var hash: HashAlgorithm {
            switch self {
            case .es256: .sha256
            case .es384: .sha384
            }
        }
    }

    /// The protected header, as received: what the signature covers.
    let protectedBytes: ArraySlice<UInt8>
    package let algorithm: Algorithm
    package let payload: ArraySlice<UInt8>
    package let signature: ArraySlice<UInt8>

    /// Decodes a message. Tag 18 may stand before it and is never required.
    ///
    /// - Throws: ``MalformedBytes`` also for a header parameter other than the algorithm that is
    ///   protected, since those may be critical, and for a detached payload.
    package init(
        decoding bytes: ArraySlice<UInt8>, rules: CBORRules = .definite
    ) throws(MalformedBytes) {
        try self.init(try CBORReader.decode(bytes, rules: rules, "COSE_Sign1"))
    }

    /// Takes a message that stands inside another item.
    package init(_ value: CBORValue) throws(MalformedBytes) {
        var value = value
        if case .tagged(18, let inner) = value { value = inner }
        guard case .array(let parts) = value, parts.count == 4,
            case .bytes(let protected) = parts[0], case .map(let unprotected) = parts[1],
            case .bytes(let payload) = parts[2], case .bytes(let signature) = parts[3]
        else { throw Self.malformed("is no array of protected, unprotected, payload, signature") }
        let header = try CBORReader.decode(protected, rules: .definite, "COSE protected header")
        guard case .map(let entries) = header, entries.count == 1,
            let number = header[1]?.integer, let algorithm = Algorithm(rawValue: number)
        else { throw Self.malformed("protected header must hold ES256 or ES384 and nothing else") }
        guard !unprotected.contains(where: { $0.key == .unsigned(1) || $0.key == .unsigned(2) })
        else {
            throw Self.malformed("algorithm or critical parameters outside the protected header")
        }
        protectedBytes = protected
        self.algorithm = algorithm
        self.payload = payload
        self.signature = signature
    }

    private static func malformed(_ problem: String) -> MalformedBytes {
        MalformedBytes(field: "COSE_Sign1", offset: 0, problem: problem)
    }

    /// Whether the signature is `key`'s, over the Sig_structure of RFC 9052 §4.4 without external data.
    package func isSigned(by key: PublicKey) -> Bool {
        let structure = CBORValue.array([
            .text("Signature1"), .bytes(protectedBytes), .bytes([]), .bytes(payload),
        ])
        return key.verifies(
            rawECDSA: signature, over: structure.deterministicEncoding[...], algorithm.hash)
    }
}
