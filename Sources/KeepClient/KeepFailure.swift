package import Attestation
package import AttestedTLS
package import Diagnostics
package import KeepProtocol

/// Why a conversation with a keep went wrong.
package enum KeepFailure: Error, Sendable, Diagnosable {
    /// The channel broke, or the keep's evidence was refused.
    case channel(ChannelFailure)
    /// The keep refused.
    case refused(KeepRefusal)
    /// What came is not the keep protocol.
    case protocolError(String)
    /// The keep computed another identity of the workload than its owner did.
    case otherWorkload(WorkloadIdentity)
    /// The workload is an update that principals have to approve.
    case awaitsApproval
    /// The keep ended the conversation.
    case ended

    package var diagnostic: Diagnostic {
        switch self {
        case .channel(let failure): failure.diagnostic
        case .refused(let refusal): refusal.diagnostic
        case .protocolError(let what):
            Diagnostic(
                what: "the keep answered what is not its protocol: \(what)", where: "keep",
                remedy: "use a `martlet` of the keep's release")
        case .otherWorkload(let identity):
            Diagnostic(
                what: "the keep received another workload, \(identity)", where: "keep",
                remedy: "nothing secret was sent; do not use this host")
        case .awaitsApproval:
            Diagnostic(
                what: "the update waits for approvals", where: "keep",
                remedy: "principals approve it with `martlet approve`")
        case .ended:
            Diagnostic(
                what: "the keep ended the conversation", where: "keep",
                remedy: "`martlet logs` tells what the host saw")
        }
    }
}
