package import Attestation
package import Bytes

/// What a client says to a keep (`Documentation/Formats/KeepProtocol.md`).
package enum ClientMessage: Equatable, Sendable {
    /// First of all: the protocol's version, and whether the client wants to be the owner. Who it is
    /// the channel knows: the key that it proved to hold in the TLS handshake.
    case hello(version: UInt64, claimsOwnership: Bool)
    /// A fresh request for evidence, as the channel makes it.
    case attest(request: [UInt8])
    /// Begins a workload.
    case begin([PartHeader])
    case chunk(WorkloadPart, offset: UInt64, [UInt8])
    /// Ends a workload.
    case commit
    case secret(name: String, [UInt8])
    case vaultKey(name: String, [UInt8])
    /// A piece of an input file.
    case putFile(path: String, offset: UInt64, [UInt8])
    case getFile(path: String, offset: UInt64)
    /// The files below a directory whose paths sort after `after`.
    case listFiles(path: String, after: String)
    /// This principal's inputs are complete.
    case ready
    /// This principal agrees to an update.
    case approve(WorkloadIdentity)
    case start
    case input([UInt8])
    case inputEnd
    case signal(GuestSignal)
    /// Wants the program's output, what the keep still has of it and what comes, and to be the one
    /// who gives it input.
    case attach
    case status
    /// Ends the program and the keep.
    case stop
    /// A receipt over 32 bytes of the client's choice.
    case receipt(nonce: [UInt8])

    /// The number on the wire, which answers repeat.
    package var number: UInt64 {
        switch self {
        case .hello: 1
        case .attest: 2
        case .begin: 3
        case .chunk: 4
        case .commit: 5
        case .secret: 6
        case .vaultKey: 7
        case .putFile: 8
        case .getFile: 9
        case .ready: 10
        case .approve: 11
        case .start: 12
        case .input: 13
        case .inputEnd: 14
        case .signal: 15
        case .attach: 16
        case .status: 17
        case .stop: 18
        case .receipt: 19
        case .listFiles: 20
        }
    }

    /// The content of a frame.
    package var encoded: [UInt8] {
        CBORValue.array([.unsigned(number)] + fields).deterministicEncoding
    }

    private var fields: [CBORValue] {
        switch self {
        case .hello(let version, let claims): [.unsigned(version), .boolean(claims)]
        case .attest(let request): [.bytes(request[...])]
        case .receipt(let nonce): [.bytes(nonce[...])]
        case .begin(let parts):
            [
                .array(
                    parts.map {
                        .array([
                            .unsigned($0.part.rawValue), .unsigned($0.byteCount),
                            .bytes($0.digest[...]),
                        ])
                    })
            ]
        case .chunk(let part, let offset, let bytes):
            [.unsigned(part.rawValue), .unsigned(offset), .bytes(bytes[...])]
        case .secret(let name, let bytes), .vaultKey(let name, let bytes):
            [.text(name), .bytes(bytes[...])]
        case .putFile(let path, let offset, let bytes):
            [.text(path), .unsigned(offset), .bytes(bytes[...])]
        case .getFile(let path, let offset): [.text(path), .unsigned(offset)]
        case .listFiles(let path, let after): [.text(path), .text(after)]
        case .approve(let identity): [identity.value]
        case .input(let bytes): [.bytes(bytes[...])]
        case .signal(let signal): [.text(signal.rawValue)]
        case .commit, .ready, .start, .inputEnd, .attach, .status, .stop: []
        }
    }

    package init(decoding frame: [UInt8]) throws(MalformedBytes) {
        var fields = try MessageFields(frame, "message")
        switch fields.number {
        case 1:
            self = .hello(
                version: try fields.unsigned("version"),
                claimsOwnership: try fields.boolean("ownership"))
        case 2: self = .attest(request: try fields.bytes("request", 1...1024))
        case 3: self = .begin(try Self.headers(&fields))
        case 4:
            self = .chunk(
                try Self.part(&fields), offset: try fields.unsigned("offset"),
                try fields.bytes("bytes", 1...KeepLimits.chunkBytes))
        case 5: self = .commit
        case 6:
            self = .secret(
                name: try fields.text("name", atMost: 64), try fields.bytes("secret", 0...1 << 16))
        case 7:
            self = .vaultKey(
                name: try fields.text("name", atMost: 64), try fields.bytes("key", 32...32))
        case 8:
            self = .putFile(
                path: try fields.text("path"), offset: try fields.unsigned("offset"),
                try fields.bytes("bytes", 0...KeepLimits.chunkBytes))
        case 9:
            self = .getFile(path: try fields.text("path"), offset: try fields.unsigned("offset"))
        case 10: self = .ready
        case 11: self = .approve(try fields.identity("identity"))
        case 12: self = .start
        case 13: self = .input(try fields.bytes("bytes", 1...KeepLimits.chunkBytes))
        case 14: self = .inputEnd
        case 15:
            guard let signal = GuestSignal(rawValue: try fields.text("signal", atMost: 16)) else {
                throw fields.malformed("is no signal that can be sent")
            }
            self = .signal(signal)
        case 16: self = .attach
        case 17: self = .status
        case 18: self = .stop
        case 19: self = .receipt(nonce: try fields.bytes("nonce", 32...32))
        case 20:
            self = .listFiles(path: try fields.text("path"), after: try fields.text("after"))
        default: throw fields.malformed("is not known")
        }
        try fields.finish()
    }

    private static func part(_ fields: inout MessageFields) throws(MalformedBytes) -> WorkloadPart {
        guard let part = WorkloadPart(rawValue: try fields.unsigned("part")) else {
            throw fields.malformed("names no part of a workload")
        }
        return part
    }

    private static func headers(
        _ fields: inout MessageFields
    ) throws(MalformedBytes) -> [PartHeader] {
        guard case .array(let elements) = try fields.value(),
            elements.count <= WorkloadPart.allCases.count
        else { throw fields.malformed("must have an array of parts") }
        var headers: [PartHeader] = []
        for element in elements {
            guard case .array(let header) = element, header.count == 3,
                case .unsigned(let number) = header[0], let part = WorkloadPart(rawValue: number),
                case .unsigned(let byteCount) = header[1], case .bytes(let digest) = header[2],
                digest.count == 48
            else { throw fields.malformed("has a part that is no number, size and digest") }
            headers.append(PartHeader(part: part, byteCount: byteCount, digest: Array(digest)))
        }
        return headers
    }
}

/// What can be asked of a running program.
package enum GuestSignal: String, Sendable, CaseIterable {
    /// Ends it as a terminal's interrupt would.
    case interrupt
    /// Ends it as a shutdown would.
    case terminate
}
