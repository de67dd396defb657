import Diagnostics
import Testing
import Wasm
@testable import WasmEngine

@Suite struct TrapTests {
    @Test("a backtrace names each function, innermost first, with offsets inside their bodies")
    func backtrace() throws {
        let text = """
            (module
              (memory 1)
              (func $inner (param i32) (result i32) (i32.load (local.get 0)))
              (func $middle (param i32) (result i32)
                (i32.add (i32.const 1) (call $inner (local.get 0))))
              (func (export "outer") (param i32) (result i32) (call $middle (local.get 0))))
            """
        let guest = try Guest(text)
        let trap = try #require(guest.trap("outer", .i32(65_533 as UInt32)))
        #expect(trap.reason == .memoryOutOfBounds(address: 65_533, width: 4))
        #expect(
            trap.reason.message == "out of bounds memory access: 4 bytes at address 65533")
        #expect(
            Trap.Reason.memoryOutOfBounds(address: 65_533, width: 0).message
                == "out of bounds memory access at address 65533")
        #expect(trap.backtrace.map(\.functionIndex) == [0, 1, 2])
        #expect(trap.backtrace.map(\.name) == ["inner", "middle", "outer"])
        let bodies = guest.instance.module.module.code.map(\.range)
        for (frame, body) in zip(trap.backtrace, bodies) {
            #expect(body.contains(frame.offsetBytes))
        }
    }

    @Test("the last four bytes load; one past them traps", arguments: [65_533, 65_536, UInt32.max])
    func loadPastTheEnd(address: UInt32) throws {
        let guest = try Guest(
            """
            (module (memory 1)
              (func (export "f") (param i32) (result i32) (i32.load (local.get 0))))
            """)
        #expect(try guest.call("f", .i32(65_532 as UInt32)) == [.i32(0 as UInt32)])
        #expect(
            guest.trap("f", .i32(address))?.reason
                == .memoryOutOfBounds(address: UInt64(address), width: 4))
    }

    @Test(
        "an access outside memory traps after every kind of out-of-line instruction",
        arguments: [
            "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))", "(data.drop 0)",
            "(drop (memory.grow (i32.const 0)))", "(table.set (i32.const 0) (ref.null func))",
            "(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))",
            "(drop (i64.load 1 (i64.const 0)))",
            "(drop (v128.load32_splat (i32.const 0)))",
            "(drop (array.len (array.new_default $bytes (i32.const 3))))",
        ])
    func loadPastTheEnd(after instruction: String) throws {
        let guest = try Guest(
            """
            (module
              (type $bytes (array i8)) (table 1 funcref) (memory 1) (memory i64 1) (data "abc")
              (func (export "f") (param i32) (result i32)
                \(instruction) (i32.load offset=100 (local.get 0))))
            """)
        #expect(try guest.call("f", .i32(8 as UInt32)) == [.i32(0 as UInt32)])
        #expect(
            guest.trap("f", .i32(70_000 as UInt32))?.reason
                == .memoryOutOfBounds(address: 70_100, width: 4))
    }

    @Test("a body that does not validate is told at its first call, not before")
    func deferredValidation() throws {
        let text = """
            (module
              (func (export "good") (result i32) (i32.const 7))
              (func (export "bad") (result i32) (i64.const 7)))
            """
        let guest = try Guest(text, bodies: .deferred)
        #expect(try guest.call("good") == [.i32(7 as UInt32)])
        guard case .invalidFunction(let diagnostic)? = guest.trap("bad")?.reason else {
            Issue.record("the bad body ran")
            return
        }
        #expect(diagnostic.what.contains("type mismatch"))
        #expect(throws: WasmError.self) { _ = try Guest.load(text) }
    }

    @Test("a host function's error and exit reach whoever called")
    func hostEnds() throws {
        let guest = try Guest(
            """
            (module
              (import "h" "fail" (func $fail)) (import "h" "exit" (func $exit (param i32)))
              (func (export "fail") call $fail)
              (func (export "exit") (param i32) (call $exit (local.get 0))))
            """
        ) { store in
            var imports = Imports()
            imports["h", "fail"] = .function(
                store.function(
                    HostFunction([], []) { (_: borrowing HostCall) throws(Trap) in
                        throw .host("no such thing")
                    }))
            imports["h", "exit"] = .function(
                store.function(
                    HostFunction([.i32], []) { (call: borrowing HostCall) throws(Trap) in
                        throw .exit(Int32(truncatingIfNeeded: call.slots[0]))
                    }))
            return imports
        }
        #expect(guest.trap("fail")?.reason == .host("no such thing"))
        #expect(guest.trap("fail")?.backtrace.map(\.functionIndex) == [2])
        #expect(guest.trap("exit", .i32(42 as UInt32))?.reason == .exit(42))
    }
}
