import Wasm
@testable import WasmEngine

/// A module written in the text format, instantiated in a store of its own.
struct Guest {
    let store: Store
    let instance: Instance

    init(
        _ text: String, _ configuration: EngineConfiguration = EngineConfiguration(),
        imports: (Store) -> Imports = { _ in Imports() },
        bodies: ModuleValidator.Bodies = .all
    ) throws {
        store = try Store(configuration)
        let module = try Self.load(text, bodies: bodies)
        instance = try store.instantiate(module, imports: imports(store))
    }

    static func load(
        _ text: String, bodies: ModuleValidator.Bodies = .all
    ) throws -> LoadedModule {
        let module = try ModuleDecoder.decode(try TextParser.assemble(text))
        return try LoadedModule(try ModuleValidator.validate(module, bodies: bodies))
    }

    func call(_ name: String, _ arguments: Value...) throws -> [Value] {
        guard let function = instance.function(name) else { throw MissingExport(name: name) }
        return try function.call(arguments)
    }

    /// The trap that a call ends with; nil when it returns.
    func trap(_ name: String, _ arguments: Value...) -> Trap? {
        guard let function = instance.function(name) else { return nil }
        do throws(Trap) {
            _ = try function.call(arguments)
            return nil
        } catch {
            return error
        }
    }

    struct MissingExport: Error { var name: String }
}
