internal import AttestedTLS
internal import Attestation
internal import Bytes
internal import Cryptography
internal import WASI
internal import Wasm
internal import WasmEngine

/// The imports `martlet_attest`, by which a program learns about its own keep
/// (`Documentation/Formats/GuestAttestation.md`).
final class GuestAttestation: Sendable {
    private static let module = "martlet_attest"
    private let publicKey: [UInt8]
    private let source: any EvidenceSource
    private let binding: WorkloadBinding

    /// Numbers that the functions return besides sizes.
    private enum Failure: Int32 {
        case fault = -1
        case tooSmall = -2
        case unavailable = -3
        case noChannel = -4
    }

    init(publicKey: [UInt8], source: any EvidenceSource, binding: WorkloadBinding) {
        self.publicKey = publicKey
        self.source = source
        self.binding = binding
    }

    /// Offers the functions that the module wants.
    ///
    /// - Parameter socket: what the program has open under a number.
    func define(
        in imports: inout Imports, for wanted: [Module.Import], store: Store,
        socket: @escaping (UInt32) -> (any GuestSocket)?
    ) {
        for entry in wanted where entry.module == Self.module {
            switch entry.name {
            case "identity":
                imports[entry.module, entry.name] = .function(
                    store.function(
                        HostFunction([.i32, .i32], [.i32]) { [self] (call) throws(Trap) in
                            answer(call, binding.current.digestBytes ?? [], at: 0)
                        }))
            case "evidence":
                imports[entry.module, entry.name] = .function(
                    store.function(
                        HostFunction([.i32, .i32, .i32], [.i32]) { [self] (call) throws(Trap) in
                            evidence(call)
                        }))
            case "peer":
                imports[entry.module, entry.name] = .function(
                    store.function(
                        HostFunction([.i32, .i32, .i32], [.i32]) { [self] (call) throws(Trap) in
                            let number = UInt32(truncatingIfNeeded: call.slots[0])
                            guard let channel = socket(number) as? ChannelSocket else {
                                return give(call, Failure.noChannel.rawValue)
                            }
                            answer(call, Array(Self.text(channel.peer).utf8), at: 1)
                        }))
            default: continue
            }
        }
    }

    /// What a peer proved, in one line of JSON.
    private static func text(_ peer: ChannelPeer) -> String {
        let key = peer.publicKey.map { JSONText.string(Hash.sha256($0).hexadecimal) } ?? .null
        let facts: [(String, JSONText)] =
            switch peer.standing {
            case .attested(let peer):
                [
                    ("standing", .string("attested")), ("workload", .string("\(peer.workload)")),
                    ("simulated", .boolean(peer.isSimulated)), ("appraisal", peer.appraisal.json),
                ]
            case .passport(let subject):
                [("standing", .string("passport")), ("subject", .string(subject))]
            case .notAttested: [("standing", .string("none"))]
            }
        return JSONText.object(facts + [("key_sha256", key)]).compact
    }

    /// `evidence(nonce: *[32], buffer, size) -> i32`: a bundle bound to this keep's key, its workload
    /// and the nonce, in the way that receipts are.
    private func evidence(_ call: borrowing HostCall) {
        let place = UInt32(truncatingIfNeeded: call.slots[0])
        guard let nonce = try? call.memory?.copy(at: UInt64(place), count: 32) else {
            return give(call, Failure.fault.rawValue)
        }
        let label = Hash.sha512(Array("martlet guest evidence v1".utf8))
        guard
            let inputs = try? BindingInputs(
                attester: .server, attesterPublicKey: publicKey, peerPublicKey: nil,
                exporter: label, nonce: nonce, workload: binding.current),
            let bundle = try? source.evidence(
                reportData: ReportDataBinding.reportData(for: inputs))
        else { return give(call, Failure.unavailable.rawValue) }
        answer(call, bundle.encoded, at: 1)
    }

    /// Stores bytes at the address in slot `index`, if the size in the next one allows, and returns
    /// how many there are.
    private func answer(_ call: borrowing HostCall, _ bytes: [UInt8], at index: Int) {
        let place = UInt32(truncatingIfNeeded: call.slots[index])
        let size = UInt32(truncatingIfNeeded: call.slots[index + 1])
        guard bytes.count <= Int(size) else { return give(call, Failure.tooSmall.rawValue) }
        guard (try? call.memory?.write(bytes, at: UInt64(place))) != nil else {
            return give(call, Failure.fault.rawValue)
        }
        give(call, Int32(bytes.count))
    }

    private func give(_ call: borrowing HostCall, _ number: Int32) {
        call.slots[0] = UInt64(UInt32(bitPattern: number))
    }
}
