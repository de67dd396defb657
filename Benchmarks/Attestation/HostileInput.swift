import Attestation
import AttestationFuzz
import Bytes

/// Inputs that try to make a reader slow: deep nesting, huge counts, many small elements, much text that is
/// right but for its end.
struct HostileInput {
    let name: String
    let bytes: [UInt8]

    private static let size = 1 << 20

    /// Every input: those that any reader is given, and those made to measure for one.
    static func all(for target: AttestationFuzz) -> [HostileInput] {
        any + DERInputs.all + CBORInputs.all + TextInputs.all + tailored(target)
    }

    private static func tailored(_ target: AttestationFuzz) -> [HostileInput] {
        switch target {
        case .eventLog: [eventLog]
        case .certificateTable: [certificateTable]
        default: []
        }
    }

    private static let any: [HostileInput] = [0x00, 0x30, 0x5b, 0x7b, 0x81, 0x9f, 0xa0, 0xff].map {
        (byte: UInt8) in
        HostileInput(
            name: "bytes 0x\([byte].hexadecimal)", bytes: [UInt8](repeating: byte, count: size))
    }

    /// As many events as fit.
    private static let eventLog: HostileInput = {
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var spec = Array("Spec ID Event03\0".utf8) + [UInt8](repeating: 0, count: 8)
        spec += little(1, 4) + little(0x0b, 2) + little(32, 2) + [0]
        var log = little(0, 4) + little(3, 4) + [UInt8](repeating: 0, count: 20)
        log += little(spec.count, 4) + spec
        let event =
            little(1, 4) + little(8, 4) + little(1, 4) + little(0x0b, 2)
            + [UInt8](repeating: 7, count: 32) + little(0, 4)
        while log.count + event.count <= size { log += event }
        return HostileInput(name: "event log of many events", bytes: log)
    }()

    /// Entries that are skipped, one after another.
    private static let certificateTable: HostileInput = {
        var bytes: [UInt8] = []
        while bytes.count < 128 * 1024 - 24 {
            bytes += [UInt8](repeating: 9, count: 16) + [0, 0, 1, 0, 0, 0, 0, 0]
        }
        return HostileInput(name: "certificate table of many entries", bytes: bytes)
    }()

    /// Bundles in which evidence or one part of the collateral is hostile.
    static func bundles(_ format: EvidenceFormat) -> [(String, EvidenceBundle)] {
        let inputs = any + DERInputs.all + CBORInputs.all + TextInputs.all
        guard let genuine = try? GenuineSample.all().first(where: { $0.bundle.format == format })
        else { return [] }
        return inputs.flatMap { input in
            var evidence = genuine.bundle
            evidence.evidence = input.bytes
            let parts = genuine.bundle.collateral.keys.sorted().map { part in
                var bundle = genuine.bundle
                bundle.collateral[part] = input.bytes
                return ("\(part): \(input.name)", bundle)
            }
            return [("evidence: \(input.name)", evidence)] + parts
        }
    }
}

