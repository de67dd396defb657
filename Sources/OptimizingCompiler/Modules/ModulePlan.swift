internal import Wasm

/// What the lowering of every function of a module needs to know.
final class ModulePlan: Sendable {
    let valid: ValidModule
    let isMetered: Bool
    let isDeterministic: Bool
    let checksExceptions: Bool
    /// 32-bit memories lie in reservations with guard pages.
    let isGuarded: Bool
    /// The segment register GS holds the base of memory 0, and accesses of integers use it.
    let usesSegment: Bool
    /// The target has instructions for fused multiplication and addition.
    let hasFusedMultiply: Bool
    /// Units of fuel for a function's entry or a loop's round.
    let meterStep = 8

    var module: Module { valid.module }
    let attributes = "#0"

    init(
        _ valid: ValidModule, isMetered: Bool, isDeterministic: Bool, checksExceptions: Bool,
        isGuarded: Bool = true, usesSegment: Bool = false, hasFusedMultiply: Bool = true
    ) {
        self.valid = valid
        self.isMetered = isMetered
        self.isDeterministic = isDeterministic
        self.checksExceptions = checksExceptions
        self.isGuarded = isGuarded
        self.usesSegment = usesSegment
        self.hasFusedMultiply = hasFusedMultiply
    }

    /// A function's name in LLVM IR.
    func name(_ function: UInt32) -> String { "f\(function)" }

    /// The name of what the engine and other instances call, which sets GS first.
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

extension ModulePlan {
    /// Whether a module's code can keep GS at the base of memory 0.
    ///
    /// A call that leaves the instance sets GS anew when it returns. Tail calls that may leave the
    /// instance never return, so modules that have some do without.
    static func allowsSegment(_ valid: ValidModule) -> Bool {
        let module = valid.module
        guard let memory = module.memories.first, memory.addressType == .i32 else { return false }
        let imported = UInt32(module.importedFunctionCount)
        for function in imported..<imported + UInt32(module.code.count) {
            // What is malformed or invalid is told when it is lowered.
            guard (try? leavesForEver(valid, function, imported)) == false else { return false }
        }
        return true
    }

    /// Whether a function has a tail call that may leave the instance.
    private static func leavesForEver(
        _ valid: ValidModule, _ function: UInt32, _ imported: UInt32
    ) throws(WasmError) -> Bool {
        var walk = try FunctionValidator(valid, functionIndex: function)
        while try walk.next() {
            switch walk.opcode {
            case .returnCallIndirect, .returnCallRef: return true
            case .returnCall where walk.index0 < imported: return true
            default: continue
            }
        }
        return false
    }
}
