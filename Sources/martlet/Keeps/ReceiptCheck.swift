import Attestation
import AttestedTLS
import Diagnostics
import KeepProtocol
import Platform

/// What makes a receipt worth something: a keep that the policy accepts gave it, for this workload.
struct ReceiptCheck {
    let appraiser: PeerAppraiser

    /// - Parameter workload: what must have run; nil: what the receipt says, whatever it is.
    @discardableResult
    func verify(_ signed: SignedReceipt, workload: WorkloadIdentity?) throws -> AttestedPeer {
        var appraiser = appraiser
        appraiser.policy.expectWorkload(workload ?? signed.receipt.workload)
        let now = Instant(
            secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
        return try appraiser.examine(signed.evidence, try signed.receipt.binding(), at: now)
    }
}

extension Receipt {
    /// One line about the run.
    var line: String {
        let milliseconds = Double(usage.wallNanoseconds / 10_000) / 100
        let states = vaults.sorted { $0.key < $1.key }.map { name, state in
            let place = state.isAnchored ? "anchored at" : "unanchored,"
            return ", vault \(name) \(place) epoch \(state.epoch)"
        }
        return "workload \(workload) \(outcome.text) after \(milliseconds) ms, "
            + "\(usage.outputBytes) bytes of output" + states.joined()
    }
}
