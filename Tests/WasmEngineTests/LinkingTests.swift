import Testing
import Wasm
@testable import WasmEngine

@Suite struct LinkingTests {
    @Test("a missing import is named")
    func missing() throws {
        #expect(throws: InstantiationError.unknownImport(module: "a", name: "b")) {
            _ = try Guest(#"(module (import "a" "b" (func)))"#)
        }
    }

    @Test("an import of another type is refused")
    func incompatible() throws {
        let text = #"(module (import "a" "b" (func (param i32))))"#
        #expect(throws: InstantiationError.self) {
            _ = try Guest(text) { store in
                var imports = Imports()
                imports["a", "b"] = .function(
                    store.function(
                        HostFunction([.i64], []) { (_: borrowing HostCall) throws(Trap) in }))
                return imports
            }
        }
    }

    @Test("names that differ only in composition are different names")
    func names() throws {
        let guest = try Guest(
            """
            (module (func (export "\\c3\\85") (result i32) (i32.const 1))
              (func (export "A\\cc\\8a") (result i32) (i32.const 2)))
            """)
        #expect(try guest.call("\u{C5}") == [.i32(1 as UInt32)])
        #expect(try guest.call("A\u{30A}") == [.i32(2 as UInt32)])
    }

    @Test("instances share a memory, a table and a global by import")
    func sharing() throws {
        let store = try Store()
        let first = try store.instantiate(
            try Guest.load(
                """
                (module (memory (export "m") 1) (global (export "g") (mut i32) (i32.const 5))
                  (table (export "t") 2 funcref) (elem (i32.const 0) $f)
                  (func $f (result i32) (i32.const 11))
                  (func (export "peek") (result i32) (i32.load (i32.const 8))))
                """))
        var imports = Imports()
        imports.define("first", exportsOf: first)
        let second = try store.instantiate(
            try Guest.load(
                """
                (module (import "first" "m" (memory 1)) (import "first" "t" (table 1 funcref))
                  (import "first" "g" (global $g (mut i32)))
                  (func (export "poke") (param i32)
                    (i32.store (i32.const 8) (local.get 0))
                    (global.set $g (i32.add (global.get $g) (i32.const 1))))
                  (func (export "through") (result i32)
                    (call_indirect (result i32) (i32.const 0))))
                """), imports: imports)
        _ = try second.function("poke")?.call([.i32(77 as UInt32)])
        #expect(try first.function("peek")?.call() == [.i32(77 as UInt32)])
        guard case .global(let global)? = first.export("g") else {
            Issue.record("no global")
            return
        }
        #expect(global.value == .i32(6 as UInt32))
        #expect(try second.function("through")?.call() == [.i32(11 as UInt32)])
    }

    @Test("a module is shared by stores on several threads, which translate it lazily")
    func threads() async throws {
        let module = try Guest.load(
            """
            (module
              (func $fib (export "fib") (param i32) (result i32)
                (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
                  (then (local.get 0))
                  (else (i32.add
                    (call $fib (i32.sub (local.get 0) (i32.const 1)))
                    (call $fib (i32.sub (local.get 0) (i32.const 2))))))))
            """)
        try await withThrowingTaskGroup(of: [Value]?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let store = try Store()
                    return try withExtendedLifetime(store) {
                        let instance = try store.instantiate(module)
                        return try instance.function("fib")?.call([.i32(15 as UInt32)])
                    }
                }
            }
            for try await result in group { #expect(result == [.i32(610 as UInt32)]) }
        }
    }

    @Test("a host function gets arguments, memory and instance, and gives results")
    func hostCall() throws {
        let guest = try Guest(
            """
            (module (import "h" "sum" (func $sum (param i32 i64) (result i64 i32)))
              (memory 1) (data (i32.const 16) "\\2a")
              (func (export "f") (param i32 i64) (result i64 i32)
                (call $sum (local.get 0) (local.get 1))))
            """
        ) { store in
            var imports = Imports()
            imports["h", "sum"] = .function(
                store.function(
                    HostFunction([.i32, .i64], [.i64, .i32]) {
                        (call: borrowing HostCall) throws(Trap) in
                        guard let memory = call.memory else { throw .host("no memory") }
                        let byte: UInt8 = try memory.load(at: 16)
                        let sum = call.slots[0] + call.slots[1]
                        call.slots[0] = sum
                        call.slots[1] = UInt64(byte)
                    }))
            return imports
        }
        #expect(
            try guest.call("f", .i32(5 as UInt32), .i64(6 as UInt64))
                == [.i64(11 as UInt64), .i32(42 as UInt32)])
    }
}
