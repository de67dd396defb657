import Testing
import Wasm

@testable import WasmEngine

/// A module of text, instantiated in a store of its own or a given one.
struct Guest {
    let store: Store
    let instance: Instance

    init(
        _ text: String, imports: Imports = Imports(), store: Store? = nil,
        configuration: EngineConfiguration = EngineConfiguration()
    ) throws {
        self.store = try store ?? Store(configuration)
        let module = try ModuleDecoder.decode(TextParser.assemble(text))
        let valid = try ModuleValidator.validate(module, bodies: .all)
        instance = try self.store.instantiate(LoadedModule(valid), imports: imports)
    }

    func call(_ name: String, _ arguments: Value...) throws -> [Value] {
        try #require(instance.function(name)).call(arguments)
    }

    /// What ends the call; nil when it returns.
    func trap(_ name: String, _ arguments: Value...) throws -> Trap.Reason? {
        let function = try #require(instance.function(name))
        do throws(Trap) {
            _ = try function.call(arguments)
            return nil
        } catch {
            return error.reason
        }
    }
}
