/// A valid module made from a seed, in the text format: functions over all number types that
/// compute, branch, loop, call each other and touch memory, globals and a table.
struct RandomModule {
    enum Kind: String, CaseIterable { case i32, i64, f32, f64 }

    struct Signature {
        var parameters: [Kind]
        var results: [Kind]
    }

    private var state: UInt64
    private(set) var signatures: [Signature] = []
    private var locals: [Kind] = []
    private var current = 0
    private var labels = 0

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    private mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    private mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    private mutating func kind() -> Kind { pick(Kind.allCases) }

    // MARK: Modules

    /// The module's text. Functions are exported as `f0`, `f1`…
    mutating func text() -> String {
        let count = 2 + below(4)
        for _ in 0..<count {
            signatures.append(
                Signature(
                    parameters: (0..<below(9)).map { _ in kind() },
                    results: (0..<pick([1, 1, 1, 2, 3])).map { _ in kind() }))
        }
        var lines = ["(module", "(memory (export \"m\") 1 2)"]
        for kind in Kind.allCases {
            lines.append(
                "(global $g_\(kind) (export \"g_\(kind)\") (mut \(kind)) \(constant(kind)))")
        }
        for index in 0..<count { lines.append(function(index)) }
        let names = (0..<count).map { "$f\($0)" }.joined(separator: " ")
        lines.append("(table funcref (elem \(names)))")
        return lines.joined(separator: "\n") + ")"
    }

    private mutating func function(_ index: Int) -> String {
        let signature = signatures[index]
        current = index
        labels = 0
        let own = (0..<2 + below(4)).map { _ in kind() }
        locals = signature.parameters + own
        var text = "(func $f\(index) (export \"f\(index)\")"
        for kind in signature.parameters { text += " (param \(kind))" }
        for kind in signature.results { text += " (result \(kind))" }
        for kind in own { text += " (local \(kind))" }
        // Counters of loops, one a depth.
        text += " (local $c0 i32) (local $c1 i32) (local $c2 i32)\n"
        for _ in 0..<1 + below(5) { text += statement(3) + "\n" }
        for kind in signature.results { text += expression(kind, 4) + "\n" }
        return text + ")"
    }

    // MARK: Statements

    private mutating func statement(_ depth: Int) -> String {
        switch depth == 0 ? below(4) : below(11) {
        case 0, 1:
            let local = below(locals.count)
            return "(local.set \(local) \(expression(locals[local], depth)))"
        case 2:
            let kind = kind()
            return "(global.set $g_\(kind) \(expression(kind, depth)))"
        case 3: return store(depth)
        case 4:
            return "(if \(expression(.i32, depth - 1)) (then \(statement(depth - 1)))"
                + " (else \(statement(depth - 1))))"
        case 5, 6: return loop(depth)
        case 7: return table(depth)
        case 8: return call(depth)
        case 9: return bulk(depth)
        default:
            labels += 1
            let label = "$l\(labels)"
            return "(block \(label) (br_if \(label) \(expression(.i32, depth - 1)))"
                + " \(statement(depth - 1)))"
        }
    }

    private mutating func loop(_ depth: Int) -> String {
        labels += 1
        let (label, counter) = ("$l\(labels)", "$c\(depth - 1)")
        return "(local.set \(counter) (i32.const \(1 + below(5)))) (loop \(label)"
            + " \(statement(depth - 1)) (br_if \(label) (local.tee \(counter)"
            + " (i32.sub (local.get \(counter)) (i32.const 1)))))"
    }

    private mutating func table(_ depth: Int) -> String {
        labels += 1
        let label = "$l\(labels)"
        return "(block \(label)a (block \(label)b (block \(label)c"
            + " (br_table \(label)a \(label)b \(label)c \(expression(.i32, depth - 1)))"
            + ") \(statement(depth - 1))) \(statement(depth - 1)))"
    }

