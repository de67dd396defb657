internal import Wasm

// What modules have beyond the language that every random module uses.
extension RandomModule {
    // MARK: Fields of the module

    /// Types that calls of references and aggregates name.
    func types() -> [String] {
        var lines = has(.aggregates) ? Aggregate.types : []
        if has(.references) {
            lines += signatures.indices.map { "(type $t\($0) (func \(type($0))))" }
        }
        return lines
    }

    func moreMemories() -> [String] {
        var lines: [String] = []
        if has(.memories) { lines.append("(memory $n 1 2)") }
        if has(.threads) { lines.append("(memory $s 1 2 shared)") }
        if has(.memory64) {
            lines.append("(memory $w i64 1 2)")
            lines.append("(table $x i64 4 20 funcref)")
        }
        return lines
    }

    /// Locals for references.
    mutating func moreLocals() -> String {
        var text = has(.references) && hasExceptions ? " (local $x exnref)" : ""
        referenceLocals = []
        guard has(.aggregates) else { return text }
        referenceLocals = Aggregate.allCases.filter { _ in below(3) == 0 }
        for local in referenceLocals { text += " (local $r_\(local) \(local.type))" }
        return text
    }

    // MARK: Instructions

    mutating func extendedStatement(_ chosen: Extension, _ depth: Int) -> String {
        switch chosen {
        case .instructions: return tableStatement(in: [.core, .misc, .simd], depth)
        case .threads: return tableStatement(in: [.atomic], depth)
        case .aggregates: return aggregateStatement(depth)
        case .memories, .memory64:
            if below(2) == 0 { return below(2) == 0 ? bulkBetween(depth) : wideTable(depth) }
            return instruction(nil, in: [.core, .simd], depth, accessesMemory: true)
                ?? bulkBetween(depth)
        case .references: return hasExceptions ? exceptionReference(depth) : nullBranch(depth)
        }
    }

    mutating func extendedExpression(
        _ chosen: Extension, _ kind: Kind, _ depth: Int
    ) -> String {
        switch chosen {
        case .instructions:
            return instruction(kind, in: [.core, .misc, .simd], depth) ?? leaf(kind)
        case .threads: return instruction(kind, in: [.atomic], depth) ?? leaf(kind)
        case .aggregates: return number(kind, depth - 1) ?? leaf(kind)
        case .memories, .memory64:
            return instruction(kind, in: [.core, .simd], depth, accessesMemory: true)
                ?? leaf(kind)
        case .references: return calledByReference(kind, depth - 1)
        }
    }

    /// Rows of the table by the result's kind, the last for those without.
    private static let rows: [[InstructionDescription]] =
        (Kind.allCases.map(Optional.init) + [nil]).map { kind in
            InstructionTable.rows.filter { row in
                guard let operands = row.operands, row.opcode != .nop else { return false }
                switch row.immediates {
                case .none, .lane, .memoryArgument, .memoryArgumentLane: break
                default: return false
                }
                return operands.result.map { "\($0)" } == kind.map { "\($0)" }
            }
        }

    /// An instruction of some opcode spaces with a result of a kind, or with none.
    private mutating func instruction(
        _ kind: Kind?, in spaces: [OpcodeSpace], _ depth: Int, accessesMemory: Bool = false
    ) -> String? {
        let place = kind.flatMap { Kind.allCases.firstIndex(of: $0) } ?? Kind.allCases.count
        let fitting = Self.rows[place].filter {
            spaces.contains($0.space) && (!accessesMemory || $0.accessWidthLog2 != nil)
        }
        guard !fitting.isEmpty else { return nil }
        let row = pick(fitting)
        let access = row.accessWidthLog2.map { _ in memoryPlace(isAtomic: row.space == .atomic) }
        var words = ["\(row.mnemonic)"]
        if let access { words += [access.memory, access.offset] }
        if let lanes = Self.laneCount(row) { words.append("\(below(lanes))") }
        for operand in row.operands?.parameters ?? [] {
            switch operand {
            case .i32: words.append(expression(.i32, depth - 1))
            case .i64: words.append(expression(.i64, depth - 1))
            case .f32: words.append(expression(.f32, depth - 1))
            case .f64: words.append(expression(.f64, depth - 1))
            case .v128: words.append(expression(.v128, depth - 1))
            case .address: words.append(address(wide: access?.isWide ?? false, depth - 1))
            }
        }
        if row.opcode == .memoryAtomicWait32 || row.opcode == .memoryAtomicWait64 {
            // Nobody wakes it.
            words[words.count - 1] = "(i64.const \(below(1000)))"
        }
        return "(\(words.joined(separator: " ")))"
    }

