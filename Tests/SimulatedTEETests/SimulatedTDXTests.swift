import Attestation
import Bytes
import Testing

@testable import SimulatedTEE

@Suite struct SimulatedTDXTests {
    private func roots(_ machine: SimulatedTDX) throws -> TrustRoots {
        var roots = TrustRoots.vendors
        roots.intel.append(TrustAnchor(try Certificate(decoding: machine.root[...])))
        return roots
    }

    @Test("its quotes pass the unmodified verifier where its root is trusted, and nowhere else")
    func accepted() throws {
        let machine = try SimulatedTDX(seed: [1])
        let bundle = try machine.bundle(SimulatedSNPTests.guest, at: SimulatedSNPTests.now)
        let verified = try bundle.verify(
            roots: try roots(machine), now: SimulatedSNPTests.now)
        #expect(verified.format == .tdx)
        #expect(verified.value("mr-td") == .bytes(SimulatedSNPTests.guest.measurement))
        #expect(verified.value("tcb-status") == .text("UpToDate"))
        #expect(verified.value("vendor-root") == .flag(false))
        #expect(verified.flags == [])
        let error = #expect(throws: EvidenceRejection.self) {
            try bundle.verify(roots: .vendors, now: SimulatedSNPTests.now)
        }
        #expect(error?.reason == .untrustedRoot)
        let other = try roots(try SimulatedTDX(seed: [2]))
        #expect(throws: EvidenceRejection.self) {
            try bundle.verify(roots: other, now: SimulatedSNPTests.now)
        }
    }

    @Test("debug is seen; collateral of another day is refused; a missing part is named")
    func failures() throws {
        let machine = try SimulatedTDX(seed: [1])
        let trusted = try roots(machine)
        var guest = SimulatedSNPTests.guest
        guest.allowsDebug = true
        let verified = try machine.bundle(guest, at: SimulatedSNPTests.now).verify(
            roots: trusted, now: SimulatedSNPTests.now)
        #expect(verified.flags == ["td_debug"])
        var bundle = try machine.bundle(SimulatedSNPTests.guest, at: SimulatedSNPTests.now)
        let later = Instant(secondsSince1970: SimulatedSNPTests.now.secondsSince1970 + 40 * 86_400)
        let stale = #expect(throws: EvidenceRejection.self) {
            try bundle.verify(roots: trusted, now: later)
        }
        #expect(stale?.reason == .expired)
        bundle.collateral["pck-crl"] = nil
        let missing = #expect(throws: EvidenceRejection.self) {
            try bundle.verify(roots: trusted, now: SimulatedSNPTests.now)
        }
        #expect(missing?.what.contains("pck-crl") == true)
    }
}