    /// A call whose results go to locals of their types, or away.
    private mutating func call(_ depth: Int) -> String {
        guard current > 0 else { return "(nop)" }
        let callee = below(current)
        let signature = signatures[callee]
        let arguments = signature.parameters.map { expression($0, depth - 1) }
            .joined(separator: " ")
        var text = "(call $f\(callee) \(arguments))"
        for kind in signature.results.reversed() {
            let fitting = locals.indices.filter { locals[$0] == kind }
            text += fitting.isEmpty ? " drop" : " local.set \(pick(fitting))"
        }
        return text
    }

    private mutating func bulk(_ depth: Int) -> String {
        let (to, from) = (address(depth - 1), address(depth - 1))
        let count = "(i32.and \(expression(.i32, depth - 1)) (i32.const 255))"
        return below(2) == 0
            ? "(memory.copy \(to) \(from) \(count))"
            : "(memory.fill \(to) \(from) \(count))"
    }

    // MARK: Memory

    /// An address, mostly inside the memory.
    private mutating func address(_ depth: Int) -> String {
        let any = expression(.i32, depth)
        return below(40) == 0 ? any : "(i32.and \(any) (i32.const 0xFFF8))"
    }

    private mutating func offset() -> String {
        let offset = pick([0, 0, 0, 1, 4, 8, 100, 1000])
        return below(60) == 0 ? "offset=0xFFFFFFF0" : "offset=\(offset)"
    }

    private mutating func store(_ depth: Int) -> String {
        let kind = kind()
        let width: String
        switch kind {
        case .i32: width = pick(["", "8", "16"])
        case .i64: width = pick(["", "8", "16", "32"])
        default: width = ""
        }
        return "(\(kind).store\(width) \(offset()) \(address(depth - 1))"
            + " \(expression(kind, depth - 1)))"
    }

    private mutating func load(_ kind: Kind, _ depth: Int) -> String {
        let width: String
        switch kind {
        case .i32: width = pick(["", "8_s", "8_u", "16_s", "16_u"])
        case .i64: width = pick(["", "8_s", "8_u", "16_s", "16_u", "32_s", "32_u"])
        default: width = ""
        }
        return "(\(kind).load\(width) \(offset()) \(address(depth)))"
    }

    // MARK: Expressions

    private mutating func constant(_ kind: Kind) -> String {
        let edges: [UInt64] = [
            0, 1, 2, 7, 31, 32, 63, 0x7F, 0x80, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
            0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max,
        ]
        let bits = below(3) == 0 ? next() : pick(edges)
        switch kind {
        case .i32: return "(i32.const \(UInt32(truncatingIfNeeded: bits)))"
        case .i64: return "(i64.const \(bits))"
        case .f32:
            return "(f32.const \(pick(["0", "-0", "1", "-1.5", "3e38", "1e-40", "inf", "nan"])))"
        case .f64:
            return "(f64.const \(pick(["0", "-0", "1", "-1.5", "1e308", "5e-324", "-inf", "nan"])))"
        }
    }

    private mutating func leaf(_ kind: Kind) -> String {
        let fitting = locals.indices.filter { locals[$0] == kind }
        switch below(4) {
        case 0: return constant(kind)
        case 1: return "(global.get $g_\(kind))"
        default: return fitting.isEmpty ? constant(kind) : "(local.get \(pick(fitting)))"
        }
    }

    private mutating func expression(_ kind: Kind, _ depth: Int) -> String {
        if depth <= 0 || below(8) == 0 { return leaf(kind) }
        switch below(12) {
        case 0, 1, 2, 3: return binary(kind, depth - 1)
        case 4: return unary(kind, depth - 1)
        case 5: return load(kind, depth - 1)
        case 6: return conversion(kind, depth - 1)
        case 7:
            return "(select \(expression(kind, depth - 1)) \(expression(kind, depth - 1))"
                + " \(expression(.i32, depth - 1)))"
        case 8:
            return "(if (result \(kind)) \(expression(.i32, depth - 1))"
                + " (then \(expression(kind, depth - 1))) (else \(expression(kind, depth - 1))))"
        case 9: return kind == .i32 ? comparison(depth - 1) : binary(kind, depth - 1)
        case 10:
            let fitting = locals.indices.filter { locals[$0] == kind }
            if fitting.isEmpty { return leaf(kind) }
            return "(local.tee \(pick(fitting)) \(expression(kind, depth - 1)))"
        default: return called(kind, depth - 1)
        }
    }

