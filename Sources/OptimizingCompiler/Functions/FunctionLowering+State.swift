internal import Wasm
internal import WasmEngine

/// The engine's state: what ``NativeLayout`` describes.
///
/// `!invariant.load` marks fields that never change while code runs; `!tbaa` says that linear memory
/// (`!11`) and the engine's state (`!12`, globals `!13`) never overlap.
extension FunctionLowering {
    /// A pointer to a field of the context.
    mutating func field(_ offset: some BinaryInteger, of base: String = "%ctx") -> String {
        emit("getelementptr i8, ptr \(base), i64 \(offset)", .i64).text
    }

    /// A pointer that never changes.
    mutating func constantPointer(
        at offset: some BinaryInteger, of base: String = "%ctx"
    ) -> String {
        let place = field(offset, of: base)
        return emit("load ptr, ptr \(place), align 8, !invariant.load !4, !tbaa !12", .i64).text
    }

    /// What a memory's addresses count from.
    mutating func memoryBase(_ memory: Int) -> String {
        if memory == 0, plan.selfOffset > 0 { return "%self" }
        let name = "%mem\(memory)"
        guard memoryBases.insert(memory).inserted else { return name }
        let tags = "align 8, !invariant.load !4, !tbaa !12"
        if memory == 0 {
            entry.line("%mp = getelementptr i8, ptr %ctx, i64 \(NativeLayout.Context.memory0Base)")
            entry.line("\(name) = load ptr, ptr %mp, \(tags)")
        } else {
            entry.line(
                "\(name)a = getelementptr i8, ptr %ctx, i64 \(NativeLayout.Context.memories)")
            entry.line("\(name)b = load ptr, ptr \(name)a, \(tags)")
            entry.line("\(name)c = getelementptr i8, ptr \(name)b, i64 \(8 * memory)")
            entry.line("\(name)d = load ptr, ptr \(name)c, \(tags)")
            entry.line("\(name) = load ptr, ptr \(name)d, \(tags)")
        }
        return name
    }

    /// A memory's base and length.
    mutating func memoryCell(_ memory: Int) -> String {
        if memory == 0 { return constantPointer(at: NativeLayout.Context.memory0) }
        let cells = constantPointer(at: NativeLayout.Context.memories)
        return constantPointer(at: 8 * memory, of: cells)
    }

    /// A table's elements and length.
    mutating func tableCell(_ table: Int) -> String {
        let cells = constantPointer(at: NativeLayout.Context.tables)
        return constantPointer(at: 8 * table, of: cells)
    }

    /// Where a global is.
    mutating func global(_ index: Int) -> String {
        let imported = plan.module.importedGlobalCount
        guard index < imported else {
            return field(Int(NativeLayout.Context.ownGlobals) + 16 * (index - imported))
        }
        let globals = constantPointer(at: NativeLayout.Context.globals)
        return constantPointer(at: 8 * index, of: globals)
    }

    /// The state that the store's running guests share.
    mutating func state() -> String { constantPointer(at: NativeLayout.Context.state) }

    /// The registry's number of a type.
    mutating func typeNumber(_ type: UInt32) -> IRValue {
        let numbers = constantPointer(at: NativeLayout.Context.typeNumbers)
        let place = field(4 * Int(type), of: numbers)
        return emit("load i32, ptr \(place), align 4, !invariant.load !4, !tbaa !12", .i32)
    }

    /// Writes a result after the first.
    mutating func storeResult(_ value: IRValue, at index: Int) {
        let results = constantPointer(at: NativeLayout.State.results, of: state())
        let place = field(16 * index, of: results)
        emit("store \(value.typed), ptr \(place), align 8, !tbaa !12")
    }

    /// Reads a result after the first.
    mutating func loadResult(_ type: IRType, at index: Int) -> IRValue {
        let results = constantPointer(at: NativeLayout.State.results, of: state())
        let place = field(16 * index, of: results)
        return emit("load \(type.text), ptr \(place), align 8, !tbaa !12", type)
    }

    /// Calls a helper; the result's type is LLVM's, `void` for none.
    mutating func callHelper(
        _ helper: RuntimeHelper, _ arguments: String, result: String = "void", _ type: IRType = .i64
    ) -> IRValue {
        let table = constantPointer(at: NativeLayout.Context.runtime)
        let code = constantPointer(at: 8 * helper.rawValue, of: table)
        let location = location()
        let list = arguments.isEmpty ? "ptr %ctx" : "ptr %ctx, \(arguments)"
        needsRoom = true
        if result == "void" {
            emit("call void \(code)(\(list))\(location)")
            return .zero(.i64)
        }
        return emit("call \(result) \(code)(\(list))\(location)", type)
    }

    /// Writes the end of a block of ``traps``: an instruction that faults and tells the code.
    ///
    /// It needs neither context nor stack, so that nothing is kept alive for traps alone.
    mutating func writeTrap(_ code: TrapCode) {
        let location = location()
        traps.line("call void @llvm.ubsantrap(i8 \(code.rawValue)) #1\(location)\nunreachable")
    }

    /// Writes a field of the state in ``traps``.
    mutating func writeState(_ value: String, at offset: Int32) {
        let names = (0..<3).map { _ in newName() }
        traps.line("\(names[0]) = getelementptr i8, ptr %ctx, i64 \(NativeLayout.Context.state)")
        traps.line(
            "\(names[1]) = load ptr, ptr \(names[0]), align 8, !invariant.load !4, !tbaa !12")
        traps.line("\(names[2]) = getelementptr i8, ptr \(names[1]), i64 \(offset)")
        traps.line("store \(value), ptr \(names[2]), align 8, !tbaa !12")
    }

    /// What a function does first but for a look at the stack, for whether it needs that is known
    /// when its calls are: looks at the budgets when they count.
    mutating func openFrame() {
        if plan.isMetered { meter() }
    }

    /// Takes fuel for the straight line that begins here.
    mutating func meter() {
        let place = field(NativeLayout.State.fuel, of: state())
        let fuel = emit("load i64, ptr \(place), align 8, !tbaa !12", .i64)
        let left = emit("sub \(fuel.typed), \(plan.meterStep)", .i64)
        emit("store \(left.typed), ptr \(place), align 8, !tbaa !12")
        let (slow, next) = (newLabel(), newLabel())
        let isOut = emit("icmp slt \(left.typed), 0", .i1)
        emit("br i1 \(isOut.text), label %L\(slow), label %L\(next), !prof !5")
        self.place(slow)
        _ = callHelper(.budget, "")
        go(to: next)
        self.place(next)
    }
}
