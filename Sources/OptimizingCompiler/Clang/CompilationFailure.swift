package import Diagnostics
package import Wasm

/// Why a module has no optimised code.
package enum CompilationFailure: Error, Sendable {
    /// A function's body is not valid.
    case invalid(WasmError)
    /// No clang was found, or it could not be started.
    case noCompiler(searched: [String], reason: String)
    /// clang ended badly.
    case compilerFailed(how: String, output: String)
    /// What clang wrote cannot be used.
    case unusableOutput(String)
    /// Files, processes or threads could not be made.
    case system(what: String, reason: String)
}

extension CompilationFailure: Diagnosable {
    package var diagnostic: Diagnostic {
        switch self {
        case .invalid(let error): error.diagnostic
        case .noCompiler(let searched, let reason):
            Diagnostic(
                what: "no clang to compile with: \(reason)",
                where: searched.joined(separator: ", "),
                remedy: "install clang 15 or newer, or set MARTLET_CLANG to its path")
        case .compilerFailed(let how, let output):
            Diagnostic(
                what: "clang \(how): \(output.escapedForDisplay(limit: 400))",
                remedy: "set MARTLET_CLANG to another clang (15 or newer), give the compilation "
                    + "more memory or time, or run the module with --engine single-pass")
        case .unusableOutput(let problem):
            Diagnostic(
                what: "clang's output cannot be used: \(problem)",
                remedy: "set MARTLET_CLANG to another clang (15 or newer)")
        case .system(let what, let reason):
            Diagnostic(
                what: "\(what): \(reason)", remedy: "free some memory, or raise the limits")
        }
    }
}
