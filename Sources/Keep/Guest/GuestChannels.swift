internal import AttestedTLS
internal import Attestation
internal import Diagnostics
internal import KeepProtocol
internal import Platform
internal import WASI

/// The program's ready-made sockets, with TLS and evidence ended here: the program sees plain bytes.
final class GuestChannels: Sendable {
    private let identity: ChannelIdentity
    private let source: any EvidenceSource
    private let binding: WorkloadBinding
    private let policies: PolicySet
    private let interruption: Interruption

    init(
        identity: ChannelIdentity, source: any EvidenceSource, binding: WorkloadBinding,
        policies: PolicySet, interruption: Interruption
    ) {
        self.identity = identity
        self.source = source
        self.binding = binding
        self.policies = policies
        self.interruption = interruption
    }

    /// Opens a listener that the manifest names.
    func listener(
        _ listener: Manifest.Listener, _ resources: any HostResources
    ) throws -> any GuestSocket {
        let descriptor = try resources.listener(name: listener.name, port: listener.port)
        guard listener.transport != .tcp else { return try HostSocket(owning: descriptor) }
        let endpoint = try endpoint(.server, listener.transport, policy: listener.policy)
        return try ChannelListenerSocket(descriptor, endpoint, interruption)
    }

    /// Opens a connection that the manifest names.
    func connection(
        _ connection: Manifest.Connection, _ resources: any HostResources
    ) throws -> any GuestSocket {
        let descriptor = try resources.connection(host: connection.host, port: connection.port)
        switch connection.transport {
        case .tcp: return try HostSocket(owning: descriptor)
        case .tls: return try open(descriptor, try endpoint(toRoots: connection))
        case .attestedTLS:
            return try open(
                descriptor, try endpoint(.client, .attestedTLS, policy: connection.policy))
        }
    }

    private func open(
        _ descriptor: consuming FileDescriptor, _ endpoint: ChannelEndpoint
    ) throws -> ChannelSocket {
        let channel = try AttestedConnection(descriptor, endpoint, interruption: interruption)
        return ChannelSocket(channel, peer: try channel.open())
    }

    /// Of a client whose peer has TLS alone: its certificate must bear the host's name and chain to
    /// the roots that came with the workload. The host's clock says whether it is in force.
    private func endpoint(toRoots connection: Manifest.Connection) throws -> ChannelEndpoint {
        let roots = connection.policy.flatMap { policies.entries[$0]?.roots } ?? []
        var configuration = ChannelConfiguration(
            .client, identity: identity,
            expectation: .passport(roots: roots, serverName: connection.host),
            clock: KeepServer.now)
        configuration.permitsPlainTLS = true
        return try ChannelEndpoint(configuration)
    }

    private func endpoint(
        _ role: ChannelRole, _ transport: Manifest.Transport, policy: String?
    ) throws -> ChannelEndpoint {
        var expectation = PeerExpectation.notAttested(because: "the manifest names no policy")
        if let policy, let entry = policies.entries[policy] {
            expectation = .evidence(try entry.appraiser(allowsSimulated: isSimulated))
        }
        var configuration = ChannelConfiguration(
            role, identity: identity, expectation: expectation, clock: KeepServer.now)
        let source = source
        let binding = binding
        configuration.evidence = { data throws(CollectionFailure) in
            try source.evidence(reportData: data)
        }
        configuration.workload = { binding.current }
        configuration.permitsPlainTLS = transport == .tls
        return try ChannelEndpoint(configuration)
    }

    /// A simulated keep may meet simulated peers, if their policy names the simulated root; a real one
    /// never does.
    private var isSimulated: Bool { source is SimulatedServiceSource }
}

extension PolicySet.Entry {
    /// The policy with its roots.
    func appraiser(allowsSimulated: Bool) throws(Diagnostic) -> PeerAppraiser {
        var all = TrustRoots.vendors
        for root in roots {
            do {
                try all.add(try Certificate(decoding: root[...]))
            } catch {
                throw Diagnostic(what: "a policy's root is no certificate: \(error)")
            }
        }
        return PeerAppraiser(policy: policy, roots: all, allowsSimulated: allowsSimulated)
    }
}

extension TrustRoots {
    /// Adds a root, to the vendor that its name says.
    mutating func add(_ certificate: Certificate) throws(Diagnostic) {
        let anchor = TrustAnchor(certificate)
        switch certificate.subject.commonName {
        case let name? where name.hasPrefix("ARK-"): amd.append(anchor)
        case let name? where name.contains("Nitro"): aws.append(anchor)
        default: intel.append(anchor)
        }
    }
}
