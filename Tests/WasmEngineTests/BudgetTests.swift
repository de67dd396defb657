import Platform
import Testing
import Wasm
@testable import WasmEngine

@Suite struct BudgetTests {
    private static let endless = """
        (module
          (func (export "spin") (loop br 0))
          (func $deep (export "deep") call $deep)
          (func (export "count") (param i32) (result i32) (local i32)
            (loop
              (local.set 1 (i32.add (local.get 1) (i32.const 1)))
              (br_if 0 (i32.lt_u (local.get 1) (local.get 0))))
            local.get 1))
        """

    @Test("an endless loop ends when fuel does, and says where")
    func fuelEndsLoops() throws {
        var configuration = EngineConfiguration()
        configuration.fuel = 100_000
        let guest = try Guest(Self.endless, configuration)
        let trap = guest.trap("spin")
        #expect(trap?.reason == .outOfFuel)
        #expect(trap?.backtrace.first?.name == "spin")
        #expect(guest.store.fuel == 0)
    }

    @Test("fuel used grows with the work, the same each time")
    func fuelIsCounted() throws {
        func used(_ rounds: UInt32) throws -> UInt64 {
            var configuration = EngineConfiguration()
            configuration.fuel = 10_000_000
            let guest = try Guest(Self.endless, configuration)
            _ = try guest.call("count", .i32(rounds))
            return 10_000_000 - (guest.store.fuel ?? 0)
        }
        let few = try used(1_000)
        let many = try used(100_000)
        #expect(few > 1_000)
        #expect(many > 90 * few && many < 110 * few)
        #expect(try used(1_000) == few)
    }

    @Test("an interruption from outside ends a running loop")
    func interruption() throws {
        var configuration = EngineConfiguration()
        configuration.isInterruptible = true
        let guest = try Guest(Self.endless, configuration)
        guest.store.interruptHandle.interrupt()
        #expect(guest.trap("spin")?.reason == .interrupted)
        guest.store.interruptHandle.clear()
        #expect(try guest.call("count", .i32(5 as UInt32)) == [.i32(5 as UInt32)])
    }

    @Test("code that is not metered can be stopped from another thread, for good")
    func stopping() throws {
        let guest = try Guest(Self.endless)
        let module = guest.instance.module
        let thread = try HostThread {
            sleepFor(milliseconds: 20)
            module.stopRunning()
        }
        let trap = guest.trap("spin")
        thread.join()
        #expect(trap?.reason == .interrupted)
        // Neither what was translated before nor what was not runs any more.
        #expect(guest.trap("spin")?.reason == .interrupted)
        #expect(guest.trap("count", .i32(1 as UInt32))?.reason == .interrupted)
    }

    @Test("an interruption that host functions wait for ends code too")
    func sharedInterruption() throws {
        let interruption = try Interruption()
        var configuration = EngineConfiguration()
        configuration.isInterruptible = true
        configuration.interruption = interruption
        let guest = try Guest(Self.endless, configuration)
        #expect(try guest.call("count", .i32(5 as UInt32)) == [.i32(5 as UInt32)])
        interruption.trip()
        #expect(guest.trap("spin")?.reason == .interrupted)
    }

    @Test(
        "long work on arrays, memories and tables counts in proportion",
        arguments: ["fill", "copy", "new", "default", "memory", "table"])
    func bulkWorkIsCounted(name: String) throws {
        let text = """
            (module
              (type $words (array (mut i64)))
              (memory 20)
              (table 10 100000 funcref)
              (global $array (mut (ref null $words)) (ref.null $words))
              (func (export "make")
                (global.set $array (array.new_default $words (i32.const 70000))))
              (func (export "fill") (param $n i32)
                (array.fill $words (global.get $array) (i32.const 0) (i64.const 1) (local.get $n)))
              (func (export "copy") (param $n i32)
                (array.copy $words $words (global.get $array) (i32.const 0) (global.get $array)
                  (i32.const 0) (local.get $n)))
              (func (export "new") (param $n i32)
                (drop (array.new $words (i64.const 1) (local.get $n))))
              (func (export "default") (param $n i32)
                (drop (array.new_default $words (local.get $n))))
              (func (export "memory") (param $n i32)
                (memory.copy (i32.const 9) (i32.const 0) (local.get $n)))
              (func (export "table") (param $n i32)
                (drop (table.grow (ref.null func) (local.get $n)))))
            """
        var configuration = EngineConfiguration()
        configuration.fuel = 10_000_000
        let guest = try Guest(text, configuration)
        _ = try guest.call("make")
        func used(_ count: UInt32) throws -> UInt64 {
            let before = guest.store.fuel ?? 0
            _ = try guest.call(name, .i32(count))
            return before - (guest.store.fuel ?? 0)
        }
        let few = try used(64)
        #expect(try used(64_064) == few + 1_000)
    }

