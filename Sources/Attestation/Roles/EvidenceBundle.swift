import Bytes

/// Evidence with the collateral that travels with it, so that verifying it needs no network.
///
/// On the wire it is one CBOR map in core deterministic encoding, which
/// `Documentation/Formats/EvidenceBundle.md` describes.
package struct EvidenceBundle: Equatable, Sendable {
    /// Most bytes of an encoded bundle.
    package static let maximumBytes = 1 << 20

    package var format: EvidenceFormat
    /// The evidence, as its maker gave it.
    package var evidence: [UInt8]
    /// Named parts, each as its maker gave it; the names are the format's.
    package var collateral: [String: [UInt8]]

    package init(
        _ format: EvidenceFormat, _ evidence: [UInt8], collateral: [String: [UInt8]] = [:]
    ) {
        self.format = format
        self.evidence = evidence
        self.collateral = collateral
    }

    /// Decodes a bundle.
    package init(decoding bytes: ArraySlice<UInt8>) throws(EvidenceRejection) {
        let place = "evidence bundle"
        let value = try decoding(place) { () throws(MalformedBytes) in
            var rules = CBORRules.deterministic
            rules.maximumBytes = Self.maximumBytes
            return try CBORReader.decode(bytes, rules: rules, place)
        }
        guard case .map(let members) = value, members.count == 3,
            case .text(let name)? = value["format"], case .bytes(let evidence)? = value["evidence"],
            case .map(let parts)? = value["collateral"]
        else {
            throw EvidenceRejection(
                .malformed, "is no map of format, evidence and collateral", in: place)
        }
        guard let format = EvidenceFormat(rawValue: name) else {
            throw EvidenceRejection(.unsupported, "unknown format of evidence", in: place)
        }
        var collateral: [String: [UInt8]] = [:]
        for part in parts {
            guard case .text(let key) = part.key, case .bytes(let bytes) = part.value else {
                throw EvidenceRejection(.malformed, "collateral is no map of bytes", in: place)
            }
            collateral[key] = Array(bytes)
        }
        self.init(format, Array(evidence), collateral: collateral)
    }

    /// The bundle in core deterministic encoding.
    package var encoded: [UInt8] {
        CBORValue.map([
            CBOREntry(.text("format"), .text(format.rawValue)),
            CBOREntry(.text("evidence"), .bytes(evidence[...])),
            CBOREntry(
                .text("collateral"),
                .map(collateral.map { CBOREntry(.text($0.key), .bytes($0.value[...])) })),
        ]).deterministicEncoding
    }

    /// Verifies the evidence: a pure function of the bundle, the roots and the time.
    package func verify(
        roots: TrustRoots, now: Instant
    ) throws(EvidenceRejection) -> any VerifiedEvidence {
        switch format {
        case .snp:
            return try SNPReport.verify(
                evidence[...], collateral: SNPCollateral(parts: collateral), roots: roots, now: now)
        case .sgx, .tdx:
            let verified = try DCAPQuote.verify(
                evidence[...], collateral: DCAPCollateral(parts: collateral), roots: roots, now: now
            )
            guard verified.format == format else {
                throw EvidenceRejection(
                    .mismatch, "is a \(verified.format.title), not a \(format.title)", in: "quote")
            }
            return verified
        case .nitro:
            try Self.checkNames(collateral, known: [], format.title)
            return try NitroDocument.verify(evidence[...], roots: roots, now: now)
        case .tpm:
            return try TPMQuote.verify(
                evidence[...], collateral: TPMCollateral(parts: collateral), now: now)
        case .cca:
            try Self.checkNames(collateral, known: [], format.title)
            return try CCAToken.verify(evidence[...], roots: roots, now: now)
        }
    }

    /// Requires that no part has a name that the format does not know.
    static func checkNames(
        _ parts: [String: [UInt8]], known: Set<String>, _ place: String
    ) throws(EvidenceRejection) {
        guard let unknown = parts.keys.filter({ !known.contains($0) }).min() else { return }
        throw EvidenceRejection(
            .malformed, "unknown part of collateral \(unknown.debugDescription)", in: place)
    }

    /// A part that the format needs.
    static func part(
        _ name: String, of parts: [String: [UInt8]], _ place: String, remedy: String = ""
    ) throws(EvidenceRejection) -> [UInt8] {
        guard let bytes = parts[name] else {
            throw EvidenceRejection(
                .missingCollateral, "collateral has no \(name)", in: place, remedy: remedy)
        }
        return bytes
    }
}

extension EvidenceBundle {
    /// Every field of the evidence with its name and offset. Nothing about them is verified.
    package func fields() throws(EvidenceRejection) -> [EvidenceField] {
        switch format {
        case .snp: return try SNPReport(decoding: evidence[...]).fields
        case .sgx, .tdx: return try DCAPQuote(decoding: evidence[...]).fields
        case .nitro: return try NitroDocument(decoding: evidence[...]).fields
        case .tpm: return try TPMQuote(decoding: evidence[...]).fields
        case .cca: return try CCAToken(decoding: evidence[...]).fields
        }
    }
}
