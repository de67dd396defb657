import ArgumentParser
import Wasm

/// `martlet validate`.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check that modules keep WebAssembly's rules.",
        discussion: "Prints nothing when all do; exits with 65 when one does not.")

    @Argument(
        help: "Modules, binary (.wasm) or text (.wat).",
        completion: .file(extensions: ["wasm", "wat"]))
    var files: [String]

    func run() throws {
        var worst: ExitStatus?
        for file in files {
            do throws(CommandFailure) {
                _ = try ModuleFile(reading: file).validModule(bodies: .all)
            } catch {
                Console.report(error.diagnostic)
                worst = error.status
            }
        }
        if let worst { throw ExitCode(worst.rawValue) }
    }
}
