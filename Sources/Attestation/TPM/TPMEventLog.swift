package import Bytes
package import Cryptography

/// A firmware event log in the crypto-agile format, decoded and not believed: replaying it must give
/// the PCR values that a quote vouches for.
///
/// Source: TCG PC Client Platform Firmware Profile 1.05, §10.2.
package struct TPMEventLog: Sendable {
    /// Most bytes of a log, and most events.
    package static let maximumBytes = 1 << 20
    package static let maximumEvents = 2048

    package struct Event: Equatable, Sendable {
        package let register: UInt8
        package let type: UInt32
        /// Digests by bank.
        package let digests: [HashAlgorithm: [UInt8]]
        package let data: [UInt8]
    }

    package let events: [Event]

    /// One of the banks that the log has digests for.
    private struct Bank {
        /// TPM_ALG_ID.
        let algorithm: UInt16
        let byteCount: Int

        /// Its hash function, where it is one that is replayed here.
        var hash: HashAlgorithm? {
            let hash: HashAlgorithm? =
                switch algorithm {
                case 0x000B: .sha256
                case 0x000C: .sha384
                case 0x000D: .sha512
                default: nil
                }
            return hash?.byteCount == byteCount ? hash : nil
        }
    }

    /// Registers of a PC Client TPM that events may extend.
    private static let registerCount = 24
    /// EV_NO_ACTION: told, not extended.
    private static let noAction: UInt32 = 3

    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        guard bytes.count <= Self.maximumBytes else {
            throw MalformedBytes(
                field: "event log", offset: 0,
                problem: "\(bytes.count) bytes; at most \(Self.maximumBytes)")
        }
        var reader = ByteReader(bytes)
        let banks = try Self.header(&reader)
        var events: [Event] = []
        while !reader.isAtEnd {
            guard events.count < Self.maximumEvents else {
                throw MalformedBytes(
                    field: "event log", offset: reader.offset, problem: "too many events")
            }
            events.append(try Self.event(&reader, banks))
        }
        self.events = events
    }

    /// The first event, TCG_PCClientPCREvent with a TCG_EfiSpecIDEvent: the digests' sizes.
    private static func header(
        _ reader: inout ByteReader
    ) throws(MalformedBytes) -> [Bank] {
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
        var banks: [Bank] = []
        for _ in 0..<count {
            let algorithm: UInt16 = try event.integer("algorithmId")
            let size: UInt16 = try event.integer("digestSize")
            guard size <= 64, !banks.contains(where: { $0.algorithm == algorithm }) else {
                throw MalformedBytes(
                    field: "digestSize", offset: start, problem: "a bank twice, or over 64 bytes")
            }
            banks.append(Bank(algorithm: algorithm, byteCount: Int(size)))
        }
        let vendor: UInt8 = try event.integer("vendorInfoSize")
        _ = try event.bytes(Int(vendor), "vendorInfo")
        try event.expectEnd("Spec ID event")
        return banks
    }

    /// TCG_PCR_EVENT2.
    private static func event(
        _ reader: inout ByteReader, _ banks: [Bank]
    ) throws(MalformedBytes) -> Event {
        let place = reader.offset
        let register: UInt32 = try reader.integer("pcrIndex")
        let type: UInt32 = try reader.integer("eventType")
        let count: UInt32 = try reader.integer("digests count")
        guard register < UInt32(registerCount), count == banks.count else {
            throw MalformedBytes(
                field: "event", offset: place,
                problem: "PCR \(register) with \(count) digests; the log has \(banks.count) banks")
        }
        var digests: [HashAlgorithm: [UInt8]] = [:]
        var seen: UInt8 = 0  // One bit a bank, of which there are at most eight.
        for _ in 0..<count {
            let algorithm: UInt16 = try reader.integer("algorithmId")
            guard let index = banks.firstIndex(where: { $0.algorithm == algorithm }),
                seen >> index & 1 == 0
            else {
                throw MalformedBytes(
                    field: "algorithmId", offset: reader.offset - 2,
                    problem: "bank 0x\(String(algorithm, radix: 16)) is unknown or comes twice")
            }
            seen |= 1 << index
            let digest = try reader.bytes(banks[index].byteCount, "digest")
            if let hash = banks[index].hash { digests[hash] = Array(digest) }
        }
        let size: UInt32 = try reader.integer("eventSize")
        return Event(
            register: UInt8(register), type: type, digests: digests,
            data: Array(try reader.bytes(Int(size), "event")))
    }

    /// The PCR values that the events lead to, for the registers that any event extends.
    package func replay(_ hash: HashAlgorithm) -> [UInt8: [UInt8]] {
        let zero = [UInt8](repeating: 0, count: hash.byteCount)
        var values = [[UInt8]?](repeating: nil, count: Self.registerCount)
        for event in events {
            let register = Int(event.register)
            if event.type == Self.noAction {
                if let locality = event.startupLocality {
                    values[0] = zero.dropLast() + [locality]
                }
            } else if let digest = event.digests[hash] {
                values[register] = Hash.digest((values[register] ?? zero) + digest, hash)
            }
        }
        return Dictionary(
            uniqueKeysWithValues: values.enumerated().compactMap { register, value in
                value.map { (UInt8(register), $0) }
            })
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