    private static func laneCount(_ row: InstructionDescription) -> Int? {
        if row.immediates == .memoryArgumentLane { return 16 >> Int(row.accessWidthLog2 ?? 0) }
        guard row.immediates == .lane else { return nil }
        let shapes = [("i8x16", 16), ("i16x8", 8), ("i32x4", 4), ("f32x4", 4)]
        return shapes.first { "\(row.mnemonic)".hasPrefix($0.0) }?.1 ?? 2
    }

    private mutating func tableStatement(in spaces: [OpcodeSpace], _ depth: Int) -> String {
        if spaces == [.atomic], below(12) == 0 { return "(atomic.fence)" }
        if below(2) == 0, let text = instruction(nil, in: spaces, depth) { return text }
        let kind = kind()
        return "(global.set $g_\(kind)"
            + " \(instruction(kind, in: spaces, depth) ?? expression(kind, depth)))"
    }

    // MARK: Memories

    private struct MemoryPlace {
        /// The memory's name; empty for the first.
        var memory: String
        var offset: String
        var isWide = false
    }

    private var memories: [String] {
        [""] + (has(.memories) ? ["$n"] : []) + (has(.threads) ? ["$s"] : [])
            + (has(.memory64) ? ["$w"] : [])
    }

    private mutating func memoryPlace(isAtomic: Bool) -> MemoryPlace {
        let memory = pick(memories)
        var offset = offset()
        // Atomic accesses are aligned, mostly.
        if isAtomic, below(20) > 0 { offset = "offset=\(pick([0, 8, 1000]))" }
        if memory == "$w", below(60) == 0 { offset = "offset=0xFFFFFFFFFFFFFFF0" }
        return MemoryPlace(memory: memory, offset: offset, isWide: memory == "$w")
    }

    private mutating func address(wide: Bool, _ depth: Int) -> String {
        guard wide else { return address(depth) }
        let any = expression(.i64, depth)
        return below(40) == 0 ? any : "(i64.and \(any) (i64.const 0xFFF8))"
    }

    /// A number of bytes, pages or elements for an instruction on a memory or table.
    private mutating func count(wide: Bool, mask: Int, _ depth: Int) -> String {
        let kind = wide ? Kind.i64 : .i32
        return "(\(kind).and \(expression(kind, depth)) (\(kind).const \(mask)))"
    }

    private mutating func bulkBetween(_ depth: Int) -> String {
        let (to, from) = (pick(memories), pick(memories))
        let (isWide, isFromWide) = (to == "$w", from == "$w")
        let target = address(wide: isWide, depth - 1)
        switch below(5) {
        case 0:
            let source = address(wide: isFromWide, depth - 1)
            let count = count(wide: isWide && isFromWide, mask: 255, depth - 1)
            let names = "\(to.isEmpty ? "0" : to) \(from.isEmpty ? "0" : from)"
            return "(memory.copy \(names) \(target) \(source) \(count))"
        case 1:
            return "(memory.fill \(to) \(target) \(expression(.i32, 1))"
                + " \(count(wide: isWide, mask: 255, depth - 1)))"
        case 2:
            return "(memory.init \(to) $d \(target) (i32.const \(below(8)))"
                + " (i32.const \(below(12))))"
        case 3: return "(global.set $g_\(isWide ? "i64" : "i32") (memory.size \(to)))"
        default:
            return "(global.set $g_\(isWide ? "i64" : "i32") (memory.grow \(to)"
                + " \(count(wide: isWide, mask: 1, depth - 1))))"
        }
    }

