import Wasm
@testable import WasmEngine

/// A module of which some functions have machine code, written by hand.
struct NativeGuest {
    let store: Store
    let module: LoadedModule
    let instance: Instance

    /// What every piece of code begins and ends with.
    static let enter: [UInt8] = [0x55, 0x48, 0x89, 0xE5]  // PUSH rbp; MOV rbp, rsp
    static let leave: [UInt8] = [0x5D, 0xC3]  // POP rbp; RET

    init(
        _ text: String, _ functions: [CompiledFunction],
        configuration given: EngineConfiguration = EngineConfiguration(),
        checksExceptions: Bool = false, imports: (Store) -> Imports = { _ in Imports() }
    ) throws {
        var configuration = given
        configuration.runsMachineCode = true
        store = try Store(configuration)
        module = try Guest.load(text)
        try module.install(
            Self.image(functions, of: module, checksExceptions: checksExceptions))
        instance = try store.instantiate(module, imports: imports(store))
    }

    static func image(
        _ functions: [CompiledFunction], of module: LoadedModule, checksExceptions: Bool = false
    ) -> CodeImage {
        var options = CompilationOptions()
        options.checksExceptions = checksExceptions
        let header = CodeImage.Header(
            compiler: "hand", moduleDigest: Array(repeating: 7, count: 32), options: options)
        var builder = CodeImageBuilder(
            header, importedCount: module.module.importedFunctionCount,
            functionCount: module.module.functions.count)
        for function in functions { builder.add(function) }
        return builder.finish(module: Array(module.module.bytes))
    }

    /// A function whose code stands between prologue and epilogue.
    static func function(
        _ index: UInt32, _ body: [UInt8], calls: [(at: Int, function: UInt32)] = [],
        traps: [(at: Int, code: TrapCode)] = [], wasmOffset: UInt32 = 1
    ) -> CompiledFunction {
        let start = UInt32(enter.count)
        return CompiledFunction(
            index: index, code: enter + body + leave,
            calls: calls.map {
                CodeRelocation(offset: start + UInt32($0.at), function: $0.function, isFast: false)
            },
            traps: traps.map { TrapSite(offset: start + UInt32($0.at), code: $0.code) },
            places: [CodeSite(offset: 0, wasmOffset: wasmOffset)])
    }

    func call(_ name: String, _ arguments: Value...) throws -> [Value] {
        guard let function = instance.function(name) else {
            throw Guest.MissingExport(name: name)
        }
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
}
