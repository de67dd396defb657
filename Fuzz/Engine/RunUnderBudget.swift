import Wasm
import WasmEngine

/// Whatever validates runs to a result or a trap under its budget: any outcome is right but a crash,
/// a hang or memory without bound. Imported functions are served by one that returns zeros.
@discardableResult
func fuzzRunUnderBudget(_ bytes: [UInt8]) -> Bool {
    guard let module = try? ModuleDecoder.decode(bytes),
        let valid = try? ModuleValidator.validate(module),
        let loaded = try? LoadedModule(valid), let store = try? Store(smallBudgets)
    else { return false }
    var imports = Imports()
    for entry in module.imports where entry.kind == .function {
        let index = Int(module.functions[Int(entry.index)])
        guard case .function(let type) = module.types[index].composite,
            (type.parameters + type.results).allSatisfy({ $0.isNumber })
        else { return false }
        let count = type.results.count
        imports[entry.module, entry.name] = .function(
            store.function(
                HostFunction(type: type) { call in for slot in 0..<count { call.slots[slot] = 0 } })
        )
    }
    guard let instance = try? store.instantiate(loaded, imports: imports) else { return false }
    for name in instance.exportNames {
        guard let function = instance.function(name),
            let arguments = zeros(for: function.type.parameters)
        else { continue }
        _ = try? function.call(arguments)
        store.setFuel(20_000)
    }
    return true
}

private let smallBudgets: EngineConfiguration = {
    var configuration = EngineConfiguration()
    configuration.memoryPages = 64
    configuration.tableElements = 10_000
    configuration.stackBytes = 1 << 18
    configuration.heapBytes = 1 << 20
    configuration.fuel = 20_000
    return configuration
}()

private func zeros(for types: [ValueType]) -> [Value]? {
    var values: [Value] = []
    for type in types {
        switch type {
        case .i32: values.append(.i32(0 as UInt32))
        case .i64: values.append(.i64(0 as UInt64))
        case .f32: values.append(.f32(0 as Float))
        case .f64: values.append(.f64(0 as Double))
        default:
            guard type.isReference, type.isNullable else { return nil }
            values.append(.reference(.null))
        }
    }
    return values
}

/// libFuzzer's entry.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    fuzzRunUnderBudget(unsafe [UInt8](UnsafeBufferPointer(start: data, count: count)))
    return 0
}
