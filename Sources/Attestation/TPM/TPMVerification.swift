import Bytes
package import Cryptography

/// What a verifier needs besides a TPM quote, as received from the attester; none of it is believed
/// before the quote vouches for it.
package struct TPMCollateral: Sendable {
    /// TPMT_SIGNATURE over the quote.
    package var signature: [UInt8]
    /// The attestation key, SubjectPublicKeyInfo in DER. A policy says which keys it accepts.
    package var attestationKey: [UInt8]
    /// PCR values by bank and index; with them, policies can name registers.
    package var registers: [HashAlgorithm: [UInt8: [UInt8]]]
    /// A firmware event log, when there is one.
    package var eventLog: [UInt8]?

    package init(
        signature: [UInt8], attestationKey: [UInt8],
        registers: [HashAlgorithm: [UInt8: [UInt8]]] = [:], eventLog: [UInt8]? = nil
    ) {
        self.signature = signature
        self.attestationKey = attestationKey
        self.registers = registers
        self.eventLog = eventLog
    }
}

extension TPMCollateral {
    /// Takes the parts of a bundle: `signature` (TPMT_SIGNATURE), `ak` (PEM or DER), `event-log`, and
    /// register values `pcrs-sha256` and so on, each byte string holding index and value in turn.
    init(parts: [String: [UInt8]]) throws(EvidenceRejection) {
        let place = "TPM collateral"
        let banks: [(String, HashAlgorithm)] = [
            ("pcrs-sha256", .sha256), ("pcrs-sha384", .sha384), ("pcrs-sha512", .sha512),
        ]
        try EvidenceBundle.checkNames(
            parts, known: Set(["signature", "ak", "event-log"] + banks.map(\.0)), place)
        let key = try EvidenceBundle.part("ak", of: parts, place)
        attestationKey = try decoding("attestation key") { () throws(MalformedBytes) in
            guard key.first != 0x30 else { return key }
            return try PEM.decode(key[...], label: "PUBLIC KEY").first ?? []
        }
        signature = try EvidenceBundle.part("signature", of: parts, place)
        eventLog = parts["event-log"]
        registers = [:]
        for (name, hash) in banks {
            guard let bytes = parts[name] else { continue }
            registers[hash] = try decoding(name) { () throws(MalformedBytes) in
                try Self.registers(bytes, hash, name)
            }
        }
    }

    private static func registers(
        _ bytes: [UInt8], _ hash: HashAlgorithm, _ field: String
    ) throws(MalformedBytes) -> [UInt8: [UInt8]] {
        var reader = ByteReader(bytes)
        var values: [UInt8: [UInt8]] = [:]
        while !reader.isAtEnd {
            let index: UInt8 = try reader.integer("\(field) index")
            let value = Array(try reader.bytes(hash.byteCount, "\(field) value"))
            guard index < 32, values.updateValue(value, forKey: index) == nil else {
                throw MalformedBytes(
                    field: field, offset: reader.offset, problem: "register \(index) again")
            }
        }
        return values
    }
}

extension TPMQuote {
    /// Verifies a quote: a pure function of its arguments.
    ///
    /// - Throws: ``EvidenceRejection`` for whatever no policy can accept.
    package static func verify(
        _ evidence: ArraySlice<UInt8>, collateral: TPMCollateral, now: Instant
    ) throws(EvidenceRejection) -> VerifiedTPMQuote {
        let quote = try TPMQuote(decoding: evidence)
        var steps = [VerificationStep("structure", "TPMS_ATTEST of a quote, made by a TPM")]
        let key = try decoding("attestation key") { () throws(MalformedBytes) in
            try PublicKey(decoding: collateral.attestationKey[...])
        }
        let signature = try decoding("TPMT_SIGNATURE") { () throws(MalformedBytes) in
            try TPMSignature(decoding: collateral.signature[...])
        }
        guard signature.isSigned(quote.bytes, by: key) else {
            throw EvidenceRejection(
                .signature, "is not signed by the attestation key", in: "TPM 2.0 quote")
        }
        steps.append(VerificationStep("quote signature", signature.name))
        let registers = try quote.vouchedRegisters(collateral, &steps)
        try quote.checkEventLog(collateral.eventLog, registers, &steps)
        return VerifiedTPMQuote(
            quote: quote, attestationKey: key, registers: registers, steps: steps, instant: now,
            TPMSeal())
    }

    /// The given PCR values, when their digest is the quote's.
    private func vouchedRegisters(
        _ collateral: TPMCollateral, _ steps: inout [VerificationStep]
    ) throws(EvidenceRejection) -> [HashAlgorithm: [UInt8: [UInt8]]] {
        guard !collateral.registers.isEmpty else {
            steps.append(VerificationStep("PCR values", skippedBecause: "none were given"))
            return [:]
        }
        var values: [UInt8] = []
        var vouched: [HashAlgorithm: [UInt8: [UInt8]]] = [:]
        for selection in selections {
            for index in selection.registers {
                guard let value = collateral.registers[selection.hash]?[index],
                    value.count == selection.hash.byteCount
                else {
                    throw EvidenceRejection(
                        .missingCollateral,
                        "no value of \(selection.hash) PCR \(index), which the quote covers",
                        in: "PCR values")
                }
                values += value
                vouched[selection.hash, default: [:]][index] = value
            }
        }
        guard let hash = digestAlgorithm, Hash.digest(values, hash) == registerDigest else {
            throw EvidenceRejection(
                .binding, "their digest is not the quote's pcrDigest", in: "PCR values")
        }
        steps.append(VerificationStep("PCR values", "\(hash) of \(values.count) bytes"))
        return vouched
    }

    /// The hash of pcrDigest is the signing scheme's; its size tells which.
    private var digestAlgorithm: HashAlgorithm? {
        [.sha256, .sha384, .sha512].first { $0.byteCount == registerDigest.count }
    }

    private func checkEventLog(
        _ log: [UInt8]?, _ registers: [HashAlgorithm: [UInt8: [UInt8]]],
        _ steps: inout [VerificationStep]
    ) throws(EvidenceRejection) {
        guard let log else {
            steps.append(VerificationStep("event log", skippedBecause: "none was given"))
            return
        }
        let events = try decoding("event log") { () throws(MalformedBytes) in
            try TPMEventLog(decoding: log[...])
        }
        guard !registers.isEmpty else {
            throw EvidenceRejection(
                .missingCollateral, "can not be checked without PCR values", in: "event log",
                remedy: "give the PCR values too")
        }
        for (hash, vouched) in registers {
            for (index, value) in events.replay(hash) {
                guard let wanted = vouched[index] else { continue }
                guard wanted == value else {
                    throw EvidenceRejection(
                        .binding, "replaying it does not give \(hash) PCR \(index)",
                        in: "event log")
                }
            }
        }
        steps.append(VerificationStep("event log", "\(events.events.count) events replayed"))
    }
}

/// Lets only this file make a ``VerifiedTPMQuote``.
struct TPMSeal { fileprivate init() {} }
