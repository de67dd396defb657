import Bytes
import Cryptography
import Diagnostics
import Testing

@testable import Attestation

/// Verified evidence whose report data is of our choosing.
private struct StagedEvidence: VerifiedEvidence {
    var format: EvidenceFormat
    var reportData: [UInt8]
    var claims: [Claim] {
        let definition = format.claimTable.first { $0.name == format.reportDataClaim }
        return definition.map { [Claim($0, .bytes(reportData))] } ?? []
    }
    var flags: [String] { [] }
    var steps: [VerificationStep] { [] }
    var evidenceBytes: [UInt8] { [] }
    var root: TrustAnchor? { nil }
    var instant: Instant { Instant(secondsSince1970: 0) }
}

@Suite struct BindingTests {
    private static let workload = WorkloadIdentity(digest: [UInt8](repeating: 5, count: 48))

    private func inputs(
        _ role: BindingInputs.Role = .client, own: [UInt8]? = nil, peer: [UInt8]? = nil,
        exporter: UInt8 = 2, nonce: UInt8 = 3, workload: WorkloadIdentity = .empty
    ) throws -> BindingInputs {
        try BindingInputs(
            attester: role, attesterPublicKey: own ?? [UInt8](repeating: 1, count: 32),
            peerPublicKey: peer, exporter: [UInt8](repeating: exporter, count: 32),
            nonce: [UInt8](repeating: nonce, count: 16), workload: workload)
    }

