import Bytes
package import Cryptography

/// A TPM 2.0 quote (TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE), decoded and not believed.
///
/// Source: TCG TPM 2.0 Library, Part 2 (Structures), revision 1.59, §10.12.
package struct TPMQuote: Sendable {
    /// Most bytes of a quote.
    package static let maximumBytes = 4096

    /// The PCRs of one bank that the digest covers.
    package struct Selection: Equatable, Sendable {
        package let hash: HashAlgorithm
        /// Indices in ascending order.
        package let registers: [UInt8]
    }

    /// The quote as received: what the signature covers.
    package let bytes: [UInt8]
    package let qualifiedSigner: [UInt8]
    /// The qualifying data that the caller gave: a nonce.
    package let extraData: [UInt8]
    package let clockMilliseconds: UInt64
    package let resetCount: UInt32
    package let restartCount: UInt32
    /// Whether the clock never went back.
    package let isClockSafe: Bool
    package let firmwareVersion: UInt64
    package let selections: [Selection]
    package let registerDigest: [UInt8]

    /// Decodes a quote.
    package init(decoding bytes: ArraySlice<UInt8>) throws(EvidenceRejection) {
        do throws(MalformedBytes) {
            try self.init(strictly: bytes)
        } catch {
            throw EvidenceRejection(error, in: EvidenceFormat.tpm.title)
        }
    }

    private init(strictly bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        self.bytes = Array(bytes)
        guard bytes.count <= Self.maximumBytes else {
            throw MalformedBytes(
                field: "TPMS_ATTEST", offset: 0,
                problem: "\(bytes.count) bytes; at most \(Self.maximumBytes)")
        }
        var reader = ByteReader(bytes)
        try reader.expect(UInt32(0xFF54_4347), "magic (TPM_GENERATED_VALUE)")
        try reader.expect(UInt16(0x8018), "type (TPM_ST_ATTEST_QUOTE)")
        qualifiedSigner = try reader.sized("qualifiedSigner")
        extraData = try reader.sized("extraData")
        clockMilliseconds = try reader.bigEndianInteger("clock")
        resetCount = try reader.bigEndianInteger("resetCount")
        restartCount = try reader.bigEndianInteger("restartCount")
        let safe: UInt8 = try reader.bigEndianInteger("safe")
        guard safe <= 1 else {
            throw MalformedBytes(
                field: "safe", offset: reader.offset - 1, problem: "is not 0 or 1")
        }
        isClockSafe = safe == 1
        firmwareVersion = try reader.bigEndianInteger("firmwareVersion")
        selections = try Self.selections(&reader)
        registerDigest = try reader.sized("pcrDigest")
        try reader.expectEnd("TPMS_ATTEST")
    }

    private static func selections(
        _ reader: inout ByteReader
    ) throws(MalformedBytes) -> [Selection] {
        let count: UInt32 = try reader.bigEndianInteger("pcrSelect count")
        guard 1...3 ~= count else {
            throw MalformedBytes(
                field: "pcrSelect count", offset: reader.offset - 4,
                problem: "\(count) banks; 1 to 3 are read")
        }
        var list: [Selection] = []
        for _ in 0..<count {
            let hash = try reader.hash("pcrSelect hash")
            let size: UInt8 = try reader.bigEndianInteger("sizeofSelect")
            guard 1...4 ~= size, !list.contains(where: { $0.hash == hash }) else {
                throw MalformedBytes(
                    field: "pcrSelect", offset: reader.offset - 1,
                    problem: "a bank twice, or a bitmap of \(size) bytes")
            }
            let bitmap = Array(try reader.bytes(Int(size), "pcrSelect"))
            let registers = (0..<UInt8(size * 8)).filter { index in
                bitmap[Int(index / 8)] & 1 << (index % 8) != 0
            }
            list.append(Selection(hash: hash, registers: registers))
        }
        return list
    }

    /// Every field with its offset. Nothing here is verified.
    package var fields: [EvidenceField] {
        let nonceOffset = 8 + qualifiedSigner.count
        let clockOffset = nonceOffset + 2 + extraData.count
        let digestOffset = bytes.count - registerDigest.count
        let banks = selections.map { "\($0.hash) \($0.registers)" }.joined(separator: "; ")
        return [
            EvidenceField("magic", at: 0, size: 4, "ff544347: made by a TPM"),
            EvidenceField("type", at: 4, size: 2, "8018: quote"),
            EvidenceField(
                "qualifiedSigner", at: 8, size: qualifiedSigner.count, qualifiedSigner.hexadecimal),
            EvidenceField(
                "extraData", at: nonceOffset + 2, size: extraData.count, extraData.hexadecimal),
            EvidenceField("clock", at: clockOffset, size: 8, "\(clockMilliseconds) ms"),
            EvidenceField("resetCount", at: clockOffset + 8, size: 4, "\(resetCount)"),
            EvidenceField("restartCount", at: clockOffset + 12, size: 4, "\(restartCount)"),
            EvidenceField("safe", at: clockOffset + 16, size: 1, isClockSafe ? "yes" : "no"),
            EvidenceField(
                "firmwareVersion", at: clockOffset + 17, size: 8,
                "0x" + String(firmwareVersion, radix: 16)),
            EvidenceField(
                "pcrSelect", at: clockOffset + 25, size: digestOffset - 2 - clockOffset - 25, banks),
            EvidenceField(
                "pcrDigest", at: digestOffset, size: registerDigest.count,
                registerDigest.hexadecimal),
        ]
    }
}

extension ByteReader {
    /// A TPM2B: a big-endian length of 16 bits and that many bytes.
    mutating func sized(_ field: String) throws(MalformedBytes) -> [UInt8] {
        let count: UInt16 = try bigEndianInteger("\(field) size")
        return Array(try bytes(Int(count), field))
    }

    /// A number that must have one value.
    mutating func expect<T: FixedWidthInteger>(
        _ value: T, _ field: String
    ) throws(MalformedBytes) {
        let place = offset
        let found: T = try bigEndianInteger(field)
        guard found == value else {
            throw MalformedBytes(
                field: field, offset: place,
                problem: "is 0x\(String(found, radix: 16)), not 0x\(String(value, radix: 16))")
        }
    }

    /// A TPM_ALG_ID of a hash (Part 2, table 9).
    mutating func hash(_ field: String) throws(MalformedBytes) -> HashAlgorithm {
        let place = offset
        let number: UInt16 = try bigEndianInteger(field)
        switch number {
        case 0x000B: return .sha256
        case 0x000C: return .sha384
        case 0x000D: return .sha512
        default:
            throw MalformedBytes(
                field: field, offset: place,
                problem: "unsupported hash 0x\(String(number, radix: 16))")
        }
    }
}
