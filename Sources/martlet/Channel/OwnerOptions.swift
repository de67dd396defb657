import ArgumentParser
import Attestation
import AttestedTLS
import Diagnostics
import Platform

/// How an owner or a client looks at a keep.
struct OwnerOptions: ParsableArguments {
    @Option(help: "Policy file that the keep has to meet; see `martlet policy`.")
    var policy: String

    @Option(
        help: "What the keep has to run: its identity, empty, or the directory it is made from.",
        completion: .directory)
    var workload: String?

    @Flag(help: "Accept a simulated TEE where the policy does. It protects nothing.")
    var allowSimulated = false

    /// What a peer has to prove.
    func appraiser() throws -> PeerAppraiser {
        var (rules, roots) = try PolicyReading.policy(policy)
        if let workload { rules.expectWorkload(try WorkloadFiles.identity(workload)) }
        return PeerAppraiser(policy: rules, roots: roots, allowsSimulated: allowSimulated)
    }

    /// An endpoint that opens channels to keeps, without a key of its own.
    func endpoint() throws -> ChannelEndpoint {
        do {
            return try ChannelEndpoint(
                ChannelConfiguration(
                    .client, identity: nil, expectation: .evidence(try appraiser()),
                    clock: {
                        Instant(
                            secondsSince1970: Int64(
                                SystemClockID.realtime.nanoseconds / 1_000_000_000))
                    }))
        } catch let error as Diagnostic {
            throw failure(error, .data)
        } catch let error as any Diagnosable {
            throw failure(error, .data)
        } catch let error as CommandFailure {
            throw failure(error.diagnostic, error.status)
        }
    }
}

extension ChannelTarget {
    /// Opens an attested channel, or tells why not and with which exit code.
    func open(_ endpoint: ChannelEndpoint) throws -> (AttestedConnection, AttestedPeer) {
        do {
            let connection = try AttestedConnection(try connect(), endpoint)
            let peer = try connection.open()
            guard let attested = peer.attested else {
                throw ChannelFailure(.noEvidence, "the peer showed no evidence")
            }
            return (connection, attested)
        } catch let error as Diagnostic {
            throw failure(error, .unavailable)
        } catch let error as ChannelFailure {
            throw failure(error, error.exitStatus)
        }
    }
}

extension ChannelFailure {
    /// 77 where somebody decided against the peer, 69 where the network did.
    var exitStatus: ExitStatus {
        switch reason {
        case .timeout, .interrupted, .closed, .transport: .unavailable
        case .configuration, .collection: .data
        case .tls, .downgrade, .resumption, .malformed, .unexpectedMessage, .tooLarge,
            .noEvidence, .nonce, .certificate, .authenticator, .evidence, .binding, .policy,
            .simulated, .passport, .refusedByPeer:
            .refused
        }
    }
}