    /// Both computed with Python's hashlib from the format's page.
    @Test("report data is what the format's page says")
    func golden() throws {
        #expect(
            ReportDataBinding.reportData(for: try inputs(.server)).hexadecimal
                == "98489544a014bdd434534aed58d97b0f1ff3abae06d06d0f0da2fe14bbcc98a9"
                + "2d124db5b8643b892770616f295fdde067e38ac799e31637ff5d87a79540c642")
        let full = try inputs(
            .client, peer: [UInt8](repeating: 4, count: 91),
            workload: try #require(Self.workload))
        #expect(
            ReportDataBinding.reportData(for: full).hexadecimal
                == "abe6f125fef32ccc9b8fbeaa66fe0a6557a5d8ecd3903de8624a0ccbc1b2762d"
                + "75a2d850aae88a976dd94c1e26b2913eaec42f32c18f72889eaf3422be50f8d3")
    }

    @Test("changing any one input changes the report data")
    func everyInputCounts() throws {
        let key = [UInt8](repeating: 1, count: 32)
        let other = [UInt8](repeating: 9, count: 32)
        let all = [
            try inputs(), try inputs(.server), try inputs(own: other),
            try inputs(own: key + [1]), try inputs(peer: key), try inputs(peer: other),
            try inputs(exporter: 9), try inputs(nonce: 9),
            try inputs(workload: try #require(Self.workload)),
            try inputs(
                workload: try #require(WorkloadIdentity(digest: [UInt8](repeating: 0, count: 48)))),
        ]
        #expect(Set(all.map(ReportDataBinding.reportData)).count == all.count)
        #expect(ReportDataBinding.reportData(for: all[0]).count == 64)
    }

    @Test("a byte moved from one field to the next changes the report data")
    func unambiguous() throws {
        let left = try BindingInputs(
            attester: .client, attesterPublicKey: [UInt8](repeating: 7, count: 33),
            peerPublicKey: nil, exporter: [UInt8](repeating: 7, count: 32),
            nonce: [UInt8](repeating: 7, count: 17), workload: .empty)
        let right = try BindingInputs(
            attester: .client, attesterPublicKey: [UInt8](repeating: 7, count: 32),
            peerPublicKey: nil, exporter: [UInt8](repeating: 7, count: 33),
            nonce: [UInt8](repeating: 7, count: 17), workload: .empty)
        #expect(ReportDataBinding.encoding(of: left) != ReportDataBinding.encoding(of: right))
    }

    @Test("inputs of other sizes are refused by name")
    func sizes() throws {
        func tried(_ own: Int, _ peer: Int?, _ exporter: Int, _ nonce: Int) -> InvalidBinding? {
            func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 1, count: count) }
            do {
                _ = try BindingInputs(
                    attester: .server, attesterPublicKey: bytes(own),
                    peerPublicKey: peer.map(bytes), exporter: bytes(exporter),
                    nonce: bytes(nonce), workload: .empty)
                return nil
            } catch {
                return error
            }
        }
        #expect(tried(32, 32, 32, 16) == nil)
        #expect(tried(2048, 2048, 64, 64) == nil)
        #expect(tried(31, nil, 32, 16)?.field == "the attester's public key")
        #expect(tried(2049, nil, 32, 16)?.byteCount == 2049)
        #expect(tried(32, 0, 32, 16)?.field == "the peer's public key")
        #expect(tried(32, nil, 31, 16)?.allowed == 32...64)
        #expect(tried(32, nil, 65, 16)?.field == "the exporter")
        #expect(tried(32, nil, 32, 15)?.field == "the nonce")
        #expect(tried(32, nil, 32, 65)?.diagnostic.what == "the nonce has 65 bytes, not 16 to 64")
    }

    @Test("an identity is 96 hexadecimal digits or “empty”, and nothing else")
    func identities() throws {
        let digest = String(repeating: "ab", count: 48)
        #expect(WorkloadIdentity("empty") == .empty)
        #expect(WorkloadIdentity(digest)?.description == digest)
        #expect(WorkloadIdentity(digest.uppercased())?.description == digest)
        for text in ["", "Empty", " empty", "00", digest + "00", String(digest.dropLast()), "é"] {
            #expect(WorkloadIdentity(text) == nil)
        }
        #expect(WorkloadIdentity(digest: []) == nil)
    }

    @Test(
        "evidence is bound to the connection that it was made for",
        arguments: EvidenceFormat.allCases)
    func bound(format: EvidenceFormat) throws {
        let connection = try inputs(.server, workload: try #require(Self.workload))
        let reportData = ReportDataBinding.reportData(for: connection)
        let evidence = StagedEvidence(format: format, reportData: reportData)
        let bound = try evidence.bound(to: connection)
        #expect(bound.value("workload-identity") == .workload(connection.workload))
        #expect(bound.steps.map(\.name) == ["channel binding"])
        for wrong in [try inputs(.server), try inputs(.client, workload: connection.workload)] {
            let error = #expect(throws: EvidenceRejection.self) { try evidence.bound(to: wrong) }
            #expect(error?.reason == .binding)
        }
    }

    @Test("evidence with any bit of its report data flipped is bound to nothing")
    func flipped() throws {
        let connection = try inputs()
        let right = ReportDataBinding.reportData(for: connection)
        var refused = 0
        for bit in 0..<512 {
            var wrong = right
            wrong[bit / 8] ^= 1 << (bit % 8)
            let evidence = StagedEvidence(format: .snp, reportData: wrong)
            if (try? evidence.bound(to: connection)) == nil { refused += 1 }
        }
        #expect(refused == 512)
        let short = StagedEvidence(format: .snp, reportData: Array(right.dropLast()))
        #expect(throws: EvidenceRejection.self) { try short.bound(to: connection) }
    }

    @Test("on a channel a policy must state the workload, and need not state the report data")
    func appraised() throws {
        let identity = try #require(Self.workload)
        let connection = try inputs(workload: identity)
        let reportData = ReportDataBinding.reportData(for: connection)
        let evidence = StagedEvidence(format: .snp, reportData: reportData)
        let bound = try evidence.bound(to: connection)
        var policy = Policy(identifier: "test")
        policy.accept(.snp)
        let silent = appraise(bound, policy).refusals
        #expect(silent.map(\.claim.definition.name) == ["workload-identity"])
        #expect(silent.first?.admittingLine == "snp.workload-identity = [\"\(identity)\"]")
        policy.expectWorkload(identity)
        #expect(appraise(bound, policy).isAccepted)
        policy.expectWorkload(.empty)
        #expect(!appraise(bound, policy).isAccepted)
        try policy.expect(.snp, "workload-identity", .notAppraised(because: "any workload"))
        #expect(appraise(bound, policy).isAccepted)
    }

    @Test("evidence from no channel names no workload: a policy that wants one refuses it")
    func unbound() throws {
        let evidence = StagedEvidence(format: .snp, reportData: [UInt8](repeating: 0, count: 64))
        var policy = Policy(identifier: "test")
        try policy.expect(.snp, "report-data", .notAppraised(because: "test"))
        #expect(appraise(evidence, policy).isAccepted)
        policy.expectWorkload(.empty)
        let refusals = appraise(evidence, policy).refusals
        #expect(refusals.map(\.claim.definition.name) == ["workload-identity"])
    }
}
