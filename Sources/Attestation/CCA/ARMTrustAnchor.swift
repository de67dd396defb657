package import Bytes
import Cryptography

/// The key that an Arm platform's tokens are signed with, enrolled beforehand: Arm has no public
/// certificate chain.
package struct ARMTrustAnchor: Equatable, Sendable {
    package let implementationID: [UInt8]
    package let instanceID: [UInt8]
    package let key: PublicKey

    package init(implementationID: [UInt8], instanceID: [UInt8], key: PublicKey) {
        self.implementationID = implementationID
        self.instanceID = instanceID
        self.key = key
    }

    /// Bytes of an implementation's identifier (Arm CCA token, claim 2396).
    private static let implementationByteCount = 32
    /// Bytes of an instance's identifier (claim 256).
    private static let instanceByteCount = 33

    /// Reads an enrolled key as verifiers exchange it: a JSON object with `implementation-id` and
    /// `instance-id` in hexadecimal and `pkey`, a JSON Web Key (RFC 7517) on P-256 or P-384.
    /// Other members are passed over.
    package init(json bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        let node = try JSONReader.decode(bytes)
        implementationID = try node.member("implementation-id").hexadecimal(
            "implementation-id", count: Self.implementationByteCount)
        instanceID = try node.member("instance-id").hexadecimal(
            "instance-id", count: Self.instanceByteCount)
        let jwk = try node.member("pkey")
        func coordinate(_ name: String) throws(MalformedBytes) -> [UInt8] {
            let member = try jwk.member(name)
            guard let bytes = [UInt8](base64url: try member.string(name)) else {
                throw MalformedBytes(field: name, offset: member.offset, problem: "is no base64url")
            }
            return bytes
        }
        let point = try coordinate("x") + coordinate("y")
        let curve = try jwk.member("crv").string("crv")
        let found: PublicKey? =
            switch curve {
            case "P-256": PublicKey.p256(point[...])
            case "P-384": PublicKey.p384(point[...])
            default: nil
            }
        guard try jwk.member("kty").string("kty") == "EC", let found,
            SignatureVerification.isKey(found.encoded)
        else {
            throw MalformedBytes(
                field: "pkey", offset: jwk.offset,
                problem: "is no point on P-256 or P-384 in a JSON Web Key of type EC")
        }
        key = found
    }
}
