import Bytes
import Cryptography
import Testing

@testable import Attestation

/// Verified evidence with claims of our choosing, so that appraising can be tried by itself.
private struct StagedEvidence: VerifiedEvidence {
    var format: EvidenceFormat { .snp }
    var claims: [Claim] {
        [
            Claim(definition("measurement"), .bytes([1, 2])),
            Claim(definition("debug"), .flag(isDebug)), Claim(definition("vmpl"), .number(1)),
            Claim(definition("alias-check-complete"), nil),
            Claim(definition("family-id"), .bytes([9])),
        ]
    }
    var isDebug = false
    var flags: [String] { isDebug ? ["debug"] : [] }
    var steps: [VerificationStep] { [VerificationStep("signature", "checked")] }
    var evidenceBytes: [UInt8] { [0xab] }
    var root: TrustAnchor? { nil }
    var instant: Instant { Instant(secondsSince1970: 0) }

    private func definition(_ name: String) -> ClaimDefinition {
        guard let row = SNPClaims.table.first(where: { $0.name == name }) else {
            preconditionFailure("no claim \(name)")
        }
        return row
    }
}

@Suite struct AppraisalTests {
    private func policy() throws -> Policy {
        var policy = Policy(identifier: "test")
        try policy.expect(.snp, "measurement", .oneOf([.bytes([1, 2])]))
        try policy.expect(.snp, "vmpl", .atMost(1))
        try policy.expect(.snp, "alias-check-complete", .notAppraised(because: "old report"))
        return policy
    }

    @Test("an empty policy refuses, and says that the format is not in it")
    func empty() {
        let appraisal = appraise(StagedEvidence(), Policy(identifier: "empty"))
        #expect(!appraisal.isAccepted)
        #expect(appraisal.text.contains("accepts no AMD SEV-SNP reports"))
        #expect(appraisal.text.contains("[snp]"))
    }

    @Test("a format without expectations is refused for each claim that must be stated")
    func silent() {
        var policy = Policy(identifier: "silent")
        policy.accept(.snp)
        let refused = appraise(StagedEvidence(), policy).refusals.map(\.claim.definition.name)
        #expect(refused == ["measurement", "vmpl", "alias-check-complete"])
    }

    @Test("every expectation met accepts; silence on a defaulted claim means the safe value")
    func accepted() throws {
        #expect(appraise(StagedEvidence(), try policy()).isAccepted)
        #expect(!appraise(StagedEvidence(isDebug: true), try policy()).isAccepted)
        var lax = try policy()
        try lax.expect(.snp, "debug", .oneOf([.flag(true)]))
        #expect(appraise(StagedEvidence(isDebug: true), lax).isAccepted)
        #expect(!appraise(StagedEvidence(), lax).isAccepted)
    }

    @Test("a refusal names the claim, what was found, and the line that would admit it")
    func refusal() throws {
        var strict = try policy()
        try strict.expect(.snp, "measurement", .oneOf([.bytes([3])]))
        try strict.expect(.snp, "vmpl", .atMost(0))
        let text = appraise(StagedEvidence(), strict).text
        #expect(text.contains("measurement (MEASUREMENT 0x090): found 0102; expected 03"))
        #expect(text.contains("to admit it: snp.measurement = [\"0102\"]"))
        #expect(text.contains("to admit it: snp.vmpl = { at-most = 1 }"))
    }

    @Test("claims that a format does not make, and expectations of another kind, do not load")
    func invalid() {
        var policy = Policy(identifier: "x")
        #expect(throws: InvalidPolicy.unknownClaim(format: .snp, claim: "meassurement")) {
            try policy.expect(.snp, "meassurement", .oneOf([.bytes([1])]))
        }
        #expect(throws: InvalidPolicy.unsuitable(format: .snp, claim: "debug", kind: .flag)) {
            try policy.expect(.snp, "debug", .oneOf([.number(0)]))
        }
    }

    @Test("a shorter nonce is padded with zeros to 64 bytes of report data")
    func nonce() throws {
        var policy = Policy(identifier: "x")
        try policy.expectNonce([7], in: .snp)
        let wanted = [7] + [UInt8](repeating: 0, count: 63)
        #expect(policy.sections[.snp]?["report-data"] == .oneOf([.bytes(wanted)]))
    }

    @Test("JSON tells verdict, steps, and each claim with its outcome")
    func json() throws {
        let text = appraise(StagedEvidence(isDebug: true), try policy()).json.indented
        let node = try JSONReader.decode(Array(text.utf8)[...])
        #expect(try node.member("accepted").boolean("accepted") == false)
        let claims = try node.member("claims").array("claims")
        let outcomes = try claims.map { try $0.member("outcome").string("outcome") }
        #expect(outcomes == ["met", "refused", "met", "not-appraised", "told"])
        #expect(
            try claims[1].member("admitting_line").string("admitting_line") == "snp.debug = true")
    }

    @Test("an EAR is a JWT that its key verifies and another does not")
    func token() throws {
        let keys = SeededKeys(seed: [1])
        for curve in [SigningKey.Curve.p256, .p384] {
            let key = try keys.key("ear", on: curve)
            let other = try keys.key("other", on: curve)
            let appraisal = appraise(StagedEvidence(), try policy())
            let token = try AttestationResultToken(
                appraisal, issuedAt: Instant(secondsSince1970: 5), verifier: ("martlet", "test"),
                nonce: [1, 2, 3]
            ).signed(by: key)
            let claims = try #require(
                AttestationResultToken.claims(
                    of: token, signedBy: try PublicKey(decoding: key.publicKey[...])))
            #expect(try claims.member("iat").unsigned("iat") == 5)
            #expect(try claims.member("eat_nonce").string("eat_nonce") == "AQID")
            let module = try claims.member("submods").member("snp")
            #expect(try module.member("ear_status").string("ear_status") == "affirming")
            let vector = try module.member("ear_trustworthiness_vector")
            #expect(try vector.member("executables").unsigned("executables") == 3)
            let wrong = try PublicKey(decoding: other.publicKey[...])
            #expect(AttestationResultToken.claims(of: token, signedBy: wrong) == nil)
            let spoiled = token.replacing("e", with: "f", maxReplacements: 1)
            let right = try PublicKey(decoding: key.publicKey[...])
            #expect(AttestationResultToken.claims(of: spoiled, signedBy: right) == nil)
        }
    }

    @Test("a refused result is contraindicated in the properties that its claims speak for")
    func vector() throws {
        let refused = TrustVector(appraise(StagedEvidence(isDebug: true), try policy()))
        #expect(refused.status == .contraindicated)
        #expect(refused.values[.runtimeOpaque] == 96)
        #expect(refused.values[.executables] == 3)
    }
}
