package import Attestation
package import AttestedTLS
import Bytes
import Cryptography
import Platform
package import SimulatedTEE
import Synchronization

/// A keep of a simulated machine, for tests and benchmarks: makes evidence and the policy that accepts it.
package struct SimulatedKeep: Sendable {
    /// The machine behind all of them; its keys take a while to make.
    package static let machine: SimulatedSNP? = try? SimulatedSNP(seed: Array("channel".utf8))
    /// A machine of another seed, whose root no policy names.
    package static let foreignMachine: SimulatedSNP? = try? SimulatedSNP(seed: Array("else".utf8))
    /// A moment inside all validities.
    package static let now = Instant(secondsSince1970: 1_781_524_800)  // 2026-06-15T12:00:00Z

    package var measurement = [UInt8](repeating: 0x11, count: 48)
    package var machine: SimulatedSNP
    private let collateral: [String: [UInt8]]

    /// - Parameter now: a moment at which its revocation list is in force.
    package init(
        _ machine: SimulatedSNP? = SimulatedKeep.machine, now: Instant = SimulatedKeep.now
    ) throws {
        guard let machine else { throw ChannelFailure(.configuration, "no simulated machine") }
        self.machine = machine
        collateral =
            SNPCollateral(
                endorsementKey: machine.endorsementKey, signingKey: machine.intermediate,
                revocationList: try machine.revocationList(at: now)
            ).parts
    }

    /// Evidence of this keep that carries the report data.
    package func bundle(_ reportData: [UInt8]) throws -> EvidenceBundle {
        EvidenceBundle(
            .snp,
            try machine.report(SimulatedGuest(reportData: reportData, measurement: measurement)),
            collateral: collateral)
    }

    /// What a configuration calls.
    package var provider: EvidenceProvider {
        { [self] (reportData) throws(CollectionFailure) in
            (try? bundle(reportData)) ?? EvidenceBundle(.snp, [])
        }
    }

    /// A policy that accepts this keep with one workload.
    package func policy(_ workload: WorkloadIdentity = .empty) throws -> Policy {
        var policy = Policy(identifier: "channel test")
        try policy.expect(.snp, "measurement", .oneOf([.bytes(measurement)]))
        try policy.expect(.snp, "vendor-root", .oneOf([.flag(false)]))
        try policy.expect(.snp, "product-line", .oneOf([.text("milan")]))
        try policy.expect(.snp, "alias-check-complete", .oneOf([.flag(true)]))
        for name in [
            "host-data", "id-key-digest", "author-key-digest", "smt-allowed", "chip-id",
            "ciphertext-hiding", "reported-tcb", "committed-tcb", "launch-tcb",
        ] {
            try policy.expect(.snp, name, .notAppraised(because: "simulated"))
        }
        policy.expectWorkload(workload)
        return policy
    }

    /// The vendors' roots and this machine's.
    package func roots() throws -> TrustRoots {
        var roots = TrustRoots.vendors
        roots.amd.append(TrustAnchor(try Certificate(decoding: machine.root[...])))
        return roots
    }

    /// An appraiser that accepts this keep with one workload.
    package func appraiser(
        _ workload: WorkloadIdentity = .empty, allowsSimulated: Bool = true
    ) throws -> PeerAppraiser {
        PeerAppraiser(
            policy: try policy(workload), roots: try roots(), allowsSimulated: allowsSimulated)
    }
}

/// A workload's identity for tests.
package func workload(_ name: String) -> WorkloadIdentity {
    WorkloadIdentity(digest: Hash.sha384(Array(name.utf8))) ?? .empty
}

/// The settings that tests start from.
package enum Settings {
    /// A keep that serves owners without TEE.
    package static func keep(
        _ keep: SimulatedKeep, _ workload: WorkloadIdentity = .empty
    ) throws -> ChannelConfiguration {
        var settings = ChannelConfiguration(
            .server, identity: try .generate(),
            expectation: .notAttested(because: "owners have no TEE"),
            clock: { SimulatedKeep.now })
        settings.evidence = keep.provider
        settings.workload = { workload }
        return settings
    }

    /// An owner who verifies a keep.
    package static func owner(
        _ appraiser: PeerAppraiser, identity: ChannelIdentity? = nil
    ) -> ChannelConfiguration {
        ChannelConfiguration(
            .client, identity: identity, expectation: .evidence(appraiser),
            clock: { SimulatedKeep.now })
    }
}
