import Testing
import Wasm
@testable import WasmEngine

/// Where the stack ends, optimised code traps, whatever runs into the end.
@Suite struct StackEndTests {
    private static let text = """
        (module
          (type $unary (func (param i32) (result i32)))
          (import "host" "twice" (func $twice (type $unary)))
          (memory 1) (table 3 funcref) (elem (i32.const 0) $direct $byTable $twice)
          (func $direct (export "direct") (type $unary)
            (i32.add (i32.const 1) (call $direct (i32.add (local.get 0) (i32.const 1)))))
          (func $byTable (export "byTable") (type $unary)
            (i32.add (i32.const 1) (call_indirect (type $unary) (local.get 0) (i32.const 1))))
          (func $even (export "even") (type $unary)
            (if (result i32) (local.get 0)
              (then (i32.xor (call $odd (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
              (else (i32.const 1))))
          (func $odd (type $unary)
            (if (result i32) (local.get 0)
              (then (i32.xor (call $even (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
              (else (i32.const 0))))
          (func $hosts (export "hosts") (type $unary)
            (call $twice (call $hosts (i32.add (local.get 0) (i32.const 1)))))
          (func $hostsFirst (export "hostsFirst") (type $unary)
            (i32.add (call_indirect (type $unary) (local.get 0) (i32.const 2))
              (call $hostsFirst (i32.add (local.get 0) (i32.const 1)))))
          (func $grows (export "grows") (type $unary)
            (i32.add (memory.grow (i32.const 0)) (call $grows (local.get 0))))
          (func $wide (export "wide") (type $unary)
            \((0..<700).map { "(local $l\($0) i64)" }.joined(separator: " "))
            \((0..<700).map { "(local.set $l\($0) (i64.load offset=\(8 * $0) (i32.const 0)))" }
                .joined(separator: "\n"))
            (drop (call $wide (local.get 0)))
            \((0..<700).map { "(i64.store offset=\(8 * $0) (i32.const 8) (local.get $l\($0)))" }
                .joined(separator: "\n"))
            (i32.const 0)))
        """

    @Test(
        "calls without end, direct, by a table, with hosts and helpers in between, in big frames",
        arguments: ["direct", "byTable", "hosts", "hostsFirst", "grows", "wide"])
    func endlessCalls(name: String) throws {
        let pair = try TierPair(Self.text) { store in
            var imports = Imports()
            let host = HostFunction([.i32], [.i32]) { (call: borrowing HostCall) throws(Trap) in
                call.slots[0] = (call.slots[0] &* 2) & 0xFFFF_FFFF
            }
            imports["host", "twice"] = .function(store.function(host))
            return imports
        }
        for _ in 0..<3 {
            let (expected, found) = try pair.outcomes(name, 7)
            #expect(expected == "stackExhausted")
            #expect(found == "stackExhausted")
        }
        #expect(try pair.outcomes("even", 1_000).1 == pair.outcomes("even", 1_000).0)
    }
}
