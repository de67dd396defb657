import Bytes

/// An SGX or TDX quote (Intel SGX ECDSA QuoteLib reference and TDX DCAP quoting library, versions 3, 4
/// and 5), decoded and not believed.
package struct DCAPQuote: Equatable, Sendable {
    /// What the quote is about.
    package enum Body: Equatable, Sendable {
        case sgx(SGXReportBody)
        case tdx(TDReport)
    }

    /// Largest quote that is read, in bytes.
    package static let maximumBytes = 64 * 1024

    static let headerSize = 48
    private static let intelQEVendor = "939a7233f79c4ca9940a0db3957f0607"

    /// The quote, as received, with any padding.
    package let bytes: [UInt8]
    package let version: UInt16
    package let body: Body
    /// Offset of the body.
    let bodyOffset: Int
    /// Header and body: what the attestation key signs.
    let signedBytes: ArraySlice<UInt8>
    package let signatureData: DCAPSignatureData
    /// Zero bytes after the quote.
    package let paddingBytes: Int

    /// SGX or TDX, by the body.
    package var format: EvidenceFormat {
        switch body {
        case .sgx: .sgx
        case .tdx: .tdx
        }
    }

    static let place = "quote"

    /// Decodes a quote.
    ///
    /// - Throws: ``EvidenceRejection`` for other versions, key types, vendors and bodies by name; for
    ///   lengths that do not add up; for anything but zeros after the quote.
    package init(decoding received: ArraySlice<UInt8>) throws(EvidenceRejection) {
        guard received.count <= Self.maximumBytes else {
            throw EvidenceRejection(
                .malformed, "\(received.count) bytes; at most \(Self.maximumBytes) are read",
                in: Self.place)
        }
        let bytes = Array(received)
        self.bytes = bytes
        var reader = ByteReader(bytes)
        let header = try Self.read { () throws(MalformedBytes) in try DCAPHeader(&reader) }
        try header.check(vendor: Self.intelQEVendor)
        version = header.version
        (body, bodyOffset) = try Self.body(header, &reader)
        signedBytes = bytes[..<reader.offset]
        let signatureStart = reader.offset + 4
        let signature = try Self.read { () throws(MalformedBytes) in
            let count: UInt32 = try reader.integer("signature data length")
            guard count <= UInt32(Self.maximumBytes) else {
                throw MalformedBytes(
                    field: "signature data length", offset: reader.offset - 4,
                    problem: "is \(count)")
            }
            return try reader.bytes(Int(count), "signature data")
        }
        let version = header.version
        signatureData = try Self.read { () throws(MalformedBytes) in
            try DCAPSignatureData(signature, at: signatureStart, version: version)
        }
        let padding = bytes[reader.offset...]
        paddingBytes = padding.count
        guard padding.allSatisfy({ $0 == 0 }) else {
            throw EvidenceRejection(
                .malformed, "bytes that are not zero follow the quote at offset \(reader.offset)",
                in: Self.place, remedy: "give the quote alone")
        }
    }

    private static func read<Value>(
        _ body: () throws(MalformedBytes) -> Value
    ) throws(EvidenceRejection) -> Value {
        try decoding(place, body)
    }

    private static func body(
        _ header: DCAPHeader, _ reader: inout ByteReader
    ) throws(EvidenceRejection) -> (Body, Int) {
        let isTDX = header.teeType == 0x81
        guard header.version == 5 else {
            let size = isTDX ? TDReport.size10 : SGXReportBody.size
            let start = reader.offset
            let bytes = try take(size, &reader)
            return (isTDX ? .tdx(TDReport(bytes)) : .sgx(SGXReportBody(bytes)), start)
        }
        let (type, size) = try descriptor(&reader)
        let start = reader.offset
        switch (type, size, isTDX) {
        case (1, SGXReportBody.size, false):
            return (.sgx(SGXReportBody(try take(size, &reader))), start)
        case (2, TDReport.size10, true), (3, TDReport.size15, true):
            return (.tdx(TDReport(try take(size, &reader))), start)
        case (1...3, _, _):
            throw EvidenceRejection(
                .malformed,
                "body type \(type) at offset 48 with \(size) bytes and TEE type "
                    + "\(header.teeType)", in: place)
        default:
            throw EvidenceRejection(
                .unsupported,
                "body type \(type)\(type == 4 ? " (TD 1.5 extended)" : "") at offset 48; 1 (SGX), "
                    + "2 (TD 1.0) and 3 (TD 1.5) are known", in: place)
        }
    }

    private static func descriptor(
        _ reader: inout ByteReader
    ) throws(EvidenceRejection) -> (type: UInt16, size: Int) {
        var copy = reader
        let result = try read { () throws(MalformedBytes) in
            let type: UInt16 = try copy.integer("body type")
            let size: UInt32 = try copy.integer("body size")
            return (type, Int(size))
        }
        reader = copy
        return result
    }

    private static func take(
        _ count: Int, _ reader: inout ByteReader
    ) throws(EvidenceRejection) -> ArraySlice<UInt8> {
        var copy = reader
        let bytes = try read { () throws(MalformedBytes) in try copy.bytes(count, "report body") }
        reader = copy
        return bytes
    }
}
