package import Attestation
import Bytes
package import Cryptography

/// A simulated TDX platform: keys and certificates from a seed, and quotes of version 4 with all the
/// collateral that verifying them needs.
///
/// Its evidence is in the genuine format and passes the genuine verifier, but only where a policy names
/// its root: the root's key is anybody's who knows the seed.
package struct SimulatedTDX: Sendable {
    /// The simulated root, DER. What a policy must name.
    package let root: [UInt8]

    private let keys: SeededKeys
    private let rootKey: SigningKey
    private let authorityKey: SigningKey
    private let platformKey: SigningKey
    private let signingKey: SigningKey
    private let attestationKey: SigningKey

    private static let rootName = CertificateTemplate.name("Simulated SGX Root CA")
    private static let authorityName = CertificateTemplate.name("Intel SGX PCK Platform CA")
    private static let fmspc: [UInt8] = [0x51, 0x4d, 0x55, 0x4c, 0x00, 0x00]

    /// A platform that the seed gives.
    package init(seed: [UInt8]) throws(CryptographyFailure) {
        keys = SeededKeys(seed: Array("martlet simulated TDX".utf8) + seed)
        rootKey = try keys.key("root", on: .p256)
        authorityKey = try keys.key("authority", on: .p256)
        platformKey = try keys.key("platform", on: .p256)
        signingKey = try keys.key("signing", on: .p256)
        attestationKey = try keys.key("attestation", on: .p256)
        root = try Self.certificate(
            1, Self.rootName, Self.rootName, rootKey, CertificateTemplate.authority, by: rootKey)
    }

    private static func certificate(
        _ serialNumber: Int, _ issuer: [UInt8], _ subject: [UInt8], _ key: SigningKey,
        _ extensions: [[UInt8]], by issuerKey: SigningKey
    ) throws(CryptographyFailure) -> [UInt8] {
        try Signer.ecdsa(
            CertificateTemplate(
                serialNumber: serialNumber, issuer: issuer, subject: subject,
                publicKey: key.publicKey, extensions: extensions
            ).signedPart(Signer.ecdsa256), issuerKey)
    }

    /// The platform's certificate and its issuers, as quotes carry them.
    private func chain() throws(CryptographyFailure) -> [UInt8] {
        let authority = try Self.certificate(
            2, Self.rootName, Self.authorityName, authorityKey, CertificateTemplate.authority,
            by: rootKey)
        let platform = try Self.certificate(
            3, Self.authorityName, CertificateTemplate.name("Intel SGX PCK Certificate"),
            platformKey, [platformExtension], by: authorityKey)
        return Array((PEM.encode(platform) + PEM.encode(authority) + PEM.encode(root)).utf8) + [0]
    }

    /// The SGX extension (Intel SGX PCK certificate profile, §1.3.5): every component at 1.
    private var platformExtension: [UInt8] {
        let arc = [1, 2, 840, 113741, 1, 13, 1]
        func member(_ numbers: [Int], _ value: [UInt8]) -> [UInt8] {
            DER.sequence(DER.oid(arc + numbers), value)
        }
        var components: [UInt8] = []
        for number in 1...16 { components += member([2, number], DER.integer(1)) }
        components += member([2, 17], DER.integer(1))
        components += member([2, 18], DER.octets([UInt8](repeating: 1, count: 16)))
        let members: [[UInt8]] = [
            member([1], DER.octets(keys.bytes("ppid", count: 16))),
            member([2], DER.element(0x30, components)), member([3], DER.octets([0, 0])),
            member([4], DER.octets(Self.fmspc)), member([5], [0x0a, 0x01, 0x00]),
        ]
        return CertificateTemplate.extensionField(
            arc, DER.element(0x30, members.flatMap(\.self)))
    }

    /// A signed quote of version 4.
    package func quote(_ guest: SimulatedGuest) throws(CryptographyFailure) -> [UInt8] {
        let vendor: [UInt8] = [
            0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f,
            0x06, 0x07,
        ]
        let header: [UInt8] = [4, 0, 2, 0, 0x81, 0, 0, 0, 0, 0, 0, 0] + vendor
        let signed = header + [UInt8](repeating: 0, count: 20) + body(guest)
        let point = Array(attestationKey.publicKey.suffix(64))
        let authentication = [UInt8](0..<32)
        let report = quotingEnclaveReport(Hash.sha256(point + authentication))
        let pem = try chain()
        var inner = report + (try platformKey.signECDSA(report))
        inner += Self.little(authentication.count, 2) + authentication
        inner += Self.little(5, 2) + Self.little(pem.count, 4) + pem
        var data = try attestationKey.signECDSA(signed)
        data += point + Self.little(6, 2) + Self.little(inner.count, 4) + inner
        return signed + Self.little(data.count, 4) + data
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A TD report 1.0.
    private func body(_ guest: SimulatedGuest) -> [UInt8] {
        var body = [UInt8](repeating: 0, count: 584)
        func put(_ offset: Int, _ bytes: [UInt8], _ size: Int) {
            for (index, byte) in bytes.prefix(size).enumerated() { body[offset + index] = byte }
        }
        put(0, [UInt8](repeating: 1, count: 1), 1)
        put(16, keys.bytes("module", count: 48), 48)
        put(120, [guest.allowsDebug ? 1 : 0, 0, 0, 0x10], 4)
        put(128, [0xe7, 0x02, 0x06], 3)
        put(136, guest.measurement, 48)
        put(184, guest.hostData, 48)
        put(520, guest.reportData, 64)
        return body
    }

    private var quotingEnclaveSigner: [UInt8] { keys.bytes("quoting enclave", count: 32) }

    private func quotingEnclaveReport(_ digest: [UInt8]) -> [UInt8] {
        var report = [UInt8](repeating: 0, count: 384)
        report[48] = 0x15
        report.replaceSubrange(128..<160, with: quotingEnclaveSigner)
        report[256] = 2
        report[258] = 1
        report.replaceSubrange(320..<352, with: digest)
        return report
    }

    /// A quote with all the collateral that verifying it needs, in force around `now`.
    package func bundle(
        _ guest: SimulatedGuest, at now: Instant
    ) throws(CryptographyFailure) -> EvidenceBundle {
        let day: Int64 = 86_400
        let from = Instant(secondsSince1970: now.secondsSince1970 - day)
        let until = Instant(secondsSince1970: now.secondsSince1970 + 30 * day)
        let info = Array(tcbInfo(from, until).compact.utf8)
        let identity = Array(quotingEnclaveIdentity(from, until).compact.utf8)
        let signer = try Self.certificate(
            4, Self.rootName, CertificateTemplate.name("Intel SGX TCB Signing"), signingKey, [],
            by: rootKey)
        let issuers = Array((PEM.encode(signer) + PEM.encode(root)).utf8)
        return EvidenceBundle(
            .tdx, try quote(guest),
            collateral: [
                "root-crl": try list(Self.rootName, rootKey, from, until),
                "pck-crl": try list(Self.authorityName, authorityKey, from, until),
                "tcb-info": info, "tcb-info-signature": try signingKey.signECDSA(info),
                "tcb-info-chain": issuers, "qe-identity": identity,
                "qe-identity-signature": try signingKey.signECDSA(identity),
                "qe-identity-chain": issuers,
            ])
    }

    private func list(
        _ issuer: [UInt8], _ key: SigningKey, _ from: Instant, _ until: Instant
    ) throws(CryptographyFailure) -> [UInt8] {
        try Signer.ecdsa(
            DER.sequence(
                DER.integer(1), Signer.ecdsa256, issuer, DER.time(from), DER.time(until)), key)
    }

    private func tcbInfo(_ from: Instant, _ until: Instant) -> JSONText {
        let zero48 = String(repeating: "0", count: 96)
        func components(_ values: [Int]) -> JSONText {
            .array(values.map { .object([("svn", .integer($0))]) })
        }
        let tcb: [(String, JSONText)] = [
            ("sgxtcbcomponents", components(Array(repeating: 1, count: 16))),
            ("pcesvn", .integer(1)),
            ("tdxtcbcomponents", components([1] + Array(repeating: 0, count: 15))),
        ]
        let level: JSONText = .object([
            ("tcb", .object(tcb)), ("tcbDate", .string(from.description)),
            ("tcbStatus", .string("UpToDate")),
        ])
        return .object([
            ("id", .string("TDX")), ("version", .integer(3)),
            ("issueDate", .string(from.description)), ("nextUpdate", .string(until.description)),
            ("fmspc", .string(Self.fmspc.hexadecimal)), ("pceId", .string("0000")),
            ("tcbType", .integer(0)), ("tcbEvaluationDataNumber", .integer(1)),
            (
                "tdxModule",
                .object([
                    ("mrsigner", .string(zero48)), ("attributes", .string("0000000000000000")),
                    ("attributesMask", .string("ffffffffffffffff")),
                ])
            ), ("tcbLevels", .array([level])),
        ])
    }

    private func quotingEnclaveIdentity(_ from: Instant, _ until: Instant) -> JSONText {
        let level: JSONText = .object([
            ("tcb", .object([("isvsvn", .integer(1))])), ("tcbDate", .string(from.description)),
            ("tcbStatus", .string("UpToDate")),
        ])
        return .object([
            ("id", .string("TD_QE")), ("version", .integer(2)),
            ("issueDate", .string(from.description)), ("nextUpdate", .string(until.description)),
            ("tcbEvaluationDataNumber", .integer(1)), ("miscselect", .string("00000000")),
            ("miscselectMask", .string("ffffffff")),
            ("attributes", .string("15" + String(repeating: "0", count: 30))),
            ("attributesMask", .string(String(repeating: "f", count: 32))),
            ("mrsigner", .string(quotingEnclaveSigner.hexadecimal)), ("isvprodid", .integer(2)),
            ("tcbLevels", .array([level])),
        ])
    }
}
