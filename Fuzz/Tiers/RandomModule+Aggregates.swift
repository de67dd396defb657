/// What references of random modules are declared to refer to; each may be null.
enum Aggregate: String, CaseIterable {
    /// A structure with a field of each storage type, and one with more fields.
    case base, derived
    case bytes, halves, words, longs, floats, doubles, vectors
    /// An array of `anyref`.
    case links
    case i31, eq, any

    /// The type of a reference that may be null.
    var type: String { isAbstract ? "\(self)ref" : "(ref null $\(self))" }
    /// The type of one that may not.
    var nonNullType: String { isAbstract ? "(ref \(self))" : "(ref $\(self))" }

    private var isAbstract: Bool { self == .i31 || self == .eq || self == .any }

    static let arrays: [Aggregate] = [
        .bytes, .halves, .words, .longs, .floats, .doubles, .vectors, .links,
    ]

    /// What an array's elements are as operands; nil for references.
    var element: RandomModule.Kind? {
        switch self {
        case .bytes, .halves, .words: .i32
        case .longs: .i64
        case .floats: .f32
        case .doubles: .f64
        case .vectors: .v128
        case .base, .derived, .links, .i31, .eq, .any: nil
        }
    }

    /// Elements and fields of fewer than 32 bits are read with a sign or without.
    var isPacked: Bool { self == .bytes || self == .halves }

    static let types: [String] = {
        let fields =
            ["i32", "i64", "f32", "f64", "v128", "i8", "i16", "(ref null $base)", "anyref"]
            .map { "(field (mut \($0)))" }.joined()
        let elements = ["i8", "i16", "i32", "i64", "f32", "f64", "v128", "anyref"]
        return zip(arrays, elements).map { "(type $\($0) (array (mut \($1))))" } + [
            "(rec (type $base (sub (struct \(fields))))",
            "(type $derived (sub $base (struct \(fields) (field i64)"
                + " (field (mut (ref null $bytes)))))))",
        ]
    }()
}

// Structures, arrays, i31 and casts.
extension RandomModule {
    /// Fields of the module that aggregates are kept in.
    func aggregateFields() -> [String] {
        guard has(.aggregates) else { return [] }
        return [
            "(global $g_base (mut (ref null $base)) (ref.null $base))",
            "(global $g_any (mut anyref) (ref.i31 (i32.const 7)))",
            "(table $r 8 anyref)",
            "(elem $e_any anyref (ref.i31 (i32.const -5)) (ref.null any)"
                + " (item (struct.new_default $base)) (item (ref.i31 (i32.const 99))))",
            "(func $same (param anyref i32) (result anyref) (local.get 0))",
            "(func $linked (param i32 (ref null $base)) (result (ref $base)) (local (ref $base))"
                + " (local.set 2 (struct.new_default $base))"
                + " (struct.set $base 0 (local.get 2) (local.get 0))"
                + " (struct.set $base 7 (local.get 2) (local.get 1)) (local.get 2))",
        ]
    }

    // MARK: References

    /// A reference that may be null.
    private mutating func reference(_ wanted: Aggregate, _ depth: Int) -> String {
        if depth <= 0 || below(5) == 0 { return known(wanted) }
        switch below(10) {
        case 0, 1: return fresh(wanted, depth)
        case 2, 3: return cast(wanted, depth - 1)
        case 4:
            return "(select (result \(wanted.type)) \(reference(wanted, depth - 1))"
                + " \(reference(wanted, depth - 1)) \(expression(.i32, depth - 1)))"
        case 5:
            return "(if (result \(wanted.type)) \(expression(.i32, depth - 1))"
                + " (then \(reference(wanted, depth - 1)))"
                + " (else \(reference(wanted, depth - 1))))"
        case 6:
            guard referenceLocals.contains(wanted) else { return known(wanted) }
            return "(local.tee $r_\(wanted) \(reference(wanted, depth - 1)))"
        case 7: return stored(wanted, depth - 1)
        case 8: return nonNull(wanted, depth - 1)
        default: return narrower(wanted, depth - 1)
        }
    }

    private mutating func known(_ wanted: Aggregate) -> String {
        if referenceLocals.contains(wanted), below(4) > 0 {
            return "(local.get $r_\(wanted))"
        }
        switch wanted {
        case .base where below(2) == 0: return "(global.get $g_base)"
        case .any where below(2) == 0: return "(global.get $g_any)"
        case .i31: return "(ref.i31 \(leaf(.i32)))"
        case .eq, .any: return "(ref.null none)"
        default:
            return below(3) == 0
                ? "(ref.null \(below(2) == 0 ? "$\(wanted)" : "none"))" : fresh(wanted, 0)
        }
    }

