internal import Attestation
internal import Bytes
internal import Cryptography
internal import Diagnostics
internal import Host
internal import KeepProtocol
internal import ManifestFile
internal import WasmEngine

/// What reads foreign bytes around a keep, each by a name.
///
/// Any outcome is right but a crash, a hang or memory without bound.
package enum KeepFuzz: String, CaseIterable, Sendable {
    case conversation
    case keepMessage
    case workload
    case receipt
    case manifestFile
    case hostRequest
    case codeImage
    case kernelDriver

    /// Reads the bytes as that format.
    package func run(_ bytes: [UInt8]) {
        switch self {
        case .conversation: Self.converse(bytes)
        case .keepMessage: _ = try? KeepMessage(decoding: bytes).encoded
        case .workload:
            if let manifest = try? Manifest(decoding: bytes[...]) {
                _ = try? Workload(
                    module: [], manifest: manifest.encoded, policies: PolicySet().encoded)
            }
            _ = try? PolicySet(decoding: bytes[...]).encoded
        case .receipt:
            _ = try? Receipt(decoding: bytes[...]).encoded
            _ = try? SignedReceipt(decoding: bytes)
        case .manifestFile:
            if let text = String(validating: bytes, as: UTF8.self) {
                _ = try? ManifestFile(text, name: "Martlet.toml")
            }
        case .hostRequest: _ = try? HostRequest(decoding: bytes[...]).line
        case .codeImage: _ = try? CodeImage(decoding: CodeImage.resealed(bytes)).encoded()
        case .kernelDriver: _ = try? KernelDriver(decoding: bytes).dependencies
        }
    }

    /// The keys of those who talk: an owner, a principal, and one without a key.
    package static let keys: [[UInt8]?] = [[1], [2], nil]

    /// Frames, each one's first byte telling who sends it, as a keep's machine takes them. A program
    /// that was started ends with the next frame.
    private static func converse(_ bytes: [UInt8]) {
        var configuration = KeepMachine.Configuration()
        configuration.takesCodeImages = true
        var machine = KeepMachine(configuration)
        var frames = FrameReader()
        frames.append(bytes)
        var next: UInt64 = 0
        var clients: [ConnectionID?] = keys.map { _ in nil }
        while let frame = try? frames.next(), let first = frame.first {
            let who = Int(first) % keys.count
            let id =
                clients[who]
                ?? {
                    next += 1
                    let id = ConnectionID(next)
                    _ = machine.connected(
                        id, publicKey: keys[who], generation: machine.generation)
                    return id
                }()
            clients[who] = id
            let wasRunning = machine.phase == .running
            let actions = answer(&machine, Array(frame.dropFirst()), id)
            for case .close(let gone) in actions { clients = clients.map { $0 == gone ? nil : $0 } }
            for case .dismiss(let gone, _) in actions {
                _ = machine.disconnected(gone)
                clients = clients.map { $0 == gone ? nil : $0 }
            }
            if wasRunning { _ = machine.guestEnded(.exited(code: 0)) }
        }
    }

    private static func answer(
        _ machine: inout KeepMachine, _ frame: [UInt8], _ id: ConnectionID
    ) -> [KeepAction] {
        guard let message = try? ClientMessage(decoding: frame) else {
            return machine.malformed(id, "")
        }
        return machine.receive(message, from: id)
    }
}
