import Wasm
import WasmEngine

/// The host module `spectest` that the official scripts import.
///
/// Source: the specification's `interpreter/README.md`, "Spectest Module"; `table64` and the shared
/// memory as in the suites of memory64 and of threads.
enum SpectestModule {
    /// Makes the module anew in `store`.
    static func define(in imports: inout Imports, _ store: Store) throws(InstantiationError) {
        defineFunctions(&imports, store)
        let globals: [(String, ValueType, Value)] = [
            ("global_i32", .i32, .i32(666 as UInt32)), ("global_i64", .i64, .i64(666 as UInt64)),
            ("global_f32", .f32, .f32(666.6 as Float)), ("global_f64", .f64, .f64(666.6)),
        ]
        for (name, type, value) in globals {
            let global = Global(GlobalType(type, isMutable: false), value: value)
            imports["spectest", name] = .global(global)
        }
        let limits = Limits(minimum: 10, maximum: 20)
        imports["spectest", "table"] = .table(try store.table(TableType(.funcref, limits)))
        imports["spectest", "table64"] = .table(
            try store.table(TableType(.funcref, limits, addressType: .i64)))
        let pages = Limits(minimum: 1, maximum: 2)
        imports["spectest", "memory"] = .memory(try store.memory(MemoryType(pages)))
        imports["spectest", "shared_memory"] = .memory(
            try store.memory(MemoryType(pages, isShared: true)))
    }

    /// The functions take their arguments and do nothing: scripts expect nothing of the output.
    private static func defineFunctions(_ imports: inout Imports, _ store: Store) {
        let functions: [(String, [ValueType])] = [
            ("print", []), ("print_i32", [.i32]), ("print_i64", [.i64]), ("print_f32", [.f32]),
            ("print_f64", [.f64]), ("print_i32_f32", [.i32, .f32]),
            ("print_f64_f64", [.f64, .f64]),
        ]
        for (name, parameters) in functions {
            let host = HostFunction(parameters, []) { (_) throws(Trap) in }
            imports["spectest", name] = .function(store.function(host))
        }
    }
}
