import Attestation
import Bytes
import Testing

@testable import SimulatedTEE

@Suite struct SimulatedSNPTests {
    static let now = Instant(secondsSince1970: 1_781_524_800)
    static let guest = SimulatedGuest(
        reportData: [1, 2, 3], measurement: [UInt8](repeating: 7, count: 48))

    private func roots(_ machine: SimulatedSNP) throws -> TrustRoots {
        var roots = TrustRoots.vendors
        roots.amd.append(TrustAnchor(try Certificate(decoding: machine.root[...])))
        return roots
    }

    @Test(
        "its reports pass the unmodified verifier where its root is trusted",
        arguments: SNPProductLine.allCases)
    func accepted(line: SNPProductLine) throws {
        let machine = try SimulatedSNP(seed: [1], line: line)
        let bundle = try machine.bundle(Self.guest, at: Self.now)
        let verified = try bundle.verify(roots: try roots(machine), now: Self.now)
        #expect(verified.value("measurement") == .bytes(Self.guest.measurement))
        #expect(verified.value("product-line") == .text(line.rawValue))
        #expect(verified.value("revocation-checked") == .flag(true))
        #expect(verified.flags == [])
        #expect(try EvidenceBundle(decoding: bundle.encoded[...]) == bundle)
    }

    @Test("they are refused where it is not, and a policy sees that the root is no vendor's")
    func refused() throws {
        let machine = try SimulatedSNP(seed: [1])
        let bundle = try machine.bundle(Self.guest, at: Self.now)
        let error = #expect(throws: EvidenceRejection.self) {
            try bundle.verify(roots: .vendors, now: Self.now)
        }
        #expect(error?.reason == .untrustedRoot)
        let verified = try bundle.verify(roots: try roots(machine), now: Self.now)
        var policy = Policy(identifier: "no simulation")
        for claim in EvidenceFormat.snp.claimTable where claim.demand == .required {
            try policy.expect(.snp, claim.name, .notAppraised(because: "not the matter here"))
        }
        let appraisal = appraise(verified, policy)
        #expect(appraisal.refusals.map(\.claim.definition.name) == ["vendor-root"])
        #expect(appraisal.text.contains("NOT A VENDOR'S ROOT"))
        try policy.expect(.snp, "vendor-root", .oneOf([.flag(false)]))
        let allowed = appraise(verified, policy)
        #expect(allowed.isAccepted)
        #expect(TrustVector(allowed).status == .warning)
    }

    @Test("one seed gives one machine; another seed's root trusts it not")
    func seeds() throws {
        let first = try SimulatedSNP(seed: [1])
        let again = try SimulatedSNP(seed: [1])
        let other = try SimulatedSNP(seed: [2])
        #expect(first.root == again.root)
        #expect(first.endorsementKey == again.endorsementKey)
        #expect(first.root != other.root)
        let bundle = try first.bundle(Self.guest, at: Self.now)
        let error = #expect(throws: EvidenceRejection.self) {
            try bundle.verify(roots: try roots(other), now: Self.now)
        }
        #expect(error?.reason == .signature)
    }

    @Test("debug, a revoked intermediate and a list of another day are seen")
    func failures() throws {
        let machine = try SimulatedSNP(seed: [1])
        var debug = Self.guest
        debug.allowsDebug = true
        let verified = try machine.bundle(debug, at: Self.now).verify(
            roots: try roots(machine), now: Self.now)
        #expect(verified.flags == ["debug"])
        var revoked = try machine.bundle(Self.guest, at: Self.now)
        revoked.collateral["crl"] = try machine.revocationList(at: Self.now, revoked: [2])
        let trusted = try roots(machine)
        let error = #expect(throws: EvidenceRejection.self) {
            try revoked.verify(roots: trusted, now: Self.now)
        }
        #expect(error?.reason == .revoked)
        let later = Instant(secondsSince1970: Self.now.secondsSince1970 + 40 * 86_400)
        let stale = #expect(throws: EvidenceRejection.self) {
            try machine.bundle(Self.guest, at: Self.now).verify(roots: trusted, now: later)
        }
        #expect(stale?.reason == .expired)
    }
}
