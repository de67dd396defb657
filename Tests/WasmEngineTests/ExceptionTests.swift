import Testing
import Wasm

import WasmEngine

@Suite("Exceptions")
struct ExceptionTests {
    private static let thrower = """
        (module
          (tag $tag (export "tag") (param i32 i64))
          (func (export "throw") (param i32)
            (throw $tag (local.get 0) (i64.const 7)))
          (func (export "deep") (param i32)
            (if (i32.eqz (local.get 0)) (then (throw $tag (i32.const 1) (i64.const 2))))
            (call 1 (i32.sub (local.get 0) (i32.const 1)))))
        """

    private static let catcher = """
        (module
          (tag $tag (import "a" "tag") (param i32 i64))
          (func $throw (import "a" "throw") (param i32))
          (tag $other (param i32 i64))
          (func (export "catch") (param i32) (result i64) (local $y i64)
            (block $caught (result i32 i64)
              (try_table (catch $other $caught) (catch $tag $caught)
                (call $throw (local.get 0)))
              (unreachable))
            (local.set $y)
            (i64.extend_i32_u)
            (i64.add (local.get $y)))
          (func (export "miss") (param i32)
            (block $caught (result i32 i64)
              (try_table (catch $other $caught) (call $throw (local.get 0)))
              (unreachable))
            (drop) (drop)))
        """

    @Test("an exception crosses instances and is caught by its tag only")
    func acrossInstances() throws {
        let first = try Guest(Self.thrower)
        var imports = Imports()
        imports.define("a", exportsOf: first.instance)
        let second = try Guest(Self.catcher, in: first.store, imports: imports)
        #expect(try second.call("catch", .i32(5 as Int32)) == [.i64(12 as Int64)])
        #expect(second.trap("miss", .i32(5 as Int32))?.reason == .uncaughtException(tag: "tag tag"))
        let thrown = try #require(first.store.thrownException)
        #expect(thrown.values == [.i32(5 as Int32), .i64(7 as Int64)])
    }

    @Test("an uncaught exception is a trap with the tag and a backtrace")
    func uncaught() throws {
        let guest = try Guest(Self.thrower)
        let function = try #require(guest.instance.function("deep"))
        do throws(Trap) {
            _ = try function.call([.i32(3 as Int32)])
            Issue.record("no trap")
        } catch {
            #expect(error.reason == .uncaughtException(tag: "tag tag"))
            #expect(error.backtrace.count == 4)
            #expect(error.backtrace.allSatisfy { $0.functionIndex == 1 })
        }
    }

