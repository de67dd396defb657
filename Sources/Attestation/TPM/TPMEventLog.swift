package import Bytes
package import Cryptography

/// A firmware event log in the crypto-agile format, decoded and not believed: replaying it must give
/// the PCR values that a quote vouches for.
///
/// Source: TCG PC Client Platform Firmware Profile 1.05, §10.2.
package struct TPMEventLog: Sendable {
    /// Most bytes of a log, and most events.
    package static let maximumBytes = 1 << 20
    package static let maximumEvents = 16_384

    package struct Event: Equatable, Sendable {
        package let register: UInt8
        package let type: UInt32
        /// Digests by bank.
        package let digests: [HashAlgorithm: [UInt8]]
        package let data: [UInt8]
    }

    package let events: [Event]

    /// EV_NO_ACTION: told, not extended.
    private static let noAction: UInt32 = 3
    /// TPM_ALG_SHA1, whose digests are skipped.
    private static let sha1: UInt16 = 4

    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        guard bytes.count <= Self.maximumBytes else {
            throw MalformedBytes(
                field: "event log", offset: 0,
                problem: "\(bytes.count) bytes; at most \(Self.maximumBytes)")
        }
        var reader = ByteReader(bytes)
        let sizes = try Self.header(&reader)
        var events: [Event] = []
        while !reader.isAtEnd {
            guard events.count < Self.maximumEvents else {
                throw MalformedBytes(
                    field: "event log", offset: reader.offset, problem: "too many events")
            }
            events.append(try Self.event(&reader, sizes))
        }
        self.events = events
    }

    /// The first event, TCG_PCClientPCREvent with a TCG_EfiSpecIDEvent: the digests' sizes.
    private static func header(
        _ reader: inout ByteReader
    ) throws(MalformedBytes) -> [UInt16: Int] {
        let register: UInt32 = try reader.integer("pcrIndex")
        let type: UInt32 = try reader.integer("eventType")
        _ = try reader.bytes(20, "digest")
        let size: UInt32 = try reader.integer("eventDataSize")
        let start = reader.offset
        let content = try reader.bytes(Int(size), "Spec ID event")
        var event = ByteReader(content)
        let signature = Array(try event.bytes(16, "Spec ID signature"))
        guard register == 0, type == noAction, signature == Array("Spec ID Event03\0".utf8) else {
            throw MalformedBytes(
                field: "Spec ID event", offset: start,
                problem: "is not of the crypto-agile format")
        }
        _ = try event.bytes(8, "Spec ID platform and version")
        let count: UInt32 = try event.integer("numberOfAlgorithms")
        guard 1...8 ~= count else {
            throw MalformedBytes(
                field: "numberOfAlgorithms", offset: start, problem: "\(count); 1 to 8 are read")
        }
        var sizes: [UInt16: Int] = [:]
        for _ in 0..<count {
            let algorithm: UInt16 = try event.integer("algorithmId")
            let size: UInt16 = try event.integer("digestSize")
            guard size <= 64, sizes.updateValue(Int(size), forKey: algorithm) == nil else {
                throw MalformedBytes(
                    field: "digestSize", offset: start, problem: "a bank twice, or over 64 bytes")
            }
        }
        let vendor: UInt8 = try event.integer("vendorInfoSize")
        _ = try event.bytes(Int(vendor), "vendorInfo")
        try event.expectEnd("Spec ID event")
        return sizes
    }

    /// TCG_PCR_EVENT2.
    private static func event(
        _ reader: inout ByteReader, _ sizes: [UInt16: Int]
    ) throws(MalformedBytes) -> Event {
        let place = reader.offset
        let register: UInt32 = try reader.integer("pcrIndex")
        let type: UInt32 = try reader.integer("eventType")
        let count: UInt32 = try reader.integer("digests count")
        guard register < 24, count == sizes.count else {
            throw MalformedBytes(
                field: "event", offset: place,
                problem: "PCR \(register) with \(count) digests; the log has \(sizes.count) banks")
        }
        var digests: [HashAlgorithm: [UInt8]] = [:]
        var seen: Set<UInt16> = []
        for _ in 0..<count {
            let algorithm: UInt16 = try reader.integer("algorithmId")
            guard let size = sizes[algorithm], seen.insert(algorithm).inserted else {
                throw MalformedBytes(
                    field: "algorithmId", offset: reader.offset - 2,
                    problem: "bank 0x\(String(algorithm, radix: 16)) is unknown or comes twice")
            }
            let digest = Array(try reader.bytes(size, "digest"))
            if let hash = hash(algorithm), hash.byteCount == size { digests[hash] = digest }
        }
        let size: UInt32 = try reader.integer("eventSize")
        return Event(
            register: UInt8(register), type: type, digests: digests,
            data: Array(try reader.bytes(Int(size), "event")))
    }

    private static func hash(_ algorithm: UInt16) -> HashAlgorithm? {
        switch algorithm {
        case 0x000B: .sha256
        case 0x000C: .sha384
        case 0x000D: .sha512
        default: nil
        }
    }

    /// The PCR values that the events lead to, for the registers that any event extends.
    package func replay(_ hash: HashAlgorithm) -> [UInt8: [UInt8]] {
        var values: [UInt8: [UInt8]] = [:]
        let zero = [UInt8](repeating: 0, count: hash.byteCount)
        for event in events {
            if event.type == Self.noAction {
                if let locality = event.startupLocality {
                    values[0] = zero.dropLast() + [locality]
                }
            } else if let digest = event.digests[hash] {
                values[event.register] = Hash.digest(
                    (values[event.register] ?? zero) + digest, hash)
            }
        }
        return values
    }
}

extension TPMEventLog.Event {
    /// The locality that the TPM was started from (§10.4.5.3), which PCR 0 begins with.
    fileprivate var startupLocality: UInt8? {
        let signature = Array("StartupLocality\0".utf8)
        guard register == 0, data.count == 17, data.starts(with: signature) else { return nil }
        return data[16]
    }
}
