import ArgumentParser
import Diagnostics
import Wasm
import WasmEngine

/// `martlet wast`.
struct WastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wast",
        abstract: "Run WAST scripts, such as the official test suite's.",
        discussion: """
            Prints each failure as FILE:LINE: what, and at last how many commands passed, failed \
            and were skipped. Exits with 1 when one failed. Of assert_malformed and assert_invalid \
            the class is checked, of assert_trap and assert_exhaustion the message too.
            """)

    @Option(help: "How code is run: auto, interpreter, single-pass or optimized.")
    var engine = EngineChoice.auto

    @Option(
        help: ArgumentHelp(
            "Run nothing: write the scripts' modules, assembled, into this folder.",
            valueName: "folder"),
        completion: .directory)
    var saveModules: String?

    @Argument(
        help: "Scripts, and folders whose .wast files are run.",
        completion: .file(extensions: ["wast"]))
    var paths: [String]

    func run() throws {
        if let saveModules { return try Console.reporting { try save(to: saveModules) } }
        var total = ScriptReport()
        for path in paths {
            for file in ScriptFiles.find(path) { total.add(run(file)) }
        }
        print("\(total.passed) passed, \(total.failures.count) failed, \(total.skipped) skipped")
        if !total.failures.isEmpty { throw ExitCode(1) }
    }

    /// Writes each module of the scripts that assembles into a folder, named by script and line.
    private func save(to folder: String) throws(CommandFailure) {
        for path in paths {
            for file in ScriptFiles.find(path) {
                guard case .success(let bytes) = file.content,
                    let commands = try? ScriptParser.parse(bytes)
                else { continue }
                let name = file.path.split(separator: "/").suffix(2).joined(separator: "-")
                for command in commands {
                    guard case .module(let module) = command.operation,
                        let binary = try? module.assemble()
                    else { continue }
                    let target = "\(folder)/\(name)-\(command.line).wasm"
                    do throws(Diagnostic) {
                        try InputFile.write(binary, to: target)
                    } catch {
                        throw CommandFailure(.unavailable, error)
                    }
                }
            }
        }
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
