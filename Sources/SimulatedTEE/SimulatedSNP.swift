package import Attestation
package import Cryptography

/// A simulated SEV-SNP machine: keys and certificates from a seed, and reports signed with them.
///
/// Its evidence is in the genuine format and passes the genuine verifier, but only where a policy names
/// its root: the root's key is anybody's who knows the seed.
package struct SimulatedSNP: Sendable {
    /// The simulated ARK, DER. What a policy must name.
    package let root: [UInt8]
    /// The simulated ASK, DER.
    package let intermediate: [UInt8]
    /// The simulated VCEK, DER.
    package let endorsementKey: [UInt8]

    private let line: SNPProductLine
    private let rootKey: SigningKey
    private let chipKey: SigningKey
    private let chipID: [UInt8]
    /// TCB_VERSION of chip and reports, in the byte order of the line.
    private let tcb: [UInt8]

    /// A machine that the seed gives.
    package init(
        seed: [UInt8], line: SNPProductLine = .milan
    ) throws(CryptographyFailure) {
        let keys = SeededKeys(seed: Array("martlet simulated SNP \(line.rawValue)".utf8) + seed)
        self.line = line
        rootKey = try keys.rsaKey("ark", bits: 3072)
        let intermediateKey = try keys.rsaKey("ask", bits: 3072)
        chipKey = try keys.key("vcek", on: .p384)
        chipID = keys.bytes("chip", count: line == .turin ? 8 : 64)
        tcb = line == .turin ? [1, 1, 1, 4, 0, 0, 0, 0x50] : [4, 0, 0, 0, 0, 0, 27, 0xdb]
        let name = line.certificateName
        let rootName = CertificateTemplate.name("ARK-\(name)")
        let intermediateName = CertificateTemplate.name("SEV-\(name)")
        root = try Signer.rsa(
            CertificateTemplate(
                serialNumber: 1, issuer: rootName, subject: rootName,
                publicKey: rootKey.publicKey, extensions: CertificateTemplate.authority
            ).signedPart(Signer.pss384), rootKey)
        intermediate = try Signer.rsa(
            CertificateTemplate(
                serialNumber: 2, issuer: rootName, subject: intermediateName,
                publicKey: intermediateKey.publicKey, extensions: CertificateTemplate.authority
            ).signedPart(Signer.pss384), rootKey)
        endorsementKey = try Signer.rsa(
            CertificateTemplate(
                serialNumber: 0, issuer: intermediateName,
                subject: CertificateTemplate.name("SEV-VCEK"), publicKey: chipKey.publicKey,
                extensions: Self.extensions(line, tcb: tcb, chipID: chipID)
            ).signedPart(Signer.pss384), intermediateKey)
    }

    /// AMD's extensions (VCEK certificate and KDS interface specification, §3).
    private static func extensions(
        _ line: SNPProductLine, tcb: [UInt8], chipID: [UInt8]
    ) -> [[UInt8]] {
        func field(_ numbers: [Int], _ value: [UInt8]) -> [UInt8] {
            CertificateTemplate.extensionField([1, 3, 6, 1, 4, 1, 3704, 1] + numbers, value)
        }
        let order = line == .turin ? [9, 1, 2, 3, 5, 6, 7, 8] : [1, 2, 4, 5, 6, 7, 3, 8]
        let name = line == .milan ? "Milan-B0" : line.certificateName
        return [field([1], DER.integer(0)), field([2], DER.ia5(name))]
            + zip(order, tcb).map { field([3, $0], DER.integer(Int($1))) }
            + [field([4], chipID)]
    }

    /// A revocation list of the simulated ARK, in force around `now`, that names nobody but
    /// those given.
    package func revocationList(
        at now: Instant, revoked: [Int] = []
    ) throws(CryptographyFailure) -> [UInt8] {
        let day: Int64 = 86_400
        let entries = revoked.flatMap {
            DER.sequence(DER.integer($0), DER.time(now))
        }
        return try Signer.rsa(
            DER.sequence(
                DER.integer(1), Signer.pss384,
                CertificateTemplate.name("ARK-\(line.certificateName)"),
                DER.time(Instant(secondsSince1970: now.secondsSince1970 - day)),
                DER.time(Instant(secondsSince1970: now.secondsSince1970 + 30 * day)),
                entries.isEmpty ? [] : DER.element(0x30, entries)), rootKey)
    }

    /// A signed report of version 5.
    package func report(_ guest: SimulatedGuest) throws(CryptographyFailure) -> [UInt8] {
        var report = [UInt8](repeating: 0, count: SNPReport.size)
        func put(_ offset: Int, _ bytes: [UInt8], _ size: Int) {
            for (index, byte) in bytes.prefix(size).enumerated() { report[offset + index] = byte }
        }
        func put(_ offset: Int, _ value: UInt64, bytes: Int) {
            for index in 0..<bytes {
                report[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
            }
        }
        put(0x000, 5, bytes: 4)
        put(0x008, 0x30000 | (guest.allowsDebug ? 1 << 19 : 0), bytes: 8)
        put(0x030, UInt64(guest.privilegeLevel), bytes: 4)
        put(0x034, 1, bytes: 4)
        put(0x038, tcb, 8)
        put(0x040, 0x25, bytes: 8)
        put(0x050, guest.reportData, 64)
        put(0x090, guest.measurement, 48)
        put(0x0c0, guest.hostData, 32)
        put(0x140, Hash.sha256(guest.reportData), 32)
        put(0x160, [UInt8](repeating: 0xff, count: 32), 32)
        put(0x180, tcb, 8)
        put(
            0x188,
            line == .milan ? [0x19, 1, 1] : line == .genoa ? [0x19, 0x11, 1] : [0x1a, 2, 1], 3)
        put(0x1a0, chipID, 64)
        put(0x1e0, tcb, 8)
        put(0x1e8, [50, 55, 1, 0, 50, 55, 1], 7)
        put(0x1f0, tcb, 8)
        let signature = try chipKey.signECDSA(report[..<0x2a0])
        put(0x2a0, signature.prefix(48).reversed(), 48)
        put(0x2e8, signature.suffix(48).reversed(), 48)
        return report
    }

    /// A report with all the collateral that verifying it needs.
    package func bundle(
        _ guest: SimulatedGuest, at now: Instant
    ) throws(CryptographyFailure) -> EvidenceBundle {
        EvidenceBundle(
            .snp, try report(guest),
            collateral: SNPCollateral(
                endorsementKey: endorsementKey, signingKey: intermediate,
                revocationList: try revocationList(at: now)
            ).parts)
    }
}
