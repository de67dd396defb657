import Bytes

/// What follows a quote's body: the signature, the key that made it, and the quoting enclave's report
/// that vouches for the key.
package struct DCAPSignatureData: Equatable, Sendable {
    /// r || s over header and body.
    let quoteSignature: ArraySlice<UInt8>
    /// x || y of the attestation key on P-256.
    let attestationKey: ArraySlice<UInt8>
    let qeReport: SGXReportBody
    /// r || s over the quoting enclave's report.
    let qeReportSignature: ArraySlice<UInt8>
    let authenticationData: ArraySlice<UInt8>
    /// Certification data of type 5: the PCK certificate chain in PEM.
    let certificateChain: ArraySlice<UInt8>
    /// Offset of the quoting enclave's report in the quote.
    let qeReportOffset: Int

    /// Reads exactly the signature data.
    init(
        _ bytes: ArraySlice<UInt8>, at start: Int, version: UInt16
    ) throws(MalformedBytes) {
        do {
            var reader = ByteReader(bytes)
            quoteSignature = try reader.bytes(64, "quote signature")
            attestationKey = try reader.bytes(64, "attestation key")
            if version >= 4 { try Self.openCertification(&reader) }
            qeReportOffset = start + reader.offset
            qeReport = SGXReportBody(try reader.bytes(SGXReportBody.size, "QE report"))
            qeReportSignature = try reader.bytes(64, "QE report signature")
            let count: UInt16 = try reader.integer("QE authentication data length")
            authenticationData = try reader.bytes(Int(count), "QE authentication data")
            certificateChain = try Self.chain(&reader)
            try reader.expectEnd("signature data")
        } catch {
            throw MalformedBytes(
                field: error.field, offset: start + error.offset, problem: error.problem)
        }
    }

    /// From version 4 on, everything about the quoting enclave is certification data of type 6.
    private static func openCertification(_ reader: inout ByteReader) throws(MalformedBytes) {
        let start = reader.offset
        let type: UInt16 = try reader.integer("certification data type")
        let count: UInt32 = try reader.integer("certification data length")
        guard type == 6, Int(count) == reader.remaining else {
            throw MalformedBytes(
                field: "certification data", offset: start,
                problem: "type \(type) of \(count) bytes; type 6 of \(reader.remaining) is needed")
        }
    }

    private static func chain(_ reader: inout ByteReader) throws(MalformedBytes) -> ArraySlice<
        UInt8
    > {
        let start = reader.offset
        let type: UInt16 = try reader.integer("certification data type")
        let count: UInt32 = try reader.integer("certification data length")
        guard type == 5 else {
            throw MalformedBytes(
                field: "certification data type", offset: start,
                problem: "is \(type); 5, the PCK certificate chain, is needed to verify offline")
        }
        guard Int(count) <= reader.remaining else {
            throw MalformedBytes(
                field: "certification data length", offset: start + 2,
                problem: "is \(count), \(reader.remaining) bytes remain")
        }
        return try reader.bytes(Int(count), "PCK certificate chain")
    }
}
