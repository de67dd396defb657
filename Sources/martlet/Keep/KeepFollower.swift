import AttestedTLS
import Attestation
import Diagnostics
import KeepClient
import KeepProtocol
import Platform

/// Follows a program in a keep to its end, and takes its receipt.
struct KeepFollower {
    let session: KeepSession
    let keep: KeepOptions
    let identity: WorkloadIdentity

    /// Writes what the program writes until it ends; it must have been attached to.
    func follow(sendsInput: Bool) throws -> GuestOutcome {
        if sendsInput { try feedInput() }
        let outcome = try output()
        Console.write("the program \(outcome.text.escapedForDisplay(limit: 4000))\n")
        return outcome
    }

    /// Makes an interrupt of this command the program's end; its outcome then arrives as any other. A
    /// second interrupt ends the command alone.
    func endOnSignals() throws {
        try Signals.tripOnTermination(try Interruption()) { [session] in
            guard (try? session.send(.signal(.interrupt))) != nil else { return }
            Signals.answerTermination()
        }
    }

    private func output() throws -> GuestOutcome {
        while true {
            switch try session.receive() {
            case .output(let stream, _, let bytes):
                let target: BorrowedDescriptor = stream == 1 ? .standardOutput : .standardError
                try target.writeAll(bytes)
            case .ended(let outcome): return outcome
            // Input, or the wish to end it, that came too late.
            case .refused(13, _), .refused(14, _), .refused(15, _): continue
            case .refused(_, let refusal): throw refusal
            default: continue
            }
        }
    }

    /// Sends standard input on a thread of its own, in pieces.
    private func feedInput() throws {
        try startDetachedThread { [session] in
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            while true {
                let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                    // SAFETY: the buffer bounds the read.
                    (try? unsafe BorrowedDescriptor.standardInput.read(into: bytes)) ?? 0
                }
                guard count > 0 else { break }
                guard (try? session.send(.input(Array(buffer[..<count])))) != nil else { return }
            }
            try? session.send(.inputEnd)
        }
    }

    /// Takes a receipt that the policy accepts; writes it to a file if one is named.
    func takeReceipt(to path: String?) throws {
        let signed = try session.receipt(for: identity)
        let appraiser = try keep.appraiser(identity)
        let appraisal = try signed.appraise(
            policy: appraiser.policy, roots: appraiser.roots,
            now: session.peer.appraisal.evidence.instant)
        guard appraisal.isAccepted else {
            throw Diagnostic(what: "the receipt's evidence is refused by the policy")
        }
        guard let path else { return }
        try InputFile.write(signed.encoded, to: path)
        Console.write("receipt written to \(path.escapedForDisplay())\n")
    }
}
