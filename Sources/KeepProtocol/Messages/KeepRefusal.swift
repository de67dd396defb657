package import Diagnostics

/// Why a keep did not do what was asked.
package struct KeepRefusal: Error, Equatable, Sendable, Diagnosable {
    package enum Code: String, Sendable, CaseIterable {
        /// The message is not of this protocol; the connection ends.
        case malformed
        /// The client's key did not sign this channel; the connection ends.
        case authentication
        /// Somebody else owns the keep.
        case owned
        /// The client has no right to ask that.
        case forbidden
        /// Not in this phase.
        case phase
        /// Larger than the keep takes.
        case limit
        /// The workload is not what was announced, or contradicts itself.
        case workload
        /// Something that the program needs has not been sent.
        case missing
        /// The keep could not.
        case failure
    }

    package let code: Code
    package let what: String
    package let remedy: String

    package init(_ code: Code, _ what: String, remedy: String = "") {
        self.code = code
        self.what = what
        self.remedy = remedy
    }

    package var diagnostic: Diagnostic {
        Diagnostic(
            what: "the keep refused (\(code.rawValue)): " + what.escapedForDisplay(limit: 1000),
            remedy: remedy.escapedForDisplay(limit: 1000))
    }
}