    /// An instruction on the table with addresses of 64 bits, if there is one.
    private mutating func wideTable(_ depth: Int) -> String {
        guard has(.memory64) else { return bulkBetween(depth) }
        let index = count(wide: true, mask: 7, depth - 1)
        let function = "(ref.func $f\(below(signatures.count)))"
        switch below(7) {
        case 0: return "(table.set $x \(index) \(function))"
        case 1: return "(global.set $g_i32 (ref.is_null (table.get $x \(index))))"
        case 2: return "(global.set $g_i64 (table.grow $x \(function) (i64.const \(below(3)))))"
        case 3: return "(table.fill $x \(index) (ref.null func) (i64.const \(below(3))))"
        case 4: return "(table.copy $x $t \(index) (i32.const 0) (i32.const \(below(3))))"
        case 5: return "(table.init $x $s \(index) (i32.const 0) (i32.const \(below(4))))"
        default: return "(global.set $g_i64 (table.size $x))"
        }
    }

    // MARK: References to functions, and exceptions as references

    /// A call of an earlier function with one result of the kind.
    private mutating func calledByReference(_ kind: Kind, _ depth: Int) -> String {
        let fitting = (0..<current).filter { signatures[$0].results == [kind] }
        guard !fitting.isEmpty else { return leaf(kind) }
        let callee = pick(fitting)
        let arguments = signatures[callee].parameters.map { expression($0, depth) }
            .joined(separator: " ")
        let function = "(ref.func $f\(callee))"
        let condition = expression(.i32, depth)
        let null = "(ref.null $t\(callee))"
        switch below(6) {
        case 0:
            let chosen =
                "(select (result (ref null $t\(callee))) \(function) \(null) \(condition))"
            return "(call_ref $t\(callee) \(arguments) \(chosen))"
        case 1 where has(.aggregates):
            let cast = "(ref.cast (ref $t\(callee)) (table.get $t (i32.const \(callee))))"
            return "(call_ref $t\(callee) \(arguments) \(cast))"
        case 2 where has(.memory64):
            return "(table.set $x (i64.const 0) \(function))"
                + " (call_indirect $x \(type(callee)) \(arguments)"
                + " (i64.and (i64.extend_i32_u \(condition)) (i64.const 1)))"
        default: return "(call_ref $t\(callee) \(arguments) \(function))"
        }
    }

    private mutating func nullBranch(_ depth: Int) -> String {
        let label = label()
        let function = "(table.get $u \(count(wide: false, mask: 3, depth - 1)))"
        if below(2) == 0 {
            return "(block $\(label) (drop (br_on_null $\(label) \(function)))"
                + " \(statement(depth - 1)))"
        }
        return "(drop (block $\(label) (result (ref func)) (br_on_non_null $\(label)"
            + " \(function)) \(statement(depth - 1)) (ref.func $f0)))"
    }

    /// Exceptions that are caught as references, and thrown again or not.
    private mutating func exceptionReference(_ depth: Int) -> String {
        let label = label()
        let inner =
            "\(statement(depth - 1)) (if \(expression(.i32, depth - 1))"
            + " (then (throw $e \(expression(.i32, 1)))))"
        let again =
            "(if (i32.and \(expression(.i32, 1)) (i32.const 1))"
            + " (then (throw_ref (local.get $x))))"
        if below(2) == 0 {
            return "(block $\(label)a (block $\(label) (result exnref)"
                + " (try_table (catch_all_ref $\(label)) \(inner)) (br $\(label)a))"
                + " (local.set $x) \(again))"
        }
        return "(block $\(label)a (block $\(label) (result i32 exnref)"
            + " (try_table (catch_ref $e $\(label)) \(inner)) (br $\(label)a))"
            + " (local.set $x) (global.set $g_i32) \(again))"
    }
}
