import ArgumentParser
import Diagnostics
import Platform

/// How commands tell errors.
enum Console {
    /// Writes `martlet: error: …` to standard error.
    static func report(_ diagnostic: Diagnostic) {
        write("martlet: error: \(diagnostic)\n")
    }

    /// Writes to standard error.
    static func write(_ text: String) {
        try? BorrowedDescriptor.standardError.writeAll(Array(text.utf8))
    }

    /// Runs `body`; an error it throws is told, and becomes its exit code.
    static func reporting<R>(_ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let failure as CommandFailure {
            report(failure.diagnostic)
            throw ExitCode(failure.status.rawValue)
        }
    }
}

/// An error with the exit code it ends the command with.
struct CommandFailure: Error {
    var status: ExitStatus
    var diagnostic: Diagnostic

    init(_ status: ExitStatus, _ diagnostic: Diagnostic) {
        self.status = status
        self.diagnostic = diagnostic
    }
}
