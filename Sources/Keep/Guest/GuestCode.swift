internal import Cryptography
internal import Diagnostics
internal import KeepProtocol
internal import SinglePassCompiler
internal import Wasm
internal import WasmEngine

/// How a program's code runs in this keep: in the interpreter, as machine code that the keep itself
/// makes in one walk over the module, or as the code image that the owner compiled and that the
/// workload's identity covers.
struct GuestCode {
    private enum Source {
        case interpreter
        case singlePass
        case image(CodeImage)
    }

    private let source: Source

    /// Whether machine code runs.
    var isCompiled: Bool {
        if case .interpreter = source { false } else { true }
    }

    /// - Throws: ``Diagnostic`` when the workload asks for what this keep does not do.
    init(_ workload: Workload) throws(Diagnostic) {
        if !workload.image.isEmpty {
            source = .image(try Self.image(workload))
        } else if workload.manifest.engine != .interpreter,
            CPUFeatures.ofThisMachine.contains(.baseline)
        {
            source = .singlePass
        } else {
            source = .interpreter
        }
        guard isCompiled || workload.manifest.engine != .native else {
            throw Diagnostic(
                what: "this machine's processor is none that the keep compiles for",
                remedy: "write engine = \"auto\" in Martlet.toml")
        }
    }

    /// The code that came with the module.
    private static func image(_ workload: Workload) throws(Diagnostic) -> CodeImage {
        do throws(CodeImageRejection) {
            let image = try CodeImage(decoding: workload.image)
            guard image.header.moduleDigest == Hash.sha256(workload.module) else {
                throw .otherModule
            }
            // Whatever runs in a keep can be stopped.
            guard image.header.options.isMetered, !image.header.options.isDeterministic else {
                throw .otherOptions("for runs without a budget; keeps need `--metered` alone")
            }
            return image
        } catch {
            throw error.diagnostic
        }
    }

    /// Gives the module its machine code, unless it is to be interpreted.
    func prepare(_ module: LoadedModule) throws(Diagnostic) {
        guard !module.module.code.isEmpty else { return }
        do throws(CodeImageRejection) {
            switch source {
            case .interpreter: break
            case .singlePass: try module.install(compiled(module))
            case .image(let image): try module.install(image)
            }
        } catch {
            throw error.diagnostic
        }
    }

    private func compiled(_ module: LoadedModule) -> CodeImage {
        var options = CompilationOptions()
        options.isMetered = true
        options.checksExceptions = !module.module.tags.isEmpty
        options.features = .ofThisMachine
        // The code never leaves this process, so nobody compares its digest.
        return SinglePassCompiler(module, options).compileModule(
            digest: [UInt8](repeating: 0, count: 32))
    }
}
