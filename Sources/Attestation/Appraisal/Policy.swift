import Cryptography

/// What a relying party accepts: for each format of evidence, an expectation for each claim.
///
/// An empty policy refuses everything. A format without a section is refused.
package struct Policy: Equatable, Sendable {
    /// A name for results, such as a file name or a digest of the policy.
    package var identifier: String
    /// Expectations by format and claim name.
    package private(set) var sections: [EvidenceFormat: [String: Expectation]] = [:]

    /// SHA-256 of the file that the policy was read from; `nil` of a policy made by a program.
    package private(set) var sourceDigest: [UInt8]?

    /// Notes which file the policy was read from, so that results can name it beyond doubt.
    package mutating func identify(source: some Sequence<UInt8>) {
        sourceDigest = Hash.sha256(source)
    }

    /// Where each expectation is written, such as `policy.toml:12`, by format and claim name; nothing of
    /// a policy made by a program.
    private(set) var places: [EvidenceFormat: [String: String]] = [:]

    package init(identifier: String) { self.identifier = identifier }

    /// Notes where the expectation for a claim is written, for those whom it refuses.
    package mutating func note(place: String, of claim: String, in format: EvidenceFormat) {
        places[format, default: [:]][claim] = place
    }

    /// Accepts a format, so far with the default expectations only.
    package mutating func accept(_ format: EvidenceFormat) {
        sections[format, default: [:]].merge([:]) { old, _ in old }
    }

    /// Sets the expectation for a claim.
    ///
    /// - Throws: ``InvalidPolicy`` when the format has no such claim or the claim's kind can not
    ///   meet such an expectation.
    package mutating func expect(
        _ format: EvidenceFormat, _ claim: String, _ expectation: Expectation
    ) throws(InvalidPolicy) {
        guard let definition = format.claimTable.first(where: { $0.name == claim }) else {
            throw .unknownClaim(format: format, claim: claim)
        }
        guard expectation.suits(definition.kind) else {
            throw .unsuitable(format: format, claim: claim, kind: definition.kind)
        }
        sections[format, default: [:]][claim] = expectation
    }

    /// Expects a workload of all formats that the policy accepts, in place of what it said before.
    ///
    /// An owner expects ``WorkloadIdentity/empty`` before the workload is sent, and its digest after.
    package mutating func expectWorkload(_ identity: WorkloadIdentity) {
        for format in sections.keys {
            sections[format]?[EvidenceFormat.workloadIdentity.name] = .oneOf([.workload(identity)])
            places[format]?[EvidenceFormat.workloadIdentity.name] = nil
        }
    }

    /// Expects the nonce of a challenge where the format has a place for one.
    ///
    /// Formats with 64 bytes of report data hold a shorter nonce first, and zeros after it.
    package mutating func expectNonce(
        _ nonce: [UInt8], in format: EvidenceFormat
    ) throws(InvalidPolicy) {
        switch format {
        case .snp, .sgx, .tdx, .cca:
            let padding = [UInt8](repeating: 0, count: max(0, 64 - nonce.count))
            try expect(format, "report-data", .oneOf([.bytes(nonce + padding)]))
        case .nitro, .tpm: try expect(format, "nonce", .oneOf([.bytes(nonce)]))
        }
    }
}
