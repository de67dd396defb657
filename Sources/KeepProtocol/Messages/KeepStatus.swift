package import Attestation
internal import Bytes

/// How far a keep is. It only ever moves on, but that an ended one may take another workload.
package enum KeepPhase: String, Sendable, CaseIterable {
    /// Nobody has proved to be its owner.
    case empty
    /// The owner is known; no workload.
    case attested
    /// A workload is complete; secrets and inputs may come.
    case provisioned
    case running
    case ended
}

/// How a program ended.
package enum GuestOutcome: Equatable, Sendable {
    /// By itself.
    case exited(code: Int32)
    /// By a trap: the reason and the functions that were running.
    case trapped(String)
    /// A budget was used up.
    case outOfBudget(Budget, String)
    /// Somebody ended it.
    case stopped
    /// It could not be started.
    case failed(String)

    package enum Budget: String, Sendable, CaseIterable { case time, memory, output }

    /// The exit code that a command gives for it.
    package var exitCode: Int32 {
        switch self {
        case .exited(let code): code & 0xff != 0 || code == 0 ? code & 0xff : 1
        case .trapped: 65
        case .outOfBudget(.time, _): 124
        case .outOfBudget: 137
        case .stopped: 130
        case .failed: 70
        }
    }

    /// One line about it.
    package var text: String {
        switch self {
        case .exited(let code): "exited with \(code)"
        case .trapped(let reason): "trapped: \(reason)"
        case .outOfBudget(let budget, let reason): "ran out of \(budget.rawValue): \(reason)"
        case .stopped: "was stopped"
        case .failed(let reason): "could not be run: \(reason)"
        }
    }

    var fields: [CBORValue] {
        switch self {
        case .exited(let code): [.text("exited"), CBORValue(Int(code)), .text("")]
        case .trapped(let reason): [.text("trapped"), .unsigned(0), .text(reason)]
        case .outOfBudget(let budget, let reason):
            [.text(budget.rawValue), .unsigned(0), .text(reason)]
        case .stopped: [.text("stopped"), .unsigned(0), .text("")]
        case .failed(let reason): [.text("failed"), .unsigned(0), .text(reason)]
        }
    }

    init(_ fields: inout MessageFields) throws(MalformedBytes) {
        let kind = try fields.text("outcome", atMost: 16)
        guard let code = Int32(exactly: try fields.value().integer ?? .max) else {
            throw fields.malformed("has an exit code out of range")
        }
        let reason = try fields.text("reason", atMost: 1 << 16)
        switch kind {
        case "exited": self = .exited(code: code)
        case "trapped": self = .trapped(reason)
        case "stopped": self = .stopped
        case "failed": self = .failed(reason)
        default:
            guard let budget = Budget(rawValue: kind) else {
                throw fields.malformed("has an unknown outcome")
            }
            self = .outOfBudget(budget, reason)
        }
    }
}

/// What a keep tells about itself.
package struct KeepStatus: Equatable, Sendable {
    package var phase: KeepPhase
    package var identity = WorkloadIdentity.empty
    /// What the program waits for before it can start.
    package var missing: [String]
    /// Approvals of the update that waits, and how many it needs.
    package var approvals: UInt64
    package var approvalsNeeded: UInt64
    package var outputBytes: UInt64

    package init(phase: KeepPhase) {
        self.phase = phase
        missing = []
        approvals = 0
        approvalsNeeded = 0
        outputBytes = 0
    }

    var fields: [CBORValue] {
        [
            .text(phase.rawValue), identity.value,
            .array(missing.map { .text($0) }), .unsigned(approvals), .unsigned(approvalsNeeded),
            .unsigned(outputBytes),
        ]
    }

    init(_ fields: inout MessageFields) throws(MalformedBytes) {
        self.init(phase: try KeepMessage.phase(&fields))
        identity = try fields.identity("identity")
        guard case .array(let elements) = try fields.value() else {
            throw fields.malformed("must list what is missing")
        }
        for element in elements {
            guard case .text(let text) = element else {
                throw fields.malformed("must list what is missing as texts")
            }
            missing.append(text)
        }
        approvals = try fields.unsigned("approvals")
        approvalsNeeded = try fields.unsigned("approvals needed")
        outputBytes = try fields.unsigned("output")
    }
}
