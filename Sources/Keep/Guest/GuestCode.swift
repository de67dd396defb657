internal import Diagnostics
internal import KeepProtocol
internal import SinglePassCompiler
internal import Wasm
internal import WasmEngine

/// How a program's code runs in this keep: in the interpreter, or as machine code that the keep itself
/// makes in one walk over the module.
struct GuestCode {
    /// Whether the module is compiled before it runs.
    let isCompiled: Bool

    /// - Throws: ``Diagnostic`` when the workload asks for what this keep does not do.
    init(_ workload: Workload) throws(Diagnostic) {
        guard workload.image.isEmpty else {
            throw Diagnostic(
                what: "this keep runs no code image: it compiles the module itself",
                remedy: "send the module alone")
        }
        let canCompile = CPUFeatures.ofThisMachine.contains(.baseline)
        isCompiled = canCompile && workload.manifest.engine != .interpreter
        guard isCompiled || workload.manifest.engine != .native else {
            throw Diagnostic(
                what: "this machine's processor is none that the keep compiles for",
                remedy: "write engine = \"auto\" in Martlet.toml")
        }
    }

    /// Compiles the module, unless it is to be interpreted.
    func prepare(_ module: LoadedModule) throws(Diagnostic) {
        guard isCompiled, !module.module.code.isEmpty else { return }
        var options = CompilationOptions()
        // Whatever runs in a keep can be stopped.
        options.isMetered = true
        options.checksExceptions = !module.module.tags.isEmpty
        options.features = .ofThisMachine
        do throws(CodeImageRejection) {
            try module.install(
                SinglePassCompiler(module, options).compileModule(digest: Self.unknownDigest))
        } catch {
            throw error.diagnostic
        }
    }

    /// The code never leaves this process, so nobody compares its digest.
    private static let unknownDigest = [UInt8](repeating: 0, count: 32)
}
