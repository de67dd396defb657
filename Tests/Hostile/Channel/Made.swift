import Attestation
import Synchronization

/// Keeps the evidence that was made last.
final class Made: Sendable {
    private let bundle = Mutex<EvidenceBundle?>(nil)

    var value: EvidenceBundle? {
        get { bundle.withLock { $0 } }
        set { bundle.withLock { $0 = newValue } }
    }
}
