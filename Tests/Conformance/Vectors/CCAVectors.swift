import Attestation
import Bytes

/// Runs the Arm CCA cases.
enum CCAVectors {
    static func run(_ vector: VectorCase) throws -> VectorOutcome {
        let evidence = try vector.file("evidence")
        var outcome = VectorOutcome()
        if let token = try? CCAToken(decoding: evidence[...]) { outcome.claims = claims(token) }
        var roots = TrustRoots()
        // An enrolled key that is no point of its curve is none.
        if let anchor = try? ARMTrustAnchor(json: try vector.file("trust_anchor")[...]) {
            roots.arm = [anchor]
        }
        do throws(EvidenceRejection) {
            let verified = try CCAToken.verify(
                evidence[...], roots: roots, now: Instant(secondsSince1970: 0))
            outcome.flags = verified.flags
            let policy = VectorPolicy.open(
                .cca,
                ["measurement", "report-data", "personalization-value", "implementation-id"])
            outcome.strictAccepts = appraise(verified, policy).isAccepted
        } catch {
            outcome.rejection = error
        }
        return outcome
    }

    private static func claims(_ token: CCAToken) -> JSONText {
        func bytes(_ value: [UInt8]) -> JSONText { .string(value.hexadecimal) }
        return .object([
            ("platform_profile", .string(token.platformProfile)),
            ("realm_profile", token.realmProfile.map { .string($0) } ?? .null),
            ("platform_alg", .integer(token.platformAlgorithm)),
            ("realm_alg", .integer(token.realmAlgorithm)),
            ("lifecycle", .string("0x" + String(token.lifecycle, radix: 16))),
            ("implementation_id", bytes(token.implementationID)),
            ("instance_id", bytes(token.instanceID)),
            ("realm_challenge", bytes(token.realmChallenge)),
            ("rim", bytes(token.initialMeasurement)),
            ("rems", .array(token.extensibleMeasurements.map(bytes))),
            ("rpv", bytes(token.personalizationValue)),
            ("rak_encoding", .string(token.hasCOSEKey ? "cosekey" : "raw")),
            ("rak_hash_alg", .string(token.realmKeyHashName)),
            ("sw_components", .integer(token.componentCount)),
        ])
    }
}
