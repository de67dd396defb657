import ArgumentParser
import Diagnostics
import WasmEngine

/// `martlet wast`.
struct WastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wast",
        abstract: "Run WAST scripts, such as the official test suite's.",
        discussion: """
            Prints each failure as FILE:LINE: what, and at last how many commands passed, failed \
            and were skipped. Exits with 1 when one failed.
            """)

    @Option(help: "How code is run: auto, interpreter, single-pass or optimized.")
    var engine = EngineChoice.auto

    @Argument(
        help: "Scripts, and folders whose .wast files are run.",
        completion: .file(extensions: ["wast"]))
    var paths: [String]

    func run() throws {
        var total = ScriptReport()
        for path in paths {
            for file in ScriptFiles.find(path) { total.add(run(file)) }
        }
        print("\(total.passed) passed, \(total.failures.count) failed, \(total.skipped) skipped")
        if !total.failures.isEmpty { throw ExitCode(1) }
    }

    /// Runs one script in a store of its own and prints its failures.
    private func run(_ file: ScriptFiles.File) -> ScriptReport {
        let report =
            switch file.content {
            case .success(let bytes): ScriptRunner.run(bytes, engine)
            case .failure(let failure): ScriptReport(failure: failure)
            }
        for failure in report.failures {
            print("\(file.path.escapedForDisplay()):\(failure.line): \(failure.what)")
        }
        return report
    }
}
