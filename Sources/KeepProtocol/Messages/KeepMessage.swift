package import Attestation
package import Bytes

/// What a keep says to a client (`Documentation/Formats/KeepProtocol.md`).
package enum KeepMessage: Equatable, Sendable {
    case welcome(version: UInt64, phase: KeepPhase, role: String, identity: WorkloadIdentity)
    /// The channel's answer to a request for evidence.
    case evidence([UInt8])
    case progress(WorkloadPart, byteCount: UInt64)
    /// The workload is complete, and this is who it is as the keep computed it.
    case provisioned(WorkloadIdentity)
    /// A request without other answer succeeded.
    case done(request: UInt64)
    case refused(request: UInt64, KeepRefusal)
    /// Standard output (1) or error (2).
    case output(stream: UInt64, offset: UInt64, [UInt8])
    /// Bytes of input that the program's pipe has taken so far.
    case inputTaken(UInt64)
    case file(path: String, offset: UInt64, [UInt8], isLast: Bool)
    /// Some of the files below a directory, in the order of their paths.
    case files([FileEntry], isLast: Bool)
    case ended(GuestOutcome)
    case status(KeepStatus)
    /// A signed receipt.
    case receipt([UInt8])

    package var number: UInt64 {
        switch self {
        case .welcome: 1
        case .evidence: 2
        case .progress: 3
        case .provisioned: 4
        case .done: 5
        case .refused: 6
        case .output: 7
        case .inputTaken: 8
        case .file: 9
        case .ended: 10
        case .status: 11
        case .receipt: 12
        case .files: 13
        }
    }

    /// The content of a frame.
    package var encoded: [UInt8] {
        CBORValue.array([.unsigned(number)] + fields).deterministicEncoding
    }

    private var fields: [CBORValue] {
        switch self {
        case .welcome(let version, let phase, let role, let identity):
            [
                .unsigned(version), .text(phase.rawValue), .text(role),
                identity.value,
            ]
        case .evidence(let bytes), .receipt(let bytes): [.bytes(bytes[...])]
        case .progress(let part, let count): [.unsigned(part.rawValue), .unsigned(count)]
        case .provisioned(let identity): [identity.value]
        case .done(let request): [.unsigned(request)]
        case .refused(let request, let refusal):
            [
                .unsigned(request), .text(refusal.code.rawValue), .text(refusal.what),
                .text(refusal.remedy),
            ]
        case .output(let stream, let offset, let bytes):
            [.unsigned(stream), .unsigned(offset), .bytes(bytes[...])]
        case .inputTaken(let count): [.unsigned(count)]
        case .file(let path, let offset, let bytes, let isLast):
            [.text(path), .unsigned(offset), .bytes(bytes[...]), .boolean(isLast)]
        case .files(let entries, let isLast):
            [
                .array(entries.map { .array([.text($0.path), .unsigned($0.byteCount)]) }),
                .boolean(isLast),
            ]
        case .ended(let outcome): outcome.fields
        case .status(let status): status.fields
        }
    }

    package init(decoding frame: [UInt8]) throws(MalformedBytes) {
        var fields = try MessageFields(frame, "answer")
        switch fields.number {
        case 1:
            self = .welcome(
                version: try fields.unsigned("version"), phase: try Self.phase(&fields),
                role: try fields.text("role", atMost: 80), identity: try fields.identity("identity")
            )
        case 2: self = .evidence(try fields.bytes("evidence", 1...KeepLimits.frameBytes))
        case 3:
            guard let part = WorkloadPart(rawValue: try fields.unsigned("part")) else {
                throw fields.malformed("names no part of a workload")
            }
            self = .progress(part, byteCount: try fields.unsigned("count"))
        case 4: self = .provisioned(try fields.identity("identity"))
        case 5: self = .done(request: try fields.unsigned("request"))
        case 6:
            let request = try fields.unsigned("request")
            guard let code = KeepRefusal.Code(rawValue: try fields.text("code", atMost: 32)) else {
                throw fields.malformed("has an unknown code")
            }
            self = .refused(
                request: request,
                KeepRefusal(code, try fields.text("what"), remedy: try fields.text("remedy")))
        case 7:
            self = .output(
                stream: try fields.unsigned("stream"), offset: try fields.unsigned("offset"),
                try fields.bytes("bytes", 0...KeepLimits.chunkBytes))
        case 8: self = .inputTaken(try fields.unsigned("count"))
        case 9:
            self = .file(
                path: try fields.text("path"), offset: try fields.unsigned("offset"),
                try fields.bytes("bytes", 0...KeepLimits.chunkBytes),
                isLast: try fields.boolean("last"))
        case 10: self = .ended(try GuestOutcome(&fields))
        case 11: self = .status(try KeepStatus(&fields))
        case 12: self = .receipt(try fields.bytes("receipt", 1...KeepLimits.frameBytes))
        case 13:
            self = .files(try Self.files(&fields), isLast: try fields.boolean("last"))
        default: throw fields.malformed("is not known")
        }
        try fields.finish()
    }

    private static func files(
        _ fields: inout MessageFields
    ) throws(MalformedBytes) -> [FileEntry] {
        guard case .array(let elements) = try fields.value() else {
            throw fields.malformed("must list files")
        }
        var entries: [FileEntry] = []
        for element in elements {
            guard case .array(let pair) = element, pair.count == 2, case .text(let path) = pair[0],
                path.utf8.count <= KeepLimits.pathBytes, case .unsigned(let count) = pair[1]
            else { throw fields.malformed("has a file that is no path and size") }
            entries.append(FileEntry(path: path, byteCount: count))
        }
        return entries
    }

    static func phase(_ fields: inout MessageFields) throws(MalformedBytes) -> KeepPhase {
        guard let phase = KeepPhase(rawValue: try fields.text("phase", atMost: 16)) else {
            throw fields.malformed("has an unknown phase")
        }
        return phase
    }
}
