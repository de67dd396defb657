import OptimizingCompiler
import Testing
import Wasm
@testable import WasmEngine

/// The same module twice: interpreted, and as optimised code.
struct TierPair {
    let interpreted: Instance
    let optimized: Instance
    private let stores: [Store]

    /// - Parameter imports: what the instance in a store gets.
    init(_ text: String, imports: (Store) throws -> Imports = { _ in Imports() }) throws {
        let module = try ModuleValidator.validate(
            try ModuleDecoder.decode(try TextParser.assemble(text)))
        var made: [(Store, Instance)] = []
        for isOptimized in [false, true] {
            let loaded = try LoadedModule(module)
            var configuration = EngineConfiguration()
            configuration.runsMachineCode = isOptimized
            if isOptimized { try loaded.install(try Self.image(module)) }
            let store = try Store(configuration)
            let instance = try store.instantiate(loaded, imports: imports(store))
            #expect((instance.nativeImage != nil) == isOptimized)
            made.append((store, instance))
        }
        stores = made.map(\.0)
        (interpreted, optimized) = (made[0].1, made[1].1)
    }

    private static func image(_ module: ValidModule) throws -> CodeImage {
        var settings = OptimizingCompiler.Settings()
        settings.processor = try #require(TargetProcessor.native)
        let digest = [UInt8](repeating: 0, count: 32)
        return try OptimizingCompiler(settings).compile(
            module, digest: digest, options: CompilationOptions())
    }

    /// What a call gives in each: its results, or why it trapped.
    func outcomes(_ name: String, _ arguments: UInt32...) throws -> (String, String) {
        (
            try Self.outcome(interpreted, name, arguments),
            try Self.outcome(optimized, name, arguments)
        )
    }

    private static func outcome(
        _ instance: Instance, _ name: String, _ arguments: [UInt32]
    ) throws -> String {
        let function = try #require(instance.function(name))
        do throws(Trap) {
            return "\(try function.call(arguments.map { Value.i32($0) }))"
        } catch {
            return "\(error.reason)"
        }
    }
}
