import ArgumentParser
import AttestedTLS
import Attestation
import Bytes
import Cryptography
import Diagnostics
import KeepClient
import KeepProtocol
import Platform

/// How a command reaches a host.
struct HostOptions: ParsableArguments {
    @Option(help: "The host: unix:PATH, or an address and port.")
    var to = "unix:martlet-host.sock"

    func connection() throws -> HostConnection {
        guard let address = HostAddress(to) else {
            throw ValidationError("--to takes unix:PATH or ADDRESS:PORT")
        }
        return HostConnection(address)
    }
}

/// Whom a command accepts as a keep, and by which key the keep knows it.
struct KeepOptions: ParsableArguments {
    @OptionGroup var host: HostOptions

    @Option(help: "Policy that the keep's evidence must meet.", completion: .file())
    var policy: String

    @Flag(help: "Accept a simulated TEE, if the policy names its root. Protects nothing.")
    var allowSimulated = false

    @Option(help: "File with this client's key; made when it is missing.", completion: .file())
    var key = "martlet-owner.key"

    func ownerKey() throws -> OwnerKey { try OwnerKeyFile.key(key) }

    func appraiser(_ workload: WorkloadIdentity) throws -> PeerAppraiser {
        var (policy, roots) = try PolicyReading.policy(policy)
        policy.expectWorkload(workload)
        return PeerAppraiser(policy: policy, roots: roots, allowsSimulated: allowSimulated)
    }

    /// Appraises a keep over a stream that a host gave.
    func session(
        _ stream: HostStream, _ key: OwnerKey, expecting workload: WorkloadIdentity
    ) throws -> KeepSession {
        guard let descriptor = stream.take() else {
            throw Diagnostic(what: "the host's connection is used up")
        }
        return try KeepSession(
            descriptor, key: key, appraiser: try appraiser(workload),
            clock: {
                Instant(
                    secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
            })
    }

    /// The first line of output: what was verified.
    static func verdict(_ peer: AttestedPeer) -> String {
        let measurement: String =
            if case .bytes(let bytes)? = peer.appraisal.checks.first(where: {
                $0.claim.definition.name == "measurement"
            })?.claim.value {
                bytes.hexadecimal
            } else {
                "not in this evidence"
            }
        let kind = peer.appraisal.evidence.format.title
        let first = peer.isSimulated ? "SIMULATED, not protected: \(kind)" : "verified: \(kind)"
        return "\(first), measurement \(measurement), workload \(peer.workload)\n"
    }
}

/// Runs a command's body; its errors are told with the exit code that suits them.
func reportingKeep<R>(_ body: () throws -> R) throws -> R {
    try Console.reporting {
        do {
            return try body()
        } catch let error as Diagnostic {
            throw CommandFailure(.data, error)
        } catch let error as HostFailure {
            throw CommandFailure(.unavailable, error.diagnostic)
        } catch let error as ChannelFailure {
            throw CommandFailure(error.status, error.diagnostic)
        } catch let error as KeepSessionFailure {
            if case .channel(let failure) = error {
                throw CommandFailure(failure.status, failure.diagnostic)
            }
            if case .refused(let refusal) = error {
                throw CommandFailure(refusal.status, refusal.diagnostic)
            }
            throw CommandFailure(.unavailable, error.diagnostic)
        } catch let error as KeepRefusal {
            throw CommandFailure(error.status, error.diagnostic)
        } catch let error as ReceiptRejection {
            throw CommandFailure(.data, error.diagnostic)
        } catch let error as Errno {
            throw CommandFailure(.unavailable, Diagnostic(what: "\(error)"))
        } catch let error as MalformedBytes {
            throw CommandFailure(.data, Diagnostic(what: "\(error)"))
        }
    }
}

extension KeepRefusal {
    /// 77 where somebody's right is lacking, 69 where it is too early or too late.
    fileprivate var status: ExitStatus {
        switch code {
        case .authentication, .owned, .forbidden: .refused
        case .malformed, .limit, .workload: .data
        case .phase, .missing, .failure: .unavailable
        }
    }
}

extension ChannelFailure {
    fileprivate var status: ExitStatus {
        switch reason {
        case .policy, .simulated, .evidence, .binding, .noEvidence, .downgrade, .nonce,
            .certificate, .authenticator, .resumption, .passport:
            .refused
        default: .unavailable
        }
    }
}

/// The file with a client's key: 32 random bytes, readable by its owner only.
enum OwnerKeyFile {
    /// Reads the key; makes it when there is no file.
    static func key(_ path: String) throws -> OwnerKey {
        guard let name = PathName(path) else { throw ValidationError("--key is no path") }
        do {
            let file = try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
            let seed = try file.borrowed.readAll(limitBytes: 64)
            guard seed.count == 32 else {
                throw Diagnostic(
                    what: "\(seed.count) bytes; a key has 32", where: path,
                    remedy: "name another file")
            }
            return try OwnerKey(seed: seed)
        } catch let error as Errno where error == .ENOENT {
            let seed = try Cryptography.SystemEntropy().bytes(32)
            let file = try BorrowedDescriptor.currentDirectory.open(
                name, [.writeOnly, .create, .exclusive], mode: 0o600)
            try file.borrowed.writeAll(seed)
            return try OwnerKey(seed: seed)
        }
    }
}
