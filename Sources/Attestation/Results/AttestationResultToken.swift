package import Bytes
package import Cryptography

/// An EAT Attestation Result (draft-ietf-rats-ear-04) as a signed JWT (RFC 7519, RFC 7515).
package struct AttestationResultToken: Equatable, Sendable {
    /// The claims set, as it is signed.
    package let claims: JSONText
    /// The profile that the claims follow.
    package static let profile = "tag:ietf.org,2026:rats/ear#03"

    /// Makes the claims of a result.
    ///
    /// - Parameters:
    ///   - issuedAt: the moment of issue, which the caller's clock gives.
    ///   - verifier: who appraised: developer and build.
    ///   - nonce: the relying party's nonce, if it sent one.
    package init(
        _ appraisal: Appraisal, issuedAt: Instant, verifier: (developer: String, build: String),
        nonce: [UInt8]? = nil
    ) {
        let vector = TrustVector(appraisal)
        let submodule: [(String, JSONText)] = [
            ("ear_status", .string(vector.status.rawValue)),
            ("ear_trustworthiness_vector", vector.json),
            ("ear_appraisal_policy_ids", .array([.string(appraisal.policyIdentifier)])),
            ("martlet_result", appraisal.json),
        ]
        claims = .object(
            [
                ("eat_profile", .string(Self.profile)),
                ("iat", .integer(Int(issuedAt.secondsSince1970))),
                (
                    "ear_verifier_id",
                    .object([
                        ("developer", .string(verifier.developer)),
                        ("build", .string(verifier.build)),
                    ])
                ),
            ] + (nonce.map { [("eat_nonce", .string($0.base64url))] } ?? []) + [
                ("submods", .object([(appraisal.evidence.format.rawValue, .object(submodule))]))
            ])
    }

    /// The token: header, claims and signature in base64url with dots.
    ///
    /// - Throws: ``CryptographyFailure`` when the key is not on P-256 or P-384.
    package func signed(by key: SigningKey) throws(CryptographyFailure) -> String {
        guard let curve = key.curve else { throw .library(operation: "a JWT with an RSA key") }
        let header = JSONText.object([
            ("alg", .string(curve == .p256 ? "ES256" : "ES384")), ("typ", .string("JWT")),
            ("kid", .string(Hash.sha256(key.publicKey).base64url)),
        ])
        let input =
            Array(header.compact.utf8).base64url + "." + Array(claims.compact.utf8).base64url
        return input + "." + (try key.signECDSA(Array(input.utf8))).base64url
    }

    /// Checks a token's signature and shape.
    ///
    /// - Returns: the claims, or `nil` when the token is not `key`'s or not of this profile.
    package static func claims(of token: String, signedBy key: PublicKey) -> JSONNode? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        let (algorithm, hash): (String, HashAlgorithm) =
            key.kind == .p256 ? ("ES256", .sha256) : ("ES384", .sha384)
        guard parts.count == 3, token.utf8.count <= 1 << 20,
            let header = [UInt8](base64url: parts[0]), let body = [UInt8](base64url: parts[1]),
            let signature = [UInt8](base64url: parts[2]),
            let fields = try? JSONReader.decode(header[...]),
            (try? fields.member("alg").string("alg")) == algorithm,
            key.verifies(
                rawECDSA: signature[...], over: Array("\(parts[0]).\(parts[1])".utf8)[...], hash),
            let claims = try? JSONReader.decode(body[...]),
            (try? claims.member("eat_profile").string("eat_profile")) == profile
        else { return nil }
        return claims
    }
}