/// Hostile encodings of ASN.1.
enum DERInputs {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        if count < 0x80 { return [tag, UInt8(count)] + content }
        let octets = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
            .drop { $0 == 0 }
        return [tag, 0x80 | UInt8(octets.count)] + octets + content
    }

    static let all: [HostileInput] = [
        HostileInput(name: "nested DER", bytes: nested),
        HostileInput(
            name: "certificate of many extensions", bytes: certificate(limit: 16 * 1024)),
        HostileInput(
            name: "request of many attributes", bytes: request(limit: 64 * 1024)),
        HostileInput(name: "list of many entries", bytes: list(limit: 256 * 1024, last: [])),
        HostileInput(
            name: "list of many extensions",
            bytes: list(limit: 8 * 1024, last: extensions(240 * 1024))
        ),
        HostileInput(name: "name of many attributes", bytes: longName(256 * 1024)),
    ]

    private static let nested: [UInt8] = {
        var bytes: [UInt8] = []
        for _ in 0..<4000 { bytes = element(0x30, bytes) }
        return bytes
    }()

    private static let algorithm: [UInt8] = [
        0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
    ]
    private static let signature = element(0x03, [0] + [UInt8](repeating: 7, count: 70))
    private static let name = element(
        0x30, element(0x31, element(0x30, [6, 3, 0x55, 4, 3] + element(0x0c, [0x61]))))
    private static let time = element(0x17, Array("260101000000Z".utf8))
    private static let key: [UInt8] =
        [UInt8](hexadecimal: "3059301306072a8648ce3d020106082a8648ce3d030107034200").map {
            $0 + [4] + [UInt8](repeating: 9, count: 64)
        } ?? []

    private static func extensions(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var number = 0
        while bytes.count < count {
            number += 1
            let arc = [0x80 | UInt8(number >> 14 & 127), 0x80 | UInt8(number >> 7 & 127)]
            let type = element(6, [0x2a, 0x81] + arc + [UInt8(number & 127)])
            bytes += element(0x30, type + [4, 0])
        }
        return bytes
    }

    private static func certificate(limit: Int) -> [UInt8] {
        let list = element(0xa3, element(0x30, extensions(limit - 600)))
        let fields =
            element(0xa0, [2, 1, 2]) + [2, 1, 1] + algorithm + name + element(0x30, time + time)
            + name + key + list
        return element(0x30, element(0x30, fields) + algorithm + signature)
    }

    private static func request(limit: Int) -> [UInt8] {
        var attributes: [UInt8] = []
        var number: UInt8 = 0
        while attributes.count < limit - 2000, number < 127 {
            number += 1
            let values = Array([[UInt8]](repeating: [5, 0], count: 400).joined())
            attributes += element(0x30, [6, 2, 0x2a, number] + element(0x31, values))
        }
        let info = element(0x30, [2, 1, 0] + name + key + element(0xa0, attributes))
        return element(0x30, info + algorithm + signature)
    }

    private static func list(limit: Int, last: [UInt8]) -> [UInt8] {
        var entries: [UInt8] = []
        var number = 0
        while entries.count < limit - 400 {
            number += 1
            let serial: [UInt8] =
                [2, 4, 1] + [16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
            entries += element(0x30, serial + time)
        }
        let tail = last.isEmpty ? [] : element(0xa0, element(0x30, last))
        let fields =
            [2, 1, 1] + algorithm + name + time + time + element(0x30, entries) + tail
        return element(0x30, element(0x30, fields) + algorithm + signature)
    }

    private static func longName(_ count: Int) -> [UInt8] {
        let one = element(0x31, element(0x30, [6, 3, 0x55, 4, 3] + element(0x0c, [0x61])))
        let names = Array(repeating: one, count: count / one.count - 40).flatMap(\.self)
        let fields = [2, 1, 1] + algorithm + element(0x30, names) + time + time
        return element(0x30, element(0x30, fields) + algorithm + signature)
    }
}

/// Hostile encodings of CBOR.
enum CBORInputs {
    private static let size = 1 << 20

    static let all: [HostileInput] = [
        HostileInput(
            name: "CBOR array of a million numbers",
            bytes: [0x9a, 0, 0x0f, 0xff, 0xf0] + [UInt8](repeating: 1, count: 0xffff0)),
        HostileInput(
            name: "CBOR tags in tags", bytes: [UInt8](repeating: 0xc6, count: size - 1) + [0]),
        HostileInput(
            name: "CBOR text in empty chunks",
            bytes: [0x7f] + [UInt8](repeating: 0x60, count: size - 2) + [0xff]),
        HostileInput(name: "CBOR map of many keys", bytes: map),
        HostileInput(name: "CBOR map of long keys", bytes: longKeys),
        HostileInput(
            name: "CBOR bytes of 4 GiB", bytes: [0x5a, 0xff, 0xff, 0xff, 0xff] + any),
        HostileInput(name: "CBOR message with a long payload", bytes: message),
    ]

