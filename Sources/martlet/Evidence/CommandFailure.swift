import ArgumentParser
import Diagnostics

/// Tells an error on standard error and gives the exit code for it.
func failure(_ error: some Diagnosable, _ status: ExitStatus) -> ExitCode {
    failure(error.diagnostic, status)
}

/// Tells an error on standard error and gives the exit code for it.
func failure(_ diagnostic: Diagnostic, _ status: ExitStatus) -> ExitCode {
    Console.report(diagnostic)
    return ExitCode(status.rawValue)
}
