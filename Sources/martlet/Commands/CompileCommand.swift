import ArgumentParser
import Cryptography
import Diagnostics
import OptimizingCompiler
import Platform
import SinglePassCompiler
import Wasm
import WasmEngine

/// `martlet compile`.
struct CompileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Compile a module to machine code ahead of time.",
        discussion: """
            Needs a clang, version 15 or newer (the Swift toolchain has one); MARTLET_CLANG names \
            another than the first in PATH. The same module, options and clang give the same \
            file. Run it with `martlet run FILE.cwasm`.
            """)

    @Argument(
        help: "A module, binary (.wasm) or text (.wat).",
        completion: .file(extensions: ["wasm", "wat"]))
    var file: String

    @Option(name: [.short, .long], help: "Where the code goes; FILE.cwasm unless given.")
    var output: String?

    @Option(help: "native, x86-64-v2, x86-64-v3 or x86-64-v4.")
    var cpu = "native"

    @Option(
        name: .customShort("O", allowingJoined: true),
        help:
            "How much work is put in: 1, 2 or 3; 0 is the single-pass compiler, which needs no clang."
    )
    var level = 3

    @Flag(help: "Code for runs with --fuel or --timeout, and for keeps: it counts its steps.")
    var metered = false

    @Flag(help: "Code for runs with --deterministic.")
    var deterministic = false

    func run() throws {
        try Console.reporting { try compile() }
    }

    private func compile() throws(CommandFailure) {
        let target = try target()
        let source = try ModuleFile(reading: file)
        let module = try source.validModule(bodies: .deferred)
        var options = CompilationOptions()
        options.isMetered = metered
        options.isDeterministic = deterministic
        options.checksExceptions = ModuleCompilation.hasExceptions(module.module)
        let digest = Hash.sha256(source.bytes)
        var image =
            level == 0
            ? try compileInOnePass(module, digest, options)
            : try optimize(module, digest, options)
        let interpreted = module.module.code.count - image.functions.count
        if interpreted > 0 {
            Console.write("martlet: functions left to the interpreter: \(interpreted)\n")
        }
        image.module = Array(source.bytes)
        image.memory = InitialMemory(module.module)
        do throws(Diagnostic) {
            try target.write(image.encoded())
        } catch {
            throw CommandFailure(.unavailable, error)
        }
    }

    private func target() throws(CommandFailure) -> OutputFile {
        do throws(Diagnostic) { return try OutputFile(output ?? Self.outputName(file)) } catch {
            throw CommandFailure(.unavailable, error)
        }
    }

    private func optimize(
        _ module: ValidModule, _ digest: [UInt8], _ options: CompilationOptions
    ) throws(CommandFailure) -> CodeImage {
        let settings = try settings()
        do throws(CompilationFailure) {
            return try OptimizingCompiler(settings).compile(
                module, digest: digest, options: options)
        } catch {
            if case .invalid = error { throw CommandFailure(.data, error.diagnostic.inFile(file)) }
            throw CommandFailure(.unavailable, error.diagnostic)
        }
    }

    private func compileInOnePass(
        _ module: ValidModule, _ digest: [UInt8], _ options: CompilationOptions
    ) throws(CommandFailure) -> CodeImage {
        var options = options
        options.features = cpu == "native" ? .ofThisMachine : .baseline
        do throws(InstantiationError) {
            let loaded = try LoadedModule(module)
            return SinglePassCompiler(loaded, options).compileModule(digest: digest)
        } catch {
            throw CommandFailure(error.status, error.diagnostic.inFile(file))
        }
    }

    private func settings() throws(CommandFailure) -> OptimizingCompiler.Settings {
        var settings = OptimizingCompiler.Settings()
        settings.processor = try ModuleCompilation.processor(named: cpu)
        guard let level = OptimizationLevel(rawValue: level) else {
            throw CommandFailure(
                .usage,
                Diagnostic(
                    what: "there is no level \(level)", where: "-O", remedy: "give 0, 1, 2 or 3"))
        }
        settings.level = level
        let bar = CompilationBar()
        settings.progress = { bar.show($0, of: $1) }
        return settings
    }

    private static func outputName(_ file: String) -> String {
        for ending in [".wasm", ".wat"] where file.hasSuffix(ending) {
            return file.dropLast(ending.count) + ".cwasm"
        }
        return file + ".cwasm"
    }
}
