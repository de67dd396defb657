import Testing
import Wasm
@testable import WasmEngine

/// Indirect calls through tables whose elements the compiler knows do what they do through tables.
@Suite struct SettledTableTests {
    /// A table with a function of each kind, calls of two types, and more fields.
    private static func module(
        _ more: String = "", table: String = "(table $t 9 funcref)", index: String = "i32"
    ) -> String {
        let place = index == "i32" ? "(local.get $i)" : "(i64.extend_i32_u (local.get $i))"
        return """
            (module
              (type $unary (func (param i32) (result i32)))
              (type $same (func (param i32) (result i32)))
              (type $none (func))
              (import "host" "twice" (func $twice (type $unary)))
              (import "host" "fail" (func $fail (type $unary)))
              \(table)
              (global $g (mut i32) (i32.const 0))
              (func $more (type $unary) (i32.add (local.get 0) (i32.const 1)))
              (func $other (type $same) (i32.mul (local.get 0) (i32.const 3)))
              (func $touch (type $none) (global.set $g (i32.add (global.get $g) (i32.const 1))))
              (func $trap (type $unary) unreachable)
              (elem (table $t) (\(index).const 1) func $more $other $touch $touch $trap)
              (elem (table $t) (\(index).const 4) funcref (ref.func $twice) (ref.func $trap) (ref.null func))
              (elem (table $t) (\(index).const 8) func $fail)
              (func (export "call") (param $i i32) (param $x i32) (result i32)
                (call_indirect $t (type $unary) (local.get $x) \(place)))
              (func (export "touch") (param $i i32) (param $x i32) (result i32)
                (call_indirect $t (type $none) \(place)) (global.get $g))
              (func (export "jump") (param $i i32) (param $x i32) (result i32)
                (return_call_indirect $t (type $same) (local.get $x) \(place)))
              \(more))
            """
    }

    private static func imports(_ store: Store) throws -> Imports {
        var imports = Imports()
        for (name, fails) in [("twice", false), ("fail", true)] {
            let host = HostFunction([.i32], [.i32]) { (call: borrowing HostCall) throws(Trap) in
                if fails { throw .host("no") }
                call.slots[0] = (call.slots[0] &* 2) & 0xFFFF_FFFF
            }
            imports["host", name] = .function(store.function(host))
        }
        return imports
    }

    private static func compare(_ pair: TierPair) throws {
        for name in ["call", "touch", "jump"] {
            for index: UInt32 in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0x8000_0000, .max] {
                let (expected, found) = try pair.outcomes(name, index, 21)
                #expect(expected == found, "\(name) \(index)")
            }
        }
    }

    @Test("own functions, host functions, nulls, other types, and indices outside")
    func kinds() throws {
        let pair = try TierPair(Self.module(), imports: Self.imports)
        try Self.compare(pair)
        #expect(try pair.outcomes("call", 2, 21).1 == "[WasmEngine.Value.i32(63)]")
        #expect(try pair.outcomes("call", 4, 21).1 == "[WasmEngine.Value.i32(42)]")
        #expect(try pair.outcomes("call", 0, 21).1.hasPrefix("uninitializedElement"))
    }

    @Test("indices of 64 bits")
    func wideTable() throws {
        try Self.compare(
            TierPair(
                Self.module(table: "(table $t i64 9 funcref)", index: "i64"),
                imports: Self.imports))
    }

    @Test(
        "tables that code changes, and those that others can change, are read each time",
        arguments: [
            """
            (func (export "change") (param i32) (table.set $t (local.get 0) (ref.func $other)))
            """,
            """
            (elem $p func $other $other)
            (func (export "change") (param i32)
              (table.init $t $p (local.get 0) (i32.const 0) (i32.const 1)))
            """,
            """
            (func (export "change") (param i32)
              (table.copy $t $t (local.get 0) (i32.const 2) (i32.const 1)))
            """,
            """
            (func (export "change") (param i32)
              (table.fill $t (local.get 0) (ref.func $other) (i32.const 1)))
            """,
            """
            (func (export "change") (param i32)
              (drop (table.grow $t (ref.func $other) (i32.const 3))))
            """,
        ])
    func changedTables(change: String) throws {
        let pair = try TierPair(Self.module(change), imports: Self.imports)
        for index: UInt32 in [1, 0, 3] {
            let (expected, found) = try pair.outcomes("change", index)
            #expect(expected == found)
            try Self.compare(pair)
        }
    }

    @Test("an exported table is what its users make of it")
    func exportedTable() throws {
        let text = Self.module(table: "(table $t (export \"t\") 9 funcref)")
        let user = """
            (module (import "inner" "t" (table 9 funcref))
              (func $own (param i32) (result i32) (i32.const 99))
              (elem (i32.const 0) func $own))
            """
        for isOptimized in [false, true] {
            let pair = try TierPair(text, imports: Self.imports)
            let inner = isOptimized ? pair.optimized : pair.interpreted
            var imports = Imports()
            imports.define("inner", exportsOf: inner)
            let module = try LoadedModule(
                try ModuleValidator.validate(
                    try ModuleDecoder.decode(try TextParser.assemble(user))))
            let outer = try inner.store.instantiate(module, imports: imports)
            let outcomes = try pair.outcomes("call", 0, 5)
            #expect((isOptimized ? outcomes.1 : outcomes.0) == "[WasmEngine.Value.i32(99)]")
            withExtendedLifetime(outer) {}
        }
    }
}
