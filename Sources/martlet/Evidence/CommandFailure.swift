import ArgumentParser
import Diagnostics
import Platform

/// Tells an error on standard error and gives the exit code for it.
func failure(_ error: some Diagnosable, _ status: ExitStatus) -> ExitCode {
    failure(error.diagnostic, status)
}

/// Tells an error on standard error and gives the exit code for it.
func failure(_ diagnostic: Diagnostic, _ status: ExitStatus) -> ExitCode {
    let text = "error: \(diagnostic.description)\n"
    try? BorrowedDescriptor.standardError.writeAll(Array(text.utf8))
    return ExitCode(status.rawValue)
}
