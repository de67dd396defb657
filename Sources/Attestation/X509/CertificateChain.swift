import Bytes
import Cryptography

/// A chain of certificates that was verified from a trusted root to its leaf at one moment.
///
/// Only ``verify(leaf:intermediates:root:at:rules:)`` makes one.
package struct CertificateChain: Sendable {
    /// The certificate whose key signs evidence or collateral.
    package let leaf: Certificate
    /// Issuers from the leaf's own up to, but without, the root.
    package let intermediates: [Certificate]
    /// The trusted root.
    package let root: Certificate
    /// The rules that the chain was verified under.
    let rules: ChainRules
    /// The moment at which every certificate was valid.
    package let instant: Instant

    /// The certificate that issued the leaf.
    var issuer: Certificate { intermediates.first ?? root }

    /// Every certificate, leaf first, and the root last.
    var all: [Certificate] { [leaf] + intermediates + [root] }

    /// Verifies a chain in the order given: leaf, its issuer, that one's issuer, … root
    /// (RFC 5280 §6.1 without policies and name constraints, which no TEE vendor uses).
    ///
    /// - Parameter root: a certificate that is trusted by its own bytes; its signature is not
    ///   looked at, its validity is.
    /// - Throws: the first thing that is wrong, from the root down.
    package static func verify(
        leaf: Certificate, intermediates: [Certificate], root: Certificate, at now: Instant,
        rules: ChainRules
    ) throws(EvidenceRejection) -> CertificateChain {
        try checkValidity(root, at: now)
        var issuer = root
        var below = intermediates.count
        for certificate in ([leaf] + intermediates).reversed() {
            try checkAuthority(issuer, authoritiesBelow: below - 1)
            try check(certificate, issuedBy: issuer, at: now, rules: rules)
            issuer = certificate
            below -= 1
        }
        return CertificateChain(
            leaf: leaf, intermediates: intermediates, root: root, rules: rules, instant: now)
    }

    private static func check(
        _ certificate: Certificate, issuedBy issuer: Certificate, at now: Instant,
        rules: ChainRules
    ) throws(EvidenceRejection) {
        let place = "certificate \(certificate.subject)"
        guard certificate.issuer == issuer.subject else {
            throw EvidenceRejection(
                .chain, "issued by \(certificate.issuer), not by \(issuer.subject)", in: place,
                remedy: "give the intermediate certificate that issued it")
        }
        if let wanted = certificate.constraints.authorityKey,
            let found = issuer.constraints.subjectKey, wanted != found
        {
            throw EvidenceRejection(
                .chain, "names another key of its issuer than \(issuer.subject) has", in: place)
        }
        try rules.verify(
            certificate.signature, over: certificate.signedBytes,
            certificate.signatureAlgorithm, by: issuer, place)
        try checkValidity(certificate, at: now)
    }

    private static func checkValidity(
        _ certificate: Certificate, at now: Instant
    ) throws(EvidenceRejection) {
        let place = "certificate \(certificate.subject)"
        guard certificate.notBefore <= now else {
            throw EvidenceRejection(
                .notYetValid, "valid from \(certificate.notBefore); it is \(now)", in: place)
        }
        guard now <= certificate.notAfter else {
            throw EvidenceRejection(
                .expired, "valid until \(certificate.notAfter); it is \(now)", in: place)
        }
    }

    private static func checkAuthority(
        _ certificate: Certificate, authoritiesBelow: Int
    ) throws(EvidenceRejection) {
        let constraints = certificate.constraints
        let place = "certificate \(certificate.subject)"
        guard constraints.isAuthority, constraints.maySignCertificates else {
            throw EvidenceRejection(
                .chain, "may not issue certificates (basicConstraints, keyUsage)", in: place)
        }
        if let length = constraints.pathLength, authoritiesBelow > length {
            throw EvidenceRejection(
                .chain, "allows \(length) authorities below it, has \(authoritiesBelow)", in: place)
        }
    }
}

extension ChainRules {
    /// Verifies a signature that `issuer` made over a certificate or list.
    func verify(
        _ signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>,
        _ algorithm: SignatureAlgorithm, by issuer: Certificate, _ place: String
    ) throws(EvidenceRejection) {
        guard algorithms.contains(algorithm) else {
            let allowed = algorithms.map(\.description).joined(separator: " or ")
            throw EvidenceRejection(
                .signature, "signed with \(algorithm); this vendor uses \(allowed)", in: place)
        }
        if case .rsa(let bits) = issuer.publicKey.kind, bits < minimumRSABits {
            throw EvidenceRejection(
                .chain, "RSA key of \(bits) bits; at least \(minimumRSABits) are needed",
                in: "certificate \(issuer.subject)")
        }
        guard issuer.publicKey.verifies(signature, over: message, algorithm) else {
            throw EvidenceRejection(
                .signature, "signature is not by the key of \(issuer.subject)", in: place)
        }
    }
}
