import Cryptography
import Diagnostics
import OptimizingCompiler
import Platform
import Wasm
import WasmEngine

/// Gives a module machine code before it is instantiated, as the engine chosen asks for.
struct ModuleCompilation: Sendable {
    var engine: EngineChoice
    var options = CompilationOptions()
    /// For test scripts: hundreds of small modules, none worth much work.
    var isQuick = false

    /// Whether stores must be ready for machine code.
    var usesMachineCode: Bool { engine == .optimized }

    /// Installs an image in the module; does nothing for the interpreter.
    func prepare(_ module: LoadedModule) throws(CommandFailure) {
        guard engine == .optimized, !module.module.code.isEmpty else { return }
        var settings = OptimizingCompiler.Settings()
        settings.processor = try Self.processor(named: nil)
        if isQuick {
            settings.level = .quick
            settings.threads = 1
        }
        var needs = options
        needs.checksExceptions = needs.checksExceptions || Self.hasExceptions(module.module)
        let digest = Hash.sha256(module.module.bytes)
        do throws(CompilationFailure) {
            let compiler = try OptimizingCompiler(settings)
            let cache = isQuick ? nil : ImageCache(compiler.name, digest, needs)
            if let image = cache?.image { return try Self.install(image, in: module) }
            let image = try compiler.compile(module.valid, digest: digest, options: needs)
            cache?.store(image)
            try Self.install(image, in: module)
        } catch {
            throw CommandFailure(.unavailable, error.diagnostic)
        }
    }

    /// Whether exceptions can be thrown or caught by the module's code.
    static func hasExceptions(_ module: Module) -> Bool { !module.tags.isEmpty }

    /// The processor with this name; this machine's for `native` or none.
    static func processor(named name: String?) throws(CommandFailure) -> TargetProcessor {
        if let name, name != "native" {
            guard let processor = TargetProcessor(rawValue: name) else {
                let names = TargetProcessor.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(
                    .usage,
                    Diagnostic(
                        what: "\"\(name.escapedForDisplay())\" is no processor",
                        where: "--cpu", remedy: "name one of native, \(names)"))
            }
            return processor
        }
        guard let processor = TargetProcessor.native else {
            throw CommandFailure(
                .unavailable,
                Diagnostic(
                    what: "this machine is below x86-64-v2",
                    remedy: "run the module with --engine interpreter"))
        }
        return processor
    }

    private static func install(
        _ image: CodeImage, in module: LoadedModule
    ) throws(CompilationFailure) {
        do throws(CodeImageRejection) {
            try module.install(image)
        } catch {
            throw .unusableOutput("\(error.diagnostic.what)")
        }
    }
}
