package import Attestation
import Synchronization

/// A workload that changes during a test.
package final class Current: Sendable {
    private let current = Mutex(WorkloadIdentity.empty)

    package init() {}

    package var value: WorkloadIdentity {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