    /// A call of an earlier function with one result of the kind, direct or through the table.
    private mutating func called(_ kind: Kind, _ depth: Int) -> String {
        let fitting = (0..<current).filter { signatures[$0].results == [kind] }
        guard !fitting.isEmpty else { return leaf(kind) }
        let callee = pick(fitting)
        let signature = signatures[callee]
        let arguments = signature.parameters.map { expression($0, depth) }.joined(separator: " ")
        if below(3) > 0 { return "(call $f\(callee) \(arguments))" }
        let parameters = signature.parameters.map { "(param \($0))" }.joined(separator: " ")
        // Mostly the function itself; now and then one of another type, or none.
        let index = below(12) == 0 ? below(8) : callee
        if index >= current, index < signatures.count { return leaf(kind) }
        return "(call_indirect \(parameters) (result \(kind)) \(arguments) (i32.const \(index)))"
    }

    private mutating func comparison(_ depth: Int) -> String {
        let kind = kind()
        let name: String
        switch kind {
        case .i32, .i64:
            if below(6) == 0 { return "(\(kind).eqz \(expression(kind, depth)))" }
            name = pick([
                "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u",
            ])
        default: name = pick(["eq", "ne", "lt", "gt", "le", "ge"])
        }
        return "(\(kind).\(name) \(expression(kind, depth)) \(expression(kind, depth)))"
    }

    private mutating func binary(_ kind: Kind, _ depth: Int) -> String {
        let name: String
        switch kind {
        case .i32, .i64:
            name = pick([
                "add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr",
                "add", "sub", "and", "div_s", "div_u", "rem_s", "rem_u",
            ])
        default: name = pick(["add", "sub", "mul", "div", "min", "max", "copysign"])
        }
        if name.hasPrefix("div_") || name.hasPrefix("rem_"), below(8) > 0 {
            // Mostly not by zero.
            return "(\(kind).\(name) \(expression(kind, depth))"
                + " (\(kind).or \(expression(kind, depth)) (\(kind).const 1)))"
        }
        return "(\(kind).\(name) \(expression(kind, depth)) \(expression(kind, depth)))"
    }

    private mutating func unary(_ kind: Kind, _ depth: Int) -> String {
        let name: String
        switch kind {
        case .i32: name = pick(["clz", "ctz", "popcnt", "extend8_s", "extend16_s"])
        case .i64: name = pick(["clz", "ctz", "popcnt", "extend8_s", "extend16_s", "extend32_s"])
        default: name = pick(["neg", "abs", "sqrt", "ceil", "floor", "trunc", "nearest"])
        }
        return "(\(kind).\(name) \(expression(kind, depth)))"
    }

    private mutating func conversion(_ kind: Kind, _ depth: Int) -> String {
        let (name, source): (String, Kind)
        switch kind {
        case .i32:
            (name, source) = pick([
                ("wrap_i64", .i64), ("reinterpret_f32", .f32), ("trunc_sat_f64_s", .f64),
                ("trunc_sat_f32_u", .f32), ("trunc_sat_f64_u", .f64), ("trunc_f64_s", .f64),
            ])
        case .i64:
            (name, source) = pick([
                ("extend_i32_s", .i32), ("extend_i32_u", .i32), ("reinterpret_f64", .f64),
                ("trunc_sat_f64_u", .f64), ("trunc_sat_f32_s", .f32), ("trunc_f32_u", .f32),
            ])
        case .f32:
            (name, source) = pick([
                ("convert_i32_s", .i32), ("convert_i32_u", .i32), ("convert_i64_s", .i64),
                ("convert_i64_u", .i64), ("demote_f64", .f64), ("reinterpret_i32", .i32),
            ])
        case .f64:
            (name, source) = pick([
                ("convert_i32_s", .i32), ("convert_i32_u", .i32), ("convert_i64_s", .i64),
                ("convert_i64_u", .i64), ("promote_f32", .f32), ("reinterpret_i64", .i64),
            ])
        }
        return "(\(kind).\(name) \(expression(source, depth)))"
    }
}
