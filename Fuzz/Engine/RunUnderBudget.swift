internal import Wasm
internal import WasmEngine

/// Whatever validates runs to a result or a trap under its budget: any outcome is right but a crash,
/// a hang or memory without bound. Imports of every kind are served, functions by one that returns
/// zeros; every exported function is called twice, with zeros and with odd numbers.
///
/// - Returns: whether the module was instantiated.
@discardableResult
package func fuzzRunUnderBudget(_ bytes: [UInt8]) -> Bool {
    guard let module = try? ModuleDecoder.decode(bytes),
        let valid = try? ModuleValidator.validate(module),
        let loaded = try? LoadedModule(valid),
        // Both variants of code: deterministic code joins fewer instructions.
        let store = try? Store(budgets(isDeterministic: bytes.count % 4 == 0))
    else { return false }
    guard let imports = stubs(for: module, in: store),
        let instance = try? store.instantiate(loaded, imports: imports)
    else { return false }
    for round in 0..<2 {
        for name in instance.exportNames.prefix(64) {
            guard let function = instance.function(name),
                let arguments = values(for: function.type.parameters, isOdd: round == 1)
            else { continue }
            _ = try? function.call(arguments)
            store.setFuel(fuel)
        }
    }
    return true
}

/// For one call, or the start function.
private let fuel: UInt64 = 20_000

private func budgets(isDeterministic: Bool) -> EngineConfiguration {
    var configuration = EngineConfiguration()
    configuration.memoryPages = 64
    configuration.tableElements = 10_000
    configuration.stackBytes = 1 << 18
    configuration.heapBytes = 1 << 20
    configuration.fuel = fuel
    configuration.isDeterministic = isDeterministic
    return configuration
}

/// Something of the right type for each import; nil where there is nothing.
private func stubs(for module: Module, in store: Store) -> Imports? {
    var imports = Imports()
    for entry in module.imports {
        guard let value = stub(for: entry, of: module, in: store) else { return nil }
        imports[entry.module, entry.name] = value
    }
    return imports
}

private func stub(
    for entry: Module.Import, of module: Module, in store: Store
) -> ExternalValue? {
    let index = Int(entry.index)
    switch entry.kind {
    case .function:
        guard case .function(let type) = module.types[Int(module.functions[index])].composite,
            (type.parameters + type.results).allSatisfy({ $0.isNumber })
        else { return nil }
        let count = type.results.count
        return .function(
            store.function(
                HostFunction(type: type) { call in for slot in 0..<count { call.slots[slot] = 0 } }
            ))
    case .memory:
        guard let memory = try? store.memory(module.memories[index]) else { return nil }
        return .memory(memory)
    case .table:
        let type = module.tables[index].type
        guard type.element.isNullable, type.element.heapType.typeIndex == nil,
            let table = try? store.table(type)
        else { return nil }
        return .table(table)
    case .global:
        let type = module.globals[index].type
        guard type.value.heapType.typeIndex == nil, let value = value(of: type.value, number: 0)
        else {
            return nil
        }
        return .global(Global(type, value: value))
    case .tag: return nil
    }
}

/// Zeros or odd numbers; nil when a parameter takes no value from a host.
private func values(for types: [ValueType], isOdd: Bool) -> [Value]? {
    var values: [Value] = []
    for (position, type) in types.enumerated() {
        let number = isOdd ? oddNumbers[position % oddNumbers.count] : 0
        guard let value = value(of: type, number: number) else { return nil }
        values.append(value)
    }
    return values
}

private let oddNumbers: [UInt64] = [
    3, 0xFFFF_FFFF_FFFF_FFFF, 0x3FF8_0000_3FC0_0000, 65_532, 0x8000_0000_8000_0000, 17,
]

private func value(of type: ValueType, number: UInt64) -> Value? {
    switch type {
    case .i32: return .i32(UInt32(truncatingIfNeeded: number))
    case .i64: return .i64(number)
    case .f32: return .f32(UInt32(truncatingIfNeeded: number))
    case .f64: return .f64(number)
    case .v128: return .v128(V128(low: number, high: ~number))
    default: return type.isReference && type.isNullable ? .reference(.null) : nil
    }
}

#if FUZZER
    /// libFuzzer's entry.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        // SAFETY: libFuzzer's data has `count` bytes.
        fuzzRunUnderBudget(unsafe [UInt8](UnsafeBufferPointer(start: data, count: count)))
        return 0
    }
#endif
