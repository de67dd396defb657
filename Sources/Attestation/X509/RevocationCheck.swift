import Bytes
import Cryptography

/// A revocation list that was verified: its issuer signed it and it is in force.
///
/// Only ``verify(_:issuedBy:at:rules:)`` makes one.
package struct VerifiedRevocationList: Sendable {
    package let list: CertificateRevocationList

    private init(_ list: CertificateRevocationList) { self.list = list }

    /// Verifies a list against its issuer's certificate, which must itself have been verified.
    package static func verify(
        _ list: CertificateRevocationList, issuedBy issuer: Certificate, at now: Instant,
        rules: ChainRules
    ) throws(EvidenceRejection) -> VerifiedRevocationList {
        let place = "revocation list of \(list.issuer)"
        guard list.issuer == issuer.subject else {
            throw EvidenceRejection(
                .chain, "is not issued by \(issuer.subject)", in: place,
                remedy: "give the revocation list of \(issuer.subject)")
        }
        if let wanted = list.authorityKey, let found = issuer.constraints.subjectKey,
            wanted != found
        {
            throw EvidenceRejection(
                .chain, "names another key than \(issuer.subject) has", in: place)
        }
        guard issuer.constraints.maySignLists else {
            throw EvidenceRejection(
                .chain, "\(issuer.subject) may not sign revocation lists (keyUsage)", in: place)
        }
        try rules.verify(
            list.signature, over: list.signedBytes, list.signatureAlgorithm, by: issuer, place)
        guard list.thisUpdate <= now else {
            throw EvidenceRejection(
                .notYetValid, "in force from \(list.thisUpdate); it is \(now)", in: place)
        }
        guard now <= list.nextUpdate else {
            throw EvidenceRejection(
                .expired, "in force until \(list.nextUpdate); it is \(now)", in: place,
                remedy: "fetch the current list")
        }
        return VerifiedRevocationList(list)
    }

    /// Requires that a certificate of this list's issuer is not on it.
    package func require(notRevoked certificate: Certificate) throws(EvidenceRejection) {
        guard certificate.issuer == list.issuer else {
            throw EvidenceRejection(
                .chain, "the list is of \(list.issuer), the certificate of \(certificate.issuer)",
                in: "certificate \(certificate.subject)")
        }
        guard !list.revokedSerialNumbers.contains(certificate.serialNumber) else {
            throw EvidenceRejection(
                .revoked, "serial number \(certificate.serialNumber.hexadecimal) is revoked",
                in: "certificate \(certificate.subject)")
        }
    }
}
