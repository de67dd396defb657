internal import Wasm
internal import WasmEngine

/// What the lowering of every function of a module needs to know.
final class ModulePlan: Sendable {
    let valid: ValidModule
    let isMetered: Bool
    let isDeterministic: Bool
    let checksExceptions: Bool
    /// 32-bit memories lie in reservations with guard pages.
    let isGuarded: Bool
    /// The target has instructions for fused multiplication and addition.
    let hasFusedMultiply: Bool
    /// The tables that never change, by their index.
    let settledTables: [Int: SettledTable]
    /// Units of fuel for a function's entry or a loop's round.
    let meterStep = 8

    var module: Module { valid.module }
    let attributes = "#0"

    /// - Throws: ``WasmError`` where a body is malformed or invalid.
    init(
        _ valid: ValidModule, isMetered: Bool, isDeterministic: Bool, checksExceptions: Bool,
        isGuarded: Bool = true, hasFusedMultiply: Bool = true
    ) throws(WasmError) {
        self.valid = valid
        self.isMetered = isMetered
        self.isDeterministic = isDeterministic
        self.checksExceptions = checksExceptions
        self.isGuarded = isGuarded
        self.hasFusedMultiply = hasFusedMultiply
        settledTables = try SettledTable.find(in: valid)
    }

    /// How far behind its context memory 0 begins, where that is known: when it is the module's own.
    /// The register that the instance's functions share then points at the memory.
    var selfOffset: Int {
        module.importedMemoryCount == 0 && !module.memories.isEmpty
            ? NativeLayout.contextByteCount(module) : 0
    }

    /// The first instruction of a definition by the instance's own convention.
    var contextFromSelf: String { "%ctx = getelementptr i8, ptr %self, i64 -\(selfOffset)" }

    /// A function's name in LLVM IR.
    func name(_ function: UInt32) -> String { "f\(function)" }

    /// The name of a settled table in LLVM IR.
    func name(table: Int) -> String { "@t\(table)" }

    /// The name of what the engine and other instances call, by the engine's convention.
    func entryName(_ function: UInt32) -> String { "e\(function)" }

    func signature(ofFunction index: UInt32) -> IRSignature {
        signature(ofType: valid.context.typeIndex(ofFunction: index))
    }

    func signature(ofType index: UInt32) -> IRSignature {
        IRSignature(
            valid.context.parameters(ofType: index) ?? .empty,
            valid.context.results(ofType: index) ?? .empty)
    }

    /// Whether a memory's addresses have 64 bits.
    func isWide(memory: Int) -> Bool { module.memories[memory].addressType == .i64 }

    func isWide(table: Int) -> Bool { module.tables[table].type.addressType == .i64 }
}