    /// A reference to something new.
    private mutating func fresh(_ wanted: Aggregate, _ depth: Int) -> String {
        switch wanted {
        case .base, .derived: return structure(wanted, depth)
        case .i31: return "(ref.i31 \(expression(.i32, depth - 1)))"
        case .eq, .any:
            return fresh(pick([.base, .derived, .bytes, .words, .links, .i31]), depth)
        default: return array(wanted, depth)
        }
    }

    private mutating func structure(_ wanted: Aggregate, _ depth: Int) -> String {
        if depth <= 0 || below(3) == 0 { return "(struct.new_default $\(wanted))" }
        if wanted == .base, below(4) == 0 {
            return "(call $linked \(expression(.i32, depth - 1)) \(reference(.base, depth - 1)))"
        }
        var fields = [Kind.i32, .i64, .f32, .f64, .v128, .i32, .i32].map {
            expression($0, depth - 1)
        }
        fields += [reference(.base, depth - 1), reference(.any, depth - 1)]
        if wanted == .derived {
            fields += [expression(.i64, depth - 1), reference(.bytes, depth - 1)]
        }
        return "(struct.new $\(wanted) \(fields.joined(separator: " ")))"
    }

    /// An element, or what a field of references takes.
    private mutating func element(_ array: Aggregate, _ depth: Int) -> String {
        array.element.map { expression($0, depth) } ?? reference(.any, depth)
    }

    /// An array of eight elements or more, mostly.
    private mutating func array(_ wanted: Aggregate, _ depth: Int) -> String {
        let count =
            "(i32.or (i32.and \(expression(.i32, depth - 1)) (i32.const 15)) (i32.const 8))"
        switch below(6) {
        case 0, 1: return "(array.new \("$\(wanted)") \(element(wanted, depth - 1)) \(count))"
        case 2:
            let elements = (0..<below(12)).map { _ in element(wanted, 0) }
            return "(array.new_fixed $\(wanted) \(elements.count)"
                + " \(elements.joined(separator: " ")))"
        case 3:
            let place = "(i32.const \(below(2))) (i32.const \(below(5)))"
            return wanted == .links
                ? "(array.new_elem $links $e_any \(place))"
                : "(array.new_data $\(wanted) $d \(place))"
        default: return "(array.new_default $\(wanted) \(count))"
        }
    }

    private mutating func cast(_ wanted: Aggregate, _ depth: Int) -> String {
        let (from, label) = (reference(.any, depth), label())
        switch below(12) {
        case 0:
            return "(ref.cast \(below(2) == 0 ? wanted.type : wanted.nonNullType) \(from))"
        case 1, 2, 3, 4, 5:
            return "(block $\(label) (result \(wanted.type)) (br_on_cast $\(label) anyref"
                + " \(wanted.type) \(from)) (drop) \(fresh(wanted, depth)))"
        default:
            let outer = "\(label)a"
            return "(block $\(outer) (result \(wanted.type)) (block $\(label) (result anyref)"
                + " (br_on_cast_fail $\(label) anyref \(wanted.type) \(from)) (br $\(outer)))"
                + " (drop) \(fresh(wanted, depth)))"
        }
    }

    /// A reference out of a field, an array, a table or a call.
    private mutating func stored(_ wanted: Aggregate, _ depth: Int) -> String {
        switch wanted {
        case .base: return "(struct.get $base 7 \(nonNull(.base, depth)))"
        case .bytes: return "(struct.get $derived 10 \(nonNull(.derived, depth)))"
        case .any:
            switch below(5) {
            case 0:
                return "(struct.get $\(pick(["base", "derived"])) 8 \(nonNull(.derived, depth)))"
            case 1: return "(array.get $links \(nonNull(.links, depth)) \(index(depth)))"
            case 2: return "(table.get $r \(index(depth)))"
            case 3: return "(any.convert_extern (extern.convert_any \(reference(.any, depth))))"
            default:
                return "(call $same \(reference(.any, depth)) \(expression(.i32, depth)))"
            }
        default: return known(wanted)
        }
    }

    /// A reference of a type below the wanted one.
    private mutating func narrower(_ wanted: Aggregate, _ depth: Int) -> String {
        switch wanted {
        case .base: return reference(.derived, depth)
        case .eq:
            return reference(pick(Aggregate.allCases.filter { $0 != .eq && $0 != .any }), depth)
        case .any: return reference(pick(Aggregate.allCases.filter { $0 != .any }), depth)
        default: return fresh(wanted, depth)
        }
    }