    private static let any = [UInt8](repeating: 0, count: size - 5)

    private static let map: [UInt8] = {
        var bytes: [UInt8] = [0xba, 0, 3, 0xff, 0]
        for key in 0..<0x3ff00 {
            bytes += [
                0x19, UInt8(truncatingIfNeeded: 1 + key >> 8), UInt8(truncatingIfNeeded: key), 0,
            ]
        }
        return bytes
    }()

    private static let longKeys: [UInt8] = {
        var bytes: [UInt8] = [0xb9, 3, 0xf0]
        for key in 0..<1008 {
            bytes += [0x59, 4, 0] + [UInt8](repeating: 0, count: 1022)
            bytes += [UInt8(key >> 8), UInt8(truncatingIfNeeded: key), 0]
        }
        return bytes
    }()

    /// COSE_Sign1 with a protected header of ES384.
    private static let message: [UInt8] =
        [0x84, 0x44, 0xa1, 0x01, 0x38, 0x22, 0xa0, 0x5a, 0, 0x0f, 0xff, 0]
        + [UInt8](repeating: 0, count: 0xfff00) + [0x58, 96] + [UInt8](repeating: 1, count: 96)
}

/// Hostile text: JSON, TOML and PEM.
enum TextInputs {
    private static let size = 1 << 20

    private static func repeated(_ text: String, to count: Int = size) -> [UInt8] {
        let unit = Array(text.utf8)
        return Array(Array(repeating: unit, count: count / unit.count).joined())
    }

    private static func numbered(_ before: String, _ after: String, to count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var number = 0
        while bytes.count < count {
            bytes += Array("\(before)\(number)\(after)".utf8)
            number += 1
        }
        return bytes
    }

    static let all: [HostileInput] = [
        HostileInput(name: "JSON array of zeros", bytes: Array("[".utf8) + repeated("0,")),
        HostileInput(name: "JSON objects in objects", bytes: repeated("{\"a\":")),
        HostileInput(
            name: "JSON object of many names",
            bytes: Array("{".utf8) + numbered("\"a", "\":0,", to: size - 64)),
        HostileInput(
            name: "JSON text of escapes",
            bytes: Array("\"".utf8) + repeated("\\u00e9", to: size - 2)),
        HostileInput(
            name: "JSON text of a megabyte", bytes: Array("[\"".utf8) + repeated("a", to: size - 4)),
        HostileInput(name: "JSON blanks", bytes: repeated(" ", to: size - 1)),
        HostileInput(name: "JSON number of many digits", bytes: repeated("1")),
        HostileInput(name: "TOML of many keys", bytes: numbered("a", " = 1\n", to: 250 << 10)),
        HostileInput(name: "TOML of many tables", bytes: numbered("[a", "]\n", to: 250 << 10)),
        HostileInput(
            name: "TOML of tables in an array", bytes: repeated("[[a]]\n", to: 250 << 10)),
        HostileInput(
            name: "TOML of keys in one table",
            bytes: Array("[t.u.v]\n".utf8) + numbered("a.b", " = 1\n", to: 250 << 10)),
        HostileInput(
            name: "TOML arrays in arrays", bytes: Array("a = ".utf8) + repeated("[", to: 250 << 10)),
        HostileInput(
            name: "policy of a long list",
            bytes: Array("policy = 1\n[snp]\nmeasurement = [".utf8)
                + repeated("\"00\",", to: 250 << 10)),
        HostileInput(name: "TOML line ends", bytes: repeated("\n", to: 250 << 10)),
        HostileInput(
            name: "PEM of one-letter lines",
            bytes: Array("-----BEGIN CERTIFICATE-----\n".utf8) + repeated("A\n", to: 250 << 10)),
        HostileInput(name: "PEM of empty lines", bytes: repeated("\n", to: 255 << 10)),
        HostileInput(
            name: "PEM of many certificates",
            bytes: repeated(PEM.encode([0x30, 0]), to: 255 << 10)),
    ]
}
