internal import Attestation
internal import Synchronization

/// What the keep runs at this moment, for the evidence of all its channels.
final class WorkloadBinding: Sendable {
    private let identity = Mutex(WorkloadIdentity.empty)

    var current: WorkloadIdentity { identity.withLock { $0 } }

    func set(_ identity: WorkloadIdentity) { self.identity.withLock { $0 = identity } }
}