    /// A reference that is not null, or, now and then, one that may be.
    private mutating func nonNull(_ wanted: Aggregate, _ depth: Int) -> String {
        let label = label()
        switch below(24) {
        case 0: return reference(wanted, depth)
        case 1: return "(ref.as_non_null \(reference(wanted, depth)))"
        case 2, 3, 4, 5, 6, 7: return fresh(wanted, depth)
        default:
            return "(block $\(label) (result \(wanted.nonNullType)) (br_on_non_null $\(label)"
                + " \(reference(wanted, depth))) \(fresh(wanted, depth)))"
        }
    }

    /// An index inside most arrays.
    private mutating func index(_ depth: Int) -> String {
        "(i32.and \(expression(.i32, depth)) (i32.const \(below(40) == 0 ? 31 : 7)))"
    }

    // MARK: Numbers out of aggregates

    mutating func number(_ kind: Kind, _ depth: Int) -> String? {
        if kind == .i32, below(2) == 0 { return question(depth) }
        if below(2) == 0 {
            let owner = pick([Aggregate.base, .derived])
            let structure = nonNull(owner, depth)
            switch kind {
            case .i32:
                let (field, sign) = pick([(0, ""), (5, "_s"), (5, "_u"), (6, "_s"), (6, "_u")])
                return "(struct.get\(sign) $base \(field) \(structure))"
            case .i64 where owner == .derived:
                return "(struct.get $derived 9 \(structure))"
            case .i64: return "(struct.get $base 1 \(structure))"
            case .f32: return "(struct.get $base 2 \(structure))"
            case .f64: return "(struct.get $base 3 \(structure))"
            case .v128: return "(struct.get $base 4 \(structure))"
            }
        }
        let array = pick(Aggregate.arrays.filter { $0.element == kind })
        let sign = array.isPacked ? pick(["_s", "_u"]) : ""
        return "(array.get\(sign) $\(array) \(nonNull(array, depth)) \(index(depth)))"
    }

    /// What references are, as a number.
    private mutating func question(_ depth: Int) -> String {
        let asked = pick(Aggregate.allCases)
        switch below(6) {
        case 0:
            return "(ref.test \(below(2) == 0 ? asked.type : asked.nonNullType)"
                + " \(reference(.any, depth)))"
        case 1: return "(ref.eq \(reference(.eq, depth)) \(reference(.eq, depth)))"
        case 2: return "(ref.is_null \(reference(asked, depth)))"
        case 3: return "(i31.get_\(pick(["s", "u"])) \(nonNull(.i31, depth)))"
        default: return "(array.len \(nonNull(pick(Aggregate.arrays), depth)))"
        }
    }

    // MARK: Statements

    mutating func aggregateStatement(_ depth: Int) -> String {
        let array = pick(Aggregate.arrays)
        switch below(9) {
        case 0, 1:
            guard !referenceLocals.isEmpty else {
                return "(global.set $g_base \(reference(.base, depth)))"
            }
            let local = pick(referenceLocals)
            return "(local.set $r_\(local) \(reference(local, depth)))"
        case 2: return "(global.set $g_any \(reference(.any, depth)))"
        case 3: return setField(depth - 1)
        case 4:
            return "(array.set $\(array) \(nonNull(array, depth - 1)) \(index(depth - 1))"
                + " \(element(array, depth - 1)))"
        case 5:
            return "(array.fill $\(array) \(nonNull(array, depth - 1)) \(index(depth - 1))"
                + " \(element(array, depth - 1)) (i32.const \(below(3))))"
        case 6:
            return "(array.copy $\(array) $\(array) \(nonNull(array, depth - 1))"
                + " \(index(depth - 1)) \(nonNull(array, depth - 1)) \(index(depth - 1))"
                + " (i32.const \(below(3))))"
        case 7:
            let place = "(i32.const \(below(2))) (i32.const \(below(2)))"
            let target = "\(nonNull(array, depth - 1)) \(index(depth - 1)) \(place)"
            return array == .links
                ? "(array.init_elem $links $e_any \(target))"
                : "(array.init_data $\(array) $d \(target))"
        default: return "(table.set $r \(index(depth - 1)) \(reference(.any, depth - 1)))"
        }
    }

    private mutating func setField(_ depth: Int) -> String {
        let field = below(9)
        let kinds: [Kind] = [.i32, .i64, .f32, .f64, .v128, .i32, .i32]
        let structure = nonNull(pick([.base, .derived]), depth)
        let value =
            field < 7
            ? expression(kinds[field], depth) : reference(field == 7 ? .base : .any, depth)
        return "(struct.set $base \(field) \(structure) \(value))"
    }
}