    @Test("a deadline in the past ends the guest")
    func deadline() throws {
        var configuration = EngineConfiguration()
        configuration.deadlineNanoseconds = 1
        let guest = try Guest(Self.endless, configuration)
        #expect(guest.trap("spin")?.reason == .deadlineExceeded)
    }

    @Test("endless recursion exhausts the guest's stack, and the store can go on")
    func recursion() throws {
        let guest = try Guest(Self.endless)
        #expect(guest.trap("deep")?.reason == .stackExhausted)
        #expect(guest.trap("deep")?.reason == .stackExhausted)
        #expect(try guest.call("count", .i32(3 as UInt32)) == [.i32(3 as UInt32)])
    }

    @Test("recursion through the host is bounded")
    func hostRecursion() throws {
        final class Box: @unchecked Sendable { var function: Function? }
        let box = Box()
        let guest = try Guest(
            """
            (module (import "h" "again" (func $again)) (func (export "f") call $again))
            """
        ) { store in
            var imports = Imports()
            imports["h", "again"] = .function(
                store.function(
                    HostFunction([], []) { (_: borrowing HostCall) throws(Trap) in
                        if let function = box.function { _ = try function.call() }
                    }))
            return imports
        }
        box.function = guest.instance.function("f")
        #expect(guest.trap("f")?.reason == .stackExhausted)
        box.function = nil
    }

    @Test("memories of a store share one budget")
    func memoryBudget() throws {
        var configuration = EngineConfiguration()
        configuration.memoryPages = 10
        let guest = try Guest(
            """
            (module (memory (export "m") 4)
              (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
            """, configuration)
        #expect(try guest.call("grow", .i32(6 as UInt32)) == [.i32(4 as UInt32)])
        #expect(try guest.call("grow", .i32(1 as UInt32)) == [.i32(UInt32.max)])
        #expect(throws: InstantiationError.self) {
            _ = try guest.store.instantiate(try Guest.load("(module (memory 1))"))
        }
    }

    @Test("tables of a store share one budget")
    func tableBudget() throws {
        var configuration = EngineConfiguration()
        configuration.tableElements = 10
        let guest = try Guest(
            """
            (module (table 4 funcref)
              (func (export "grow") (param i32) (result i32)
                (table.grow (ref.null func) (local.get 0))))
            """, configuration)
        #expect(try guest.call("grow", .i32(7 as UInt32)) == [.i32(UInt32.max)])
        #expect(try guest.call("grow", .i32(6 as UInt32)) == [.i32(4 as UInt32)])
    }

    @Test("deterministic code makes every NaN canonical")
    func canonicalNaN() throws {
        var configuration = EngineConfiguration()
        configuration.isDeterministic = true
        let text = """
            (module
              (func (export "d") (param f64 f64) (result f64) (f64.sub (local.get 0) (local.get 1)))
              (func (export "s") (param f32) (result f32) (f32.sqrt (local.get 0))))
            """
        let guest = try Guest(text, configuration)
        let infinity = Value.f64(Double.infinity)
        #expect(try guest.call("d", infinity, infinity) == [.f64(0x7FF8_0000_0000_0000 as UInt64)])
        let payload = Value.f64(0xFFF8_0000_0000_1234 as UInt64)
        #expect(
            try guest.call("d", payload, .f64(1.0)) == [.f64(0x7FF8_0000_0000_0000 as UInt64)])
        #expect(try guest.call("s", .f32(-1 as Float)) == [.f32(0x7FC0_0000 as UInt32)])
    }
}
