import Testing
import Wasm

import WasmEngine

@Suite("The heap of structures and arrays")
struct HeapTests {
    private static let budget: UInt64 = 1 << 20

    private static var small: EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.heapBytes = budget
        return configuration
    }

    private static let cycles = """
        (module
          (rec (type $node (struct (field $next (mut (ref null $node))) (field $value i64))))
          (func (export "run") (param $count i32) (local $a (ref null $node))
            (local $b (ref null $node))
            (loop $again
              (local.set $a (struct.new $node (ref.null $node) (i64.const 1)))
              (local.set $b (struct.new $node (local.get $a) (i64.const 2)))
              (struct.set $node $next (local.get $a) (local.get $b))
              (local.tee $count (i32.sub (local.get $count) (i32.const 1)))
              (br_if $again))))
        """

    @Test("cyclic garbage of twenty times the budget is collected")
    func cyclesAreCollected() throws {
        let guest = try Guest(Self.cycles, Self.small)
        // Two objects of 32 bytes a round.
        _ = try guest.call("run", .i32(Int32(20 * Self.budget / 64)))
        #expect(guest.store.heapUse.collectionCount >= 10)
        #expect(guest.store.heapUse.blockByteCount <= Int(Self.budget))
        guest.store.collectGarbage()
        #expect(guest.store.heapUse.livingByteCount <= 4096)
    }

    @Test("what is alive survives collections, with its values")
    func livingDataSurvives() throws {
        let guest = try Guest(
            """
            (module
              (type $bytes (array (mut i8)))
              (rec (type $node (struct (field $next (ref null $node)) (field $key i32)
                (field $data (ref $bytes)))))
              (global $list (mut (ref null $node)) (ref.null $node))
              (func (export "build") (param $n i32)
                (loop $again
                  (global.set $list (struct.new $node (global.get $list) (local.get $n)
                    (array.new $bytes (local.get $n) (i32.const 24))))
                  (drop (array.new_default $bytes (i32.const 1000)))
                  (local.tee $n (i32.sub (local.get $n) (i32.const 1)))
                  (br_if $again)))
              (func (export "sum") (result i64) (local $at (ref null $node)) (local $sum i64)
                (local.set $at (global.get $list))
                (block $end
                  (loop $again
                    (br_if $end (ref.is_null (local.get $at)))
                    (if (i32.ne (array.get_u $bytes (struct.get $node $data (local.get $at))
                          (i32.const 23))
                        (i32.and (struct.get $node $key (local.get $at)) (i32.const 255)))
                      (then (unreachable)))
                    (local.set $sum (i64.add (local.get $sum)
                      (i64.extend_i32_u (struct.get $node $key (local.get $at)))))
                    (local.set $at (struct.get $node $next (local.get $at)))
                    (br $again)))
                (local.get $sum)))
            """, Self.small)
        _ = try guest.call("build", .i32(8000 as Int32))
        #expect(guest.store.heapUse.collectionCount > 4)
        #expect(try guest.call("sum") == [.i64(8000 * 8001 / 2 as Int64)])
    }

    @Test("a heap full of living objects is a trap, not a crash, and the store goes on")
    func fullHeapTraps() throws {
        let guest = try Guest(
            """
            (module
              (rec (type $node (struct (field (ref null $node)))))
              (global $list (mut (ref null $node)) (ref.null $node))
              (func (export "fill")
                (loop (global.set $list (struct.new $node (global.get $list))) (br 0)))
              (func (export "clear") (global.set $list (ref.null $node)))
              (func (export "once") (drop (struct.new $node (ref.null $node)))))
            """, Self.small)
        guard case .budgetExceeded? = guest.trap("fill")?.reason else {
            Issue.record("the heap is not bounded")
            return
        }
        guard case .budgetExceeded? = guest.trap("fill")?.reason else {
            Issue.record("the heap is not bounded")
            return
        }
        _ = try guest.call("clear")
        _ = try guest.call("once")
    }

    @Test(
        "an array that can not fit is a trap", arguments: [200_000, 0x7FFF_FFFF, UInt32.max])
    func hugeArrayTraps(count: UInt32) throws {
        let guest = try Guest(
            """
            (module (type $a (array i64))
              (func (export "make") (param i32) (drop (array.new_default $a (local.get 0)))))
            """, Self.small)
        guard case .budgetExceeded? = guest.trap("make", .i32(count))?.reason else {
            Issue.record("the heap is not bounded")
            return
        }
    }

    @Test("large arrays are collected, and their blocks joined")
    func largeArraysAreCollected() throws {
        let guest = try Guest(
            """
            (module (type $a (array (mut i64)))
              (func (export "make") (param $n i32) (local $a (ref null $a))
                (loop $again
                  (local.set $a (array.new $a (i64.const -1) (i32.const 50000)))
                  (local.set $a (array.new $a (i64.const -1) (i32.const 3000)))
                  (if (i64.ne (array.get $a (local.get $a) (i32.const 2999)) (i64.const -1))
                    (then (unreachable)))
                  (local.tee $n (i32.sub (local.get $n) (i32.const 1)))
                  (br_if $again))))
            """, Self.small)
        _ = try guest.call("make", .i32(200 as Int32))
        #expect(guest.store.heapUse.collectionCount > 20)
    }

    @Test("globals, tables, element segments and exceptions are roots")
    func rootsAreFound() throws {
        let guest = try Guest(
            """
            (module
              (type $box (struct (field $v (mut i32))))
              (type $boxes (array (ref null $box)))
              (tag $tag (param (ref $box)))
              (global $global (mut (ref null $box)) (ref.null $box))
              (table $table 3 (ref null $box))
              (elem $elem (ref null $box) (struct.new $box (i32.const 4)))
              (func $litter (param $n i32)
                (loop $again
                  (drop (struct.new $box (i32.const -1)))
                  (local.tee $n (i32.sub (local.get $n) (i32.const 1)))
                  (br_if $again)))
              (func (export "run") (result i32) (local $e exnref) (local $sum i32)
                (global.set $global (struct.new $box (i32.const 1)))
                (table.set $table (i32.const 2) (struct.new $box (i32.const 2)))
                (block $caught (result (ref $box) exnref)
                  (try_table (catch_ref $tag $caught)
                    (throw $tag (struct.new $box (i32.const 8))))
                  (unreachable))
                (local.set $e)
                (drop)
                (call $litter (i32.const 300000))
                (local.set $sum (i32.add
                  (struct.get $box $v (global.get $global))
                  (struct.get $box $v (table.get $table (i32.const 2)))))
                (local.set $sum (i32.add (local.get $sum)
                  (struct.get $box $v (array.get $boxes
                    (array.new_elem $boxes $elem (i32.const 0) (i32.const 1)) (i32.const 0)))))
                (block $again (result (ref $box))
                  (try_table (catch $tag $again) (throw_ref (local.get $e)))
                  (unreachable))
                (struct.get $box $v)
                (i32.add (local.get $sum))))
            """, Self.small)
        #expect(try guest.call("run") == [.i32(15 as Int32)])
        #expect(guest.store.heapUse.collectionCount > 2)
    }

    @Test("a reference that the host retains lives until it is released")
    func hostReferences() throws {
        let guest = try Guest(
            """
            (module
              (type $a (array i8))
              (func (export "make") (result (ref $a)) (array.new $a (i32.const 7) (i32.const 100)))
              (func (export "get") (param (ref null $a)) (result i32)
                (array.get_u $a (local.get 0) (i32.const 99)))
              (func (export "twice") (result i32) (i32.const 2)))
            """)
        guard case .reference(let reference) = try guest.call("make").first else {
            Issue.record("no reference")
            return
        }
        #expect(guest.store.kind(of: reference) == .array)
        guest.store.retain(reference)
        _ = try guest.call("twice")
        guest.store.collectGarbage()
        #expect(try guest.call("get", .reference(reference)) == [.i32(7 as Int32)])
        guest.store.release(reference)
        _ = try guest.call("twice")
        guest.store.collectGarbage()
        #expect(guest.store.kind(of: reference) == nil)
        // A handle of nothing is not accepted.
        guard case .host? = guest.trap("get", .reference(reference))?.reason else {
            Issue.record("a dangling reference was accepted")
            return
        }
    }

    @Test("packed, wide and vector fields keep their values")
    func fieldsOfEveryWidth() throws {
        let guest = try Guest(
            """
            (module
              (type $s (struct (field $a (mut i8)) (field $b (mut i64)) (field $c (mut i16))
                (field $d (mut v128)) (field $e (mut f32)) (field $f (mut i8))))
              (type $v (array (mut v128)))
              (func (export "run") (result i32 i64 i32 i32 v128 f32 i32) (local $s (ref $s))
                (local.set $s (struct.new $s (i32.const 0x1ff) (i64.const -2) (i32.const 0x18000)
                  (v128.const i64x2 3 4) (f32.const 5) (i32.const 6)))
                (struct.set $s $f (local.get $s) (i32.const 255))
                (struct.get_u $s $a (local.get $s)) (struct.get $s $b (local.get $s))
                (struct.get_s $s $c (local.get $s)) (struct.get_u $s $c (local.get $s))
                (struct.get $s $d (local.get $s)) (struct.get $s $e (local.get $s))
                (struct.get_s $s $f (local.get $s)))
              (func (export "vectors") (result v128) (local $v (ref $v))
                (local.set $v (array.new $v (v128.const i64x2 1 2) (i32.const 3)))
                (array.set $v (local.get $v) (i32.const 1) (v128.const i64x2 5 6))
                (array.copy $v $v (local.get $v) (i32.const 2) (local.get $v) (i32.const 1)
                  (i32.const 1))
                (i64x2.add (array.get $v (local.get $v) (i32.const 2))
                  (array.get $v (local.get $v) (i32.const 0)))))
            """)
        #expect(
            try guest.call("run") == [
                .i32(255 as Int32), .i64(-2 as Int64), .i32(-32768 as Int32), .i32(0x8000 as Int32),
                .v128(V128(low: 3, high: 4)), .f32(5 as Float), .i32(-1 as Int32),
            ])
        #expect(try guest.call("vectors") == [.v128(V128(low: 6, high: 8))])
    }

    @Test("every size has a cell that holds it and wastes less than half of it")
    func sizeClasses() {
        for size in 16...SizeClass.largestByteCount {
            let cell = SizeClass.byteCounts[SizeClass.index(size)]
            #expect(cell >= size && cell % 16 == 0 && cell <= max(2 * size, 16))
        }
    }

    @Test("a collection before every object takes nothing that is in use")
    func collectingAlways() throws {
        let guest = try Guest(
            """
            (module
              (type $box (struct (field $v i32)))
              (rec (type $tree (struct (field $left (ref null $tree)) (field $right (ref null $tree))
                (field $box (ref $box)))))
              (type $boxes (array (mut (ref null $box))))
              (tag $tag (param i32 (ref $tree) (ref $box)))
              (func $tree (param $depth i32) (result (ref null $tree))
                (if (result (ref null $tree)) (local.get $depth)
                  (then
                    (struct.new $tree
                      (call $tree (i32.sub (local.get $depth) (i32.const 1)))
                      (call $tree (i32.sub (local.get $depth) (i32.const 1)))
                      (struct.new $box (local.get $depth))))
                  (else (ref.null $tree))))
              (func $sum (param $tree (ref null $tree)) (result i32)
                (if (result i32) (ref.is_null (local.get $tree))
                  (then (i32.const 0))
                  (else
                    (drop (struct.new $box (i32.const 99)))
                    (i32.add (struct.get $box $v (struct.get $tree $box (local.get $tree)))
                      (i32.add (call $sum (struct.get $tree $left (local.get $tree)))
                        (call $sum (struct.get $tree $right (local.get $tree))))))))
              (func (export "tree") (result i32) (call $sum (call $tree (i32.const 8))))
              (func $throw (param (ref null $tree))
                (throw $tag (i32.const 5) (ref.as_non_null (local.get 0))
                  (struct.new $box (i32.const 6))))
              (func (export "throw") (result i32) (local $box (ref null $box))
                (local $tree (ref null $tree))
                (block $caught (result i32 (ref $tree) (ref $box))
                  (try_table (catch $tag $caught) (call $throw (call $tree (i32.const 5))))
                  (unreachable))
                (local.set $box) (local.set $tree)
                (i32.add (call $sum (local.get $tree)))
                (i32.add (struct.get $box $v (local.get $box))))
              (func (export "array") (result i32) (local $a (ref $boxes))
                (local.set $a (array.new_fixed $boxes 3 (struct.new $box (i32.const 1))
                  (struct.new $box (i32.const 2)) (struct.new $box (i32.const 3))))
                (array.fill $boxes (local.get $a) (i32.const 1)
                  (struct.new $box (i32.const 7)) (i32.const 1))
                (i32.add
                  (struct.get $box $v (array.get $boxes (array.new $boxes
                    (array.get $boxes (local.get $a) (i32.const 1)) (i32.const 4)) (i32.const 3)))
                  (struct.get $box $v (array.get $boxes (local.get $a) (i32.const 2))))))
            """)
        guest.store.collectsAlways = true
        // A tree of depth 8: 2^(8 - d) boxes of each d.
        #expect(try guest.call("tree") == [.i32(502 as Int32)])
        #expect(try guest.call("throw") == [.i32((57 + 5 + 6) as Int32)])
        #expect(try guest.call("array") == [.i32(10 as Int32)])
        #expect(guest.store.heapUse.collectionCount > 700)
    }

    @Test("objects of constant expressions are kept while others are made")
    func constantExpressions() throws {
        let store = try Store()
        store.collectsAlways = true
        let guest = try Guest(
            """
            (module
              (type $box (struct (field $v i32)))
              (type $pair (struct (field $a (ref $box)) (field $b (ref $box))))
              (type $boxes (array (ref $box)))
              (global $pair (ref $pair) (struct.new $pair (struct.new $box (i32.const 1))
                (struct.new $box (i32.const 2))))
              (global $boxes (ref $boxes) (array.new_fixed $boxes 2 (struct.new $box (i32.const 3))
                (struct.new $box (i32.const 4))))
              (global $same (ref $boxes) (array.new $boxes (struct.new $box (i32.const 5))
                (i32.const 3)))
              (table $table 2 2 (ref null $box) (struct.new $box (i32.const 6)))
              (elem (table $table) (i32.const 1) (ref null $box) (struct.new $box (i32.const 7)))
              (func (export "get") (result i32 i32 i32 i32 i32 i32 i32)
                (struct.get $box $v (struct.get $pair $a (global.get $pair)))
                (struct.get $box $v (struct.get $pair $b (global.get $pair)))
                (struct.get $box $v (array.get $boxes (global.get $boxes) (i32.const 0)))
                (struct.get $box $v (array.get $boxes (global.get $boxes) (i32.const 1)))
                (struct.get $box $v (array.get $boxes (global.get $same) (i32.const 2)))
                (struct.get $box $v (table.get $table (i32.const 0)))
                (struct.get $box $v (table.get $table (i32.const 1)))))
            """, in: store)
        #expect(try guest.call("get") == (1...7).map { .i32($0 as Int32) })
    }
}
