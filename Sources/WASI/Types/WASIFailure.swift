package import Platform

/// Why a guest ends inside a WASI call.
package enum WASIExit: Error, Equatable, Sendable {
    /// `proc_exit`: the guest's own decision. 0 is success.
    case processExit(code: UInt32)
    /// `proc_raise` with a signal whose action is to end the process; its WASI number.
    case raised(signal: UInt8)
    /// A wait was ended from outside.
    case interrupted(InterruptionReason)
    /// Standard output and error together passed the budget.
    case outputLimit(byteCount: UInt64)
}

/// How a WASI call fails: with an error number for the guest, or by ending the guest.
package enum WASIFailure: Error, Equatable, Sendable {
    case errno(WASIErrno)
    case exit(WASIExit)
}

/// Runs `body`, whose failures are error numbers for the guest.
@inline(__always)
func failing<R>(_ body: () throws(WASIErrno) -> R) throws(WASIFailure) -> R {
    do {
        return try body()
    } catch {
        throw .errno(error)
    }
}
