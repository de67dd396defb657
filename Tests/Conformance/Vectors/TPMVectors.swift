import Attestation
import Bytes
import Cryptography

/// Runs the TPM 2.0 cases: quotes with expected nonces, register values and the events behind them.
enum TPMVectors {
    static func run(_ vector: VectorCase) throws -> VectorOutcome {
        let evidence = try vector.file("attest")
        var collateral = TPMCollateral(
            signature: try vector.file("signature"),
            attestationKey: try PEM.decode(try vector.file("ak")[...], label: "PUBLIC KEY")
                .first ?? [])
        if let wanted = try? vector.node.member("expected_pcrs_sha256") {
            collateral.registers = [.sha256: try registers(wanted)]
        }
        if let events = try? vector.node.member("event_digests_sha256") {
            collateral.eventLog = log(try registers(events))
        }
        var outcome = VectorOutcome()
        if let quote = try? TPMQuote(decoding: evidence[...]) { outcome.claims = claims(quote) }
        do {
            let verified = try TPMQuote.verify(
                evidence[...], collateral: collateral, now: Instant(secondsSince1970: 0))
            outcome.flags = []
            let appraisal = appraise(verified, try policy(vector, verified))
            outcome.strictAccepts = appraisal.isAccepted
            // Freshness is the policy's; the manifest counts it with the crypto checks.
            if let stale = appraisal.refusals.first(where: { $0.claim.definition.name == "nonce" })
            {
                outcome.rejection = EvidenceRejection(
                    .mismatch, "nonce is \(stale.claim.value?.description ?? "absent")",
                    in: "TPM quote")
            }
        } catch let error as EvidenceRejection {
            outcome.rejection = error
        }
        return outcome
    }

    /// The quote's fields under the manifest's names.
    private static func claims(_ quote: TPMQuote) -> JSONText {
        func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
            stride(from: T.bitWidth - 8, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: value >> T($0))
            }
        }
        func bytes(_ value: [UInt8]) -> JSONText { .string(value.hexadecimal) }
        let clock =
            bigEndian(quote.clockMilliseconds) + bigEndian(quote.resetCount)
            + bigEndian(quote.restartCount) + [quote.isClockSafe ? 1 : 0]
        let selections = quote.selections.map { selection in
            JSONText.array([
                .integer(selection.hash == .sha256 ? 11 : selection.hash == .sha384 ? 12 : 13),
                .array(selection.registers.map { .integer(Int($0)) }),
            ])
        }
        return .object([
            ("signer_qualified_name", bytes(quote.qualifiedSigner)),
            ("extra_data", bytes(quote.extraData)), ("clock_info", bytes(clock)),
            ("firmware_version", bytes(bigEndian(quote.firmwareVersion))),
            ("pcr_selection", .array(selections)), ("pcr_digest", bytes(quote.registerDigest)),
        ])
    }

    private static func policy(
        _ vector: VectorCase, _ verified: VerifiedTPMQuote
    ) throws -> Policy {
        var policy = VectorPolicy.open(.tpm, ["attestation-key", "pcr-digest"])
        let nonce = vector.text("expected_nonce").flatMap { [UInt8](hexadecimal: $0) } ?? []
        try? policy.expect(.tpm, "nonce", .oneOf([.bytes(nonce)]))
        return policy
    }

    private static func registers(_ node: JSONNode) throws -> [UInt8: [UInt8]] {
        var values: [UInt8: [UInt8]] = [:]
        for (name, value) in try node.object("registers") {
            values[UInt8(name) ?? 255] = [UInt8](hexadecimal: try value.string(name))
        }
        return values
    }

    /// A crypto-agile event log with one event for each register.
    private static func log(_ digests: [UInt8: [UInt8]]) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        let specification =
            Array("Spec ID Event03\0".utf8) + number(0) + [0, 2, 0, 2] + number(1)
            + [0x0B, 0, 32, 0] + [0]
        var log = number(0) + number(3) + [UInt8](repeating: 0, count: 20)
        log += number(UInt32(specification.count)) + specification
        for (index, digest) in digests.sorted(by: { $0.key < $1.key }) {
            log += number(UInt32(index)) + number(0xD) + number(1) + [0x0B, 0] + digest + number(0)
        }
        return log
    }
}
