/// A valid module made from a seed, in the text format: functions over all number and vector types
/// that compute, branch, loop, throw, call each other and touch memories, globals and tables.
package struct RandomModule {
    package enum Kind: String, CaseIterable { case i32, i64, f32, f64, v128 }

    /// What a module may have beyond what all random modules have. Without extensions, a seed's
    /// module stays the same for ever.
    package enum Extension: String, CaseIterable, Sendable {
        /// All instructions whose operands and result are numbers or vectors.
        case instructions
        /// Structures, arrays, `i31` and casts.
        case aggregates
        /// Atomic instructions, and a shared memory.
        case threads
        /// A second memory.
        case memories
        /// A memory and a table with addresses of 64 bits.
        case memory64
        /// Calls of references to functions; exceptions caught as references.
        case references
    }

    struct Signature {
        var parameters: [Kind]
        var results: [Kind]
    }

    private var state: UInt64
    private(set) var signatures: [Signature] = []
    /// How many functions; nil for a few.
    private let functionCount: Int?
    /// Those that the seed may choose from, then those that it has chosen.
    private var extensions: [Extension]
    /// Whether functions throw and catch.
    private(set) var hasExceptions = false
    private(set) var locals: [Kind] = []
    /// References that the function has locals for.
    var referenceLocals: [Aggregate] = []
    private(set) var current = 0
    private var labels = 0

    package init(seed: UInt64, functionCount: Int? = nil, extensions: [Extension] = []) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        self.functionCount = functionCount
        self.extensions = extensions
    }

    /// SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    mutating func kind() -> Kind {
        pick([.i32, .i32, .i32, .i64, .i64, .f32, .f64, .f64, .v128])
    }

    func has(_ wanted: Extension) -> Bool { extensions.contains(wanted) }

    /// A label that the function does not have yet, without its `$`.
    mutating func label() -> String {
        labels += 1
        return "l\(labels)"
    }

    // MARK: Modules

    /// The module's text. Functions are exported as `f0`, `f1`…
    package mutating func text() -> String {
        let count = functionCount ?? 2 + below(4)
        hasExceptions = below(4) == 0
        extensions = extensions.filter { _ in below(3) > 0 }
        for _ in 0..<count {
            signatures.append(
                Signature(
                    parameters: (0..<below(9)).map { _ in kind() },
                    results: (0..<pick([1, 1, 1, 2, 3])).map { _ in kind() }))
        }
        var lines = ["(module"] + types() + ["(memory (export \"m\") 1 3)"] + moreMemories()
        if hasExceptions { lines.append("(tag $e (param i32)) (tag $e2 (param f64 i64))") }
        for kind in Kind.allCases {
            lines.append(
                "(global $g_\(kind) (export \"g_\(kind)\") (mut \(kind)) \(constant(kind)))")
        }
        lines.append("(data $d \"\\01\\80martlet\\ff\\00\\7fswift\")")
        lines.append("(data (i32.const \(below(60_000))) \"\\de\\ad\\be\\ef\")")
        for index in 0..<count { lines.append(function(index)) }
        let names = (0..<count).map { "$f\($0)" }.joined(separator: " ")
        lines.append("(table $t funcref (elem \(names)))")
        // What it holds is chosen by the guest; only ever called through its own type.
        lines.append("(table $u 4 20 funcref)")
        lines.append("(elem $s funcref (ref.func $f0) (ref.null func) (ref.func $f\(count - 1)))")
        lines += aggregateFields()
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
        text += " (local $c0 i32) (local $c1 i32) (local $c2 i32)" + moreLocals() + "\n"
        for _ in 0..<1 + below(5) { text += statement(3) + "\n" }
        if let call = tailCall(signature.results) { return text + call + ")" }
        for kind in signature.results { text += expression(kind, 4) + "\n" }
        return text + ")"
    }

    /// Now and then the function ends with a tail call.
    private mutating func tailCall(_ results: [Kind]) -> String? {
        let fitting = (0..<current).filter { signatures[$0].results == results }
        guard below(8) == 0, !fitting.isEmpty else { return nil }
        let callee = pick(fitting)
        let arguments = signatures[callee].parameters.map { expression($0, 2) }
            .joined(separator: " ")
        if has(.references), below(3) == 0 {
            return "(return_call_ref $t\(callee) \(arguments) (ref.func $f\(callee)))"
        }
        if below(2) == 0 { return "(return_call $f\(callee) \(arguments))" }
        return "(return_call_indirect $t \(type(callee)) \(arguments) (i32.const \(callee)))"
    }

    /// A function's type as a call through a table names it.
    func type(_ callee: Int) -> String {
        let parameters = signatures[callee].parameters.map { "(param \($0))" }
        let results = signatures[callee].results.map { "(result \($0))" }
        return (parameters + results).joined(separator: " ")
    }

    // MARK: Statements

    mutating func statement(_ depth: Int) -> String {
        if depth > 0, !extensions.isEmpty, below(4) == 0 {
            return extendedStatement(pick(extensions), depth)
        }
        switch depth == 0 ? below(4) : below(16) {
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
        case 10: return grow(depth)
        case 11: return references(depth)
        case 12: return hasExceptions ? exceptions(depth) : jumpOut(depth)
        case 13: return jumpOut(depth)
        case 14: return multiple(depth)
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
        switch below(7) {
        case 0, 1: return "(memory.copy \(to) \(from) \(count))"
        case 2, 3: return "(memory.fill \(to) \(from) \(count))"
        case 4: return "(data.drop $d)"
        default:
            return "(memory.init $d \(to) (i32.const \(below(8))) (i32.const \(below(12))))"
        }
    }

    /// Memory and the second table grow up to their limits.
    private mutating func grow(_ depth: Int) -> String {
        switch below(3) {
        case 0:
            return "(global.set $g_i32 (memory.grow (i32.and \(expression(.i32, depth - 1))"
                + " (i32.const 1))))"
        case 1: return "(global.set $g_i32 (memory.size))"
        default:
            return "(global.set $g_i32 (table.grow $u \(reference()) (i32.const \(below(4)))))"
        }
    }

    private mutating func reference() -> String {
        switch below(3) {
        case 0: "(ref.null func)"
        case 1: "(table.get $u (i32.const \(below(5))))"
        // Exported, so that it may be referred to.
        default: "(ref.func $f\(below(signatures.count)))"
        }
    }

    private mutating func references(_ depth: Int) -> String {
        let index = "(i32.and \(expression(.i32, depth - 1)) (i32.const 7))"
        switch below(8) {
        case 0: return "(table.set $u \(index) \(reference()))"
        case 1: return "(table.fill $u \(index) \(reference()) (i32.const \(below(3))))"
        case 2: return "(table.copy $u $t \(index) (i32.const 0) (i32.const \(below(3))))"
        case 3: return "(table.copy $u $u \(index) (i32.const 1) (i32.const \(below(3))))"
        case 4: return "(table.init $u $s \(index) (i32.const 0) (i32.const \(below(4))))"
        case 5: return "(elem.drop $s)"
        case 6: return "(global.set $g_i32 (table.size $u))"
        default: return "(global.set $g_i32 (ref.is_null \(reference())))"
        }
    }

    private mutating func exceptions(_ depth: Int) -> String {
        labels += 1
        let label = "$h\(labels)"
        let thrown =
            below(3) == 0
            ? "(throw $e2 \(expression(.f64, 1)) \(expression(.i64, 1)))"
            : "(throw $e \(expression(.i32, depth - 1)))"
        let inner =
            "\(statement(depth - 1)) (if \(expression(.i32, depth - 1))"
            + " (then \(below(2) == 0 ? thrown : statement(depth - 1))))"
        switch below(3) {
        case 0:
            return "(global.set $g_i32 (block \(label) (result i32)"
                + " (try_table (catch $e \(label)) \(inner)) \(expression(.i32, 1))))"
        case 1:
            return "(block \(label) (try_table (catch_all \(label)) \(inner)))"
        default:
            return "(block \(label) (result f64 i64)"
                + " (try_table (catch $e2 \(label)) \(inner)) \(expression(.f64, 1))"
                + " \(expression(.i64, 1))) (global.set $g_i64) (global.set $g_f64)"
        }
    }

    /// Leaves the function, or traps, on a condition.
    private mutating func jumpOut(_ depth: Int) -> String {
        let condition = "(i32.eqz (i32.and \(expression(.i32, depth - 1)) (i32.const 15)))"
        if below(4) == 0 { return "(if \(condition) (then (unreachable)))" }
        let results = signatures[current].results.map { expression($0, depth - 1) }
        return "(if \(condition) (then (return \(results.joined(separator: " ")))))"
    }

    /// Blocks with parameters and several results, left early or not.
    private mutating func multiple(_ depth: Int) -> String {
        labels += 1
        let label = "$l\(labels)"
        let (first, second) = (kind(), kind())
        let parameters = "(param \(first) \(second))"
        let results = "(result \(second) \(first))"
        let locals = "(global.set $g_\(first)) (global.set $g_\(second))"
        let start = "\(expression(first, depth - 1)) \(expression(second, depth - 1))"
        if below(2) == 0 {
            return "\(start) (if \(parameters) \(results) \(expression(.i32, depth - 1))"
                + " (then (drop) (drop) \(expression(second, 1)) \(expression(first, 1)))"
                + " (else (global.set $g_\(second)) (global.get $g_\(second))"
                + " (drop) (drop) \(expression(second, 1)) \(expression(first, 1)))) \(locals)"
        }
        return "\(start) (block \(label) \(parameters) \(results) (drop) (drop)"
            + " \(expression(second, depth - 1)) \(expression(first, depth - 1))"
            + " (br_if \(label) \(expression(.i32, depth - 1)))"
            + " (drop) (drop) \(expression(second, 1)) \(expression(first, 1))) \(locals)"
    }

    // MARK: Memory

    /// An address, mostly inside the memory.
    mutating func address(_ depth: Int) -> String {
        let any = expression(.i32, depth)
        return switch below(40) {
        case 0: any
        case 1, 2: "(i32.eqz \(any))"
        default: "(i32.and \(any) (i32.const 0xFFF8))"
        }
    }

    mutating func offset() -> String {
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
        case .v128: width = pick(["", "", "8x8_s", "16x4_u", "32x2_s", "8_splat", "64_zero"])
        default: width = ""
        }
        return "(\(kind).load\(width) \(offset()) \(address(depth)))"
    }

    // MARK: Expressions

    mutating func constant(_ kind: Kind) -> String {
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
        case .v128:
            return below(3) == 0
                ? "(v128.const i64x2 \(bits) \(next()))"
                : "(v128.const i32x4 \(below(3)) -1 \(UInt32(truncatingIfNeeded: bits)) 0x80008000)"
        }
    }

    mutating func leaf(_ kind: Kind) -> String {
        let fitting = locals.indices.filter { locals[$0] == kind }
        switch below(4) {
        case 0: return constant(kind)
        case 1: return "(global.get $g_\(kind))"
        default: return fitting.isEmpty ? constant(kind) : "(local.get \(pick(fitting)))"
        }
    }

    mutating func expression(_ kind: Kind, _ depth: Int) -> String {
        if depth <= 0 || below(8) == 0 { return leaf(kind) }
        if !extensions.isEmpty, below(5) == 0 {
            return extendedExpression(pick(extensions), kind, depth)
        }
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
        return "(call_indirect $t \(parameters) (result \(kind)) \(arguments) (i32.const \(index)))"
    }

    private mutating func comparison(_ depth: Int) -> String {
        let kind = pick([Kind.i32, .i64, .f32, .f64])
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

    private static let lanes = ["i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2"]

    /// One instruction on vectors with a vector as its result.
    private mutating func vector(_ depth: Int) -> String {
        let (a, b) = (expression(.v128, depth), expression(.v128, depth))
        switch below(10) {
        case 0:
            let name = pick(["and", "or", "xor", "andnot"])
            return "(v128.\(name) \(a) \(b))"
        case 1: return "(v128.bitselect \(a) \(b) \(expression(.v128, depth)))"
        case 2:
            let shape = pick(["i8x16", "i16x8", "i32x4", "i64x2"])
            let name = pick(["shl", "shr_s", "shr_u"])
            return "(\(shape).\(name) \(a) \(expression(.i32, depth)))"
        case 3:
            let name = pick([
                "i8x16.add_sat_s", "i8x16.sub_sat_u", "i16x8.q15mulr_sat_s", "i8x16.avgr_u",
                "i16x8.mul", "i32x4.mul", "i64x2.mul", "i32x4.dot_i16x8_s", "i8x16.min_s",
                "i16x8.max_u", "i32x4.min_u", "i8x16.narrow_i16x8_s", "i16x8.narrow_i32x4_u",
                "i16x8.extmul_low_i8x16_s", "i64x2.extmul_high_i32x4_u", "i8x16.swizzle",
            ])
            return "(\(name) \(a) \(b))"
        case 4:
            let name = pick([
                "f32x4.div", "f64x2.mul", "f32x4.min", "f64x2.max", "f32x4.pmin", "f64x2.pmax",
            ])
            return "(\(name) \(a) \(b))"
        case 5:
            let name = pick([
                "i8x16.abs", "i16x8.neg", "i64x2.abs", "i8x16.popcnt", "v128.not", "f32x4.sqrt",
                "f64x2.nearest", "f32x4.ceil", "i32x4.trunc_sat_f32x4_s",
                "i32x4.trunc_sat_f64x2_u_zero", "f32x4.convert_i32x4_u",
                "f64x2.convert_low_i32x4_s", "f32x4.demote_f64x2_zero",
                "f64x2.promote_low_f32x4", "i16x8.extend_high_i8x16_s",
                "i32x4.extadd_pairwise_i16x8_u", "i64x2.extend_low_i32x4_u",
            ])
            return "(\(name) \(a))"
        case 6:
            let comparison = pick(["eq", "ne", "lt_s", "gt_s", "le_s", "ge_s"])
            return "(\(pick(["i8x16", "i16x8", "i32x4", "i64x2"])).\(comparison) \(a) \(b))"
        case 7:
            let (shape, scalar) = pick([
                ("i8x16", Kind.i32), ("i16x8", .i32), ("i32x4", .i32), ("i64x2", .i64),
                ("f32x4", .f32), ("f64x2", .f64),
            ])
            if below(2) == 0 { return "(\(shape).splat \(expression(scalar, depth)))" }
            return "(\(shape).replace_lane \(below(2)) \(a) \(expression(scalar, depth)))"
        case 8:
            let order = (0..<16).map { _ in "\(below(32))" }.joined(separator: " ")
            return "(i8x16.shuffle \(order) \(a) \(b))"
        default:
            return "(\(pick(Self.lanes)).\(pick(["add", "sub"])) \(a) \(b))"
        }
    }

    private mutating func binary(_ kind: Kind, _ depth: Int) -> String {
        let name: String
        if kind == .v128 { return vector(depth) }
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
        if kind == .v128 { return vector(depth) }
        switch kind {
        case .i32: name = pick(["clz", "ctz", "popcnt", "extend8_s", "extend16_s"])
        case .i64: name = pick(["clz", "ctz", "popcnt", "extend8_s", "extend16_s", "extend32_s"])
        default: name = pick(["neg", "abs", "sqrt", "ceil", "floor", "trunc", "nearest"])
        }
        return "(\(kind).\(name) \(expression(kind, depth)))"
    }

    /// A number out of a vector.
    private mutating func lane(_ kind: Kind, _ depth: Int) -> String? {
        let name: String
        switch kind {
        case .i32:
            name = pick([
                "i8x16.extract_lane_s 3", "i16x8.extract_lane_u 7", "i32x4.extract_lane 2",
                "v128.any_true", "i8x16.all_true", "i64x2.all_true", "i8x16.bitmask",
                "i16x8.bitmask", "i32x4.bitmask", "i64x2.bitmask",
            ])
        case .i64: name = "i64x2.extract_lane 1"
        case .f32: name = "f32x4.extract_lane 3"
        case .f64: name = "f64x2.extract_lane 0"
        case .v128: return nil
        }
        return "(\(name) \(expression(.v128, depth)))"
    }

    private mutating func conversion(_ kind: Kind, _ depth: Int) -> String {
        let (name, source): (String, Kind)
        if below(6) == 0, let lane = lane(kind, depth) { return lane }
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
        case .v128: return vector(depth)
        }
        return "(\(kind).\(name) \(expression(source, depth)))"
    }
}
