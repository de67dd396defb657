import Bytes
package import Diagnostics
import Platform

/// Evidence that could not be collected: what failed, where, and what the likely cause is.
package struct CollectionFailure: Error, Equatable, Sendable, Diagnosable {
    package let what: String
    /// The file or device.
    package let place: String
    package let remedy: String
    /// Whether the same request may succeed in a while.
    package let isTransient: Bool

    init(_ what: String, in place: String, remedy: String = "", isTransient: Bool = false) {
        self.what = what
        self.place = place
        self.remedy = remedy
        self.isTransient = isTransient
    }

    init(_ error: Errno, _ doing: String, in place: String, remedy: String = "") {
        self.init("\(doing): \(error)", in: place, remedy: remedy, isTransient: error.isTransient)
    }

    package var diagnostic: Diagnostic { Diagnostic(what: what, where: place, remedy: remedy) }
}

extension Errno {
    /// Errors after which kernels ask to try again.
    var isTransient: Bool {
        self == .busy || self == .EINTR || self == .EAGAIN || self == .ETIMEDOUT
    }

    /// EBUSY.
    static let busy = Errno(rawValue: 16)
    /// ENXIO.
    static let noSuchProvider = Errno(rawValue: 6)
}

extension SEVGuestFailure {
    /// The kernel's error and the error word of firmware and hypervisor.
    var parts: (error: Errno, exitInfo: UInt64) {
        switch self {
        case .refused(let error, let exitInfo): (error, exitInfo)
        }
    }
}
