import Attestation
import Bytes

/// Runs the AWS Nitro cases.
enum NitroVectors {
    static func run(_ vector: VectorCase) throws -> VectorOutcome {
        let evidence = try vector.file("evidence")
        var roots = TrustRoots()
        roots.aws = [TrustAnchor(try Certificate(decoding: try vector.file("root")[...]))]
        var outcome = VectorOutcome()
        if let document = try? NitroDocument(decoding: evidence[...]) {
            outcome.claims = claims(document)
        }
        do {
            let verified = try NitroDocument.verify(
                evidence[...], roots: roots, now: try vector.now)
            outcome.flags = verified.flags
            outcome.strictAccepts = appraise(verified, policy()).isAccepted
        } catch let error as EvidenceRejection {
            outcome.rejection = error
        }
        return outcome
    }

    /// Debug is refused by default; everything that only an owner can know is left open on purpose.
    private static func policy() -> Policy {
        VectorPolicy.open(
            .nitro, ["pcr0", "pcr1", "pcr2", "user-data", "nonce", "vendor-root"])
    }

    /// The document's members under the manifest's names; registers that are zero are left out.
    private static func claims(_ document: NitroDocument) -> JSONText {
        func bytes(_ value: [UInt8]?) -> JSONText {
            value.map { .string($0.hexadecimal) } ?? .null
        }
        let registers = document.registers.filter { $0.value.contains { $0 != 0 } }
            .sorted { String($0.key) < String($1.key) }
        return .object([
            ("module_id", .string(document.moduleID)), ("digest", .string("SHA384")),
            ("timestamp_ms", .integer(Int(document.timestampMilliseconds))),
            ("pcrs", .object(registers.map { (String($0.key), bytes($0.value)) })),
            ("pcr_count", .integer(document.registers.count)),
            ("user_data", bytes(document.userData)), ("nonce", bytes(document.nonce)),
            ("public_key_len", document.publicKey.map { .integer($0.count) } ?? .null),
            ("cabundle_len", .integer(document.authorities.count)),
        ])
    }
}

/// A policy that leaves the named claims open, as the manifest's strict policy does.
enum VectorPolicy {
    static func open(_ format: EvidenceFormat, _ names: [String]) -> Policy {
        var policy = Policy(identifier: "strict")
        policy.accept(format)
        let open = Expectation.notAppraised(because: "the manifest's strict policy leaves it open")
        for name in names { try? policy.expect(format, name, open) }
        return policy
    }
}
