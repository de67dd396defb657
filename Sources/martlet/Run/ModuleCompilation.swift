import Cryptography
import Diagnostics
import OptimizingCompiler
import Platform
import SinglePassCompiler
import Wasm
import WasmEngine

/// Gives a module machine code before it is instantiated, as the engine chosen asks for.
struct ModuleCompilation: Sendable {
    var engine: EngineChoice
    var options = CompilationOptions()
    /// For test scripts: hundreds of small modules, none worth much work.
    var isQuick = false
    /// Everything is compiled before the run, for profilers that want all names then.
    var isWhole = false
    /// The file that the module was read from.
    var file: FileIdentity?

    /// Whether stores must be ready for machine code.
    var usesMachineCode: Bool {
        engine != .interpreter && CPUFeatures.ofThisMachine.contains(.baseline)
    }

    /// Installs an image in the module; does nothing for the interpreter.
    func prepare(_ module: LoadedModule) throws(CommandFailure) {
        guard usesMachineCode || engine == .optimized, !module.module.code.isEmpty else { return }
        var needs = options
        needs.checksExceptions = needs.checksExceptions || Self.hasExceptions(module.module)
        switch engine {
        case .interpreter: return
        case .optimized: try optimize(module, needs)
        case .singlePass: try compileAtOnce(module, needs)
        case .auto:
            if installCached(module, needs) { return }
            try compileAtOnce(module, needs)
        }
    }

    /// The optimised image that the cache has of the very file that the module is in.
    var knownImage: MappedImage? {
        guard engine == .auto, usesMachineCode, !isQuick, let file else { return nil }
        return ImageCache.image(of: file, options)
    }

    private func settings() throws(CommandFailure) -> OptimizingCompiler.Settings {
        var settings = OptimizingCompiler.Settings()
        settings.processor = try Self.processor(named: nil)
        settings.versions = ImageCache.versions
        if isQuick {
            settings.level = .quick
            settings.threads = 1
        }
        return settings
    }

    private func optimize(
        _ module: LoadedModule, _ options: CompilationOptions
    ) throws(CommandFailure) {
        let settings = try settings()
        let digest = Hash.sha256(module.module.bytes)
        do throws(CompilationFailure) {
            let compiler = try OptimizingCompiler(settings)
            let cache = isQuick ? nil : ImageCache(compiler.name, digest, options)
            if let image = cache?.image, image.isWhole, (try? module.install(image)) != nil {
                cache?.link(file)
                return
            }
            var image = try compiler.compile(module.valid, digest: digest, options: options)
            image.memory = InitialMemory(module.module)
            cache?.store(image)
            cache?.link(file)
            try Self.install(image, in: module)
        } catch {
            throw CommandFailure(.unavailable, error.diagnostic)
        }
    }

    private static let digestedByteCount = 8 << 20

    /// Installs the optimised image that the cache has; false when it has none.
    private func installCached(
        _ module: LoadedModule, _ options: CompilationOptions
    ) -> Bool {
        // A large file that was never met is not worth the time that its digest takes.
        if isQuick || !ImageCache.hasImages { return false }
        guard module.module.bytes.count <= Self.digestedByteCount else { return false }
        let digest = Hash.sha256(module.module.bytes)
        guard let image = ImageCache.image(ofModule: digest, in: file, options) else {
            return false
        }
        return (try? module.install(image)) != nil
    }

    /// Bytes of function bodies from which on functions are compiled when they are first called:
    /// below, compiling all of them takes less than a millisecond.
    private static let growingByteCount = 48 << 10

    /// Compiles with the single-pass compiler: small modules at once, large ones as they run.
    private func compileAtOnce(
        _ module: LoadedModule, _ options: CompilationOptions
    ) throws(CommandFailure) {
        var options = options
        options.features = .ofThisMachine
        let compiler = SinglePassCompiler(module, options)
        if !isWhole, module.module.sections[.code]?.count ?? 0 >= Self.growingByteCount,
            grow(module, compiler)
        {
            return
        }
        do throws(CodeImageRejection) {
            try module.install(compiler.compileModule(digest: Self.unknownDigest))
        } catch {
            throw CommandFailure(.unavailable, error.diagnostic)
        }
    }

    /// Compiles functions when they are first called, those that no earlier run of the file called.
    private func grow(_ module: LoadedModule, _ compiler: SinglePassCompiler) -> Bool {
        let kept = grownCode(module)
        let header = compiler.header(digest: kept?.digest ?? Self.unknownDigest)
        return
            (try? module.install(
                growingWith: compiler, header, startingWith: kept?.image(header))) != nil
    }

    /// Keeps the code that a run made for the next run of the same file.
    func keepGrownCode(_ module: LoadedModule) {
        guard module.hasGrownCode(leastByteCount: GrownCode.leastByteCount),
            let kept = grownCode(module), let image = module.grownCode
        else { return }
        kept.store(image)
    }

    private func grownCode(_ module: LoadedModule) -> GrownCode? {
        guard !isQuick, let file else { return nil }
        return GrownCode(file, moduleByteCount: module.module.bytes.count, options)
    }

    /// The image never leaves this process, so nobody compares its digest.
    private static let unknownDigest = [UInt8](repeating: 0, count: 32)

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
