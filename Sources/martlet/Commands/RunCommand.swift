import ArgumentParser
import Platform
import WASI
import WasmEngine

/// `martlet run`.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a WebAssembly program.",
        discussion: """
            The program sees nothing of this machine but what the options name. Exits with the \
            program's own code; 64 for a wrong command line, 65 for a module that is malformed, \
            invalid or traps, 124 when time or fuel runs out, 137 when memory does.
            """)

    @OptionGroup var capabilities: CapabilityOptions
    @OptionGroup var budgets: BudgetOptions

    @Option(
        help: """
            How code is run: auto, interpreter, single-pass or optimized. What is compiled of a large \
            module is kept in the cache directory for its next run; the directory holds 2 GiB.
            """)
    var engine = EngineChoice.auto

    @Option(
        help: ArgumentHelp(
            "Tell where machine code spends time: perf (for perf report), or a flame graph's file.",
            valueName: "perf|file.svg"))
    var profile: ProfileOutput?

    @Option(
        help: ArgumentHelp(
            "Call this export instead of the program's start; ARGS are its arguments.",
            valueName: "name"))
    var invoke: String?

    @Option(
        help: ArgumentHelp(
            "Make every run the same: random numbers from this seed, a virtual clock, one NaN.",
            valueName: "seed"))
    var deterministic: UInt64?

    @Argument(
        help: "A module, binary (.wasm) or text (.wat), or what `martlet compile` made (.cwasm).",
        completion: .file(extensions: ["wasm", "wat", "cwasm"]))
    var file: String

    @Argument(parsing: .captureForPassthrough, help: "Arguments for the program.")
    var arguments: [String] = []

    func run() throws {
        let outcome = try Console.reporting {
            try GuestRun(RunSettings(self)).start()
        }
        throw ExitCode(outcome)
    }
}