    @Test("an exception goes through a host function that calls a guest")
    func throughHost() throws {
        let first = try Guest(Self.thrower)
        let inner = try #require(first.instance.function("throw"))
        var imports = Imports()
        imports.define("a", exportsOf: first.instance)
        let host = HostFunction([.i32], []) { (call) throws(Trap) in
            _ = try inner.call([.i32(UInt32(truncatingIfNeeded: call.slots[0]))])
        }
        imports["a", "throw"] = .function(first.store.function(host))
        let second = try Guest(Self.catcher, in: first.store, imports: imports)
        #expect(try second.call("catch", .i32(35 as Int32)) == [.i64(42 as Int64)])
        #expect(
            second.trap("miss", .i32(35 as Int32))?.reason == .uncaughtException(tag: "tag tag"))
    }

    @Test("a host function throws, and the guest catches the values")
    func thrownByHost() throws {
        let store = try Store()
        let number = try #require(
            TypeRegistry.shared.number(of: FunctionType([.i32, .i64], [])))
        let tag = Tag(typeNumber: number)
        let host = HostFunction([.i32], []) { (call) throws(Trap) in
            throw try store.exception(tag, [.i32(40 as Int32), .i64(2 as Int64)])
        }
        var imports = Imports()
        imports["a", "tag"] = .tag(tag)
        imports["a", "throw"] = .function(store.function(host))
        let guest = try Guest(Self.catcher, in: store, imports: imports)
        #expect(try guest.call("catch", .i32(0 as Int32)) == [.i64(42 as Int64)])
        #expect(throws: Trap.self) { try store.exception(tag, [.i32(1 as Int32)]) }
    }

    @Test("locals and operands around a try keep their values")
    func stateAroundTry() throws {
        let guest = try Guest(
            """
            (module
              (tag $t)
              (func $throw (throw $t))
              (func (export "run") (param $x i32) (result i32)
                (local.get $x)
                (i32.const 100)
                (block $caught
                  (try_table (catch_all $caught)
                    (local.set $x (i32.const 7))
                    (i32.add (local.get $x) (local.get $x))
                    (call $throw)
                    (local.set $x)))
                (i32.add)
                (i32.mul (local.get $x))))
            """)
        #expect(try guest.call("run", .i32(3 as Int32)) == [.i32(721 as Int32)])
    }

    @Test("a catch clause may go to the function's own label and to a loop")
    func labels() throws {
        let guest = try Guest(
            """
            (module
              (tag $t (param i32))
              (func (export "return") (result i32)
                (try_table (catch $t 0) (throw $t (i32.const 9)))
                (i32.const 1))
              (func (export "loop") (result i32) (local $sum i32)
                (i32.const 0)
                (loop $again (param i32)
                  (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
                  (try_table (param i32) (catch $t $again)
                    (if (param i32) (i32.lt_u (local.get $sum) (i32.const 5))
                      (then (throw $t))
                      (else (drop)))))
                (local.get $sum)))
            """)
        #expect(try guest.call("return") == [.i32(9 as Int32)])
        #expect(try guest.call("loop") == [.i32(5 as Int32)])
    }

    @Test("the older form catches, rethrows and delegates")
    func legacy() throws {
        let guest = try Guest(
            """
            (module
              (tag $a (param i32)) (tag $b)
              (func $throw (param i32)
                (if (local.get 0) (then (throw $a (local.get 0))) (else (throw $b))))
              (func (export "catch") (param i32) (result i32)
                (try (result i32)
                  (do (call $throw (local.get 0)) (i32.const 1))
                  (catch $a (i32.add (i32.const 10)))
                  (catch_all (i32.const 2))))
              (func (export "rethrow") (param i32) (result i32)
                (try (result i32)
                  (do
                    (try (result i32)
                      (do (call $throw (local.get 0)) (i32.const 1))
                      (catch $a (drop) (block (rethrow 1)) (i32.const 3))))
                  (catch $a)
                  (catch_all (i32.const 4))))
              (func (export "delegate") (param i32) (result i32)
                (try $outer (result i32)
                  (do
                    (try (result i32)
                      (do
                        (try (result i32)
                          (do (call $throw (local.get 0)) (i32.const 1))
                          (delegate $outer)))
                      (catch_all (i32.const -1))))
                  (catch $a)
                  (catch_all (i32.const 5))))
              (func (export "out") (param i32)
                (try
                  (do (try (do (call $throw (local.get 0))) (delegate 1)))
                  (catch_all))))
            """)
        #expect(try guest.call("catch", .i32(5 as Int32)) == [.i32(15 as Int32)])
        #expect(try guest.call("catch", .i32(0 as Int32)) == [.i32(2 as Int32)])
        #expect(try guest.call("rethrow", .i32(5 as Int32)) == [.i32(5 as Int32)])
        #expect(try guest.call("rethrow", .i32(0 as Int32)) == [.i32(4 as Int32)])
        #expect(try guest.call("delegate", .i32(6 as Int32)) == [.i32(6 as Int32)])
        #expect(try guest.call("delegate", .i32(0 as Int32)) == [.i32(5 as Int32)])
        #expect(guest.trap("out", .i32(1 as Int32))?.reason == .uncaughtException(tag: "tag 0"))
    }

    @Test("a hundred thousand caught exceptions leave nothing behind")
    func garbageExceptions() throws {
        var configuration = EngineConfiguration()
        configuration.heapBytes = 1 << 18
        let guest = try Guest(
            """
            (module
              (tag $t (param i64 i64))
              (func $throw (throw $t (i64.const 1) (i64.const 2)))
              (func (export "run") (param $n i32)
                (loop $again
                  (block $caught (result i64 i64)
                    (try_table (catch $t $caught) (call $throw))
                    (unreachable))
                  (drop) (drop)
                  (local.tee $n (i32.sub (local.get $n) (i32.const 1)))
                  (br_if $again))))
            """, configuration)
        _ = try guest.call("run", .i32(100_000 as Int32))
        #expect(guest.store.heapUse.collectionCount >= 10)
    }
}
