import Testing
import Wasm
@testable import WasmEngine

/// What the translator makes of small functions: how much is fused, and that nothing is mixed up.
@Suite struct TranslationTests {
    private func operations(_ text: String) throws -> [String] {
        let listing = try Guest.load(text).codeListing(function: 0)
        return listing.split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: " ").dropFirst().first.map(String.init)
        }
    }

    @Test("a dot product's loop takes three instructions")
    func dotProduct() throws {
        let found = try operations(
            """
            (module (memory 1)
              (func (param $p i32) (param $q i32) (param $n i32) (result f64) (local $s f64)
                (loop
                  (local.set $s (f64.add (local.get $s)
                    (f64.mul (f64.load (local.get $p)) (f64.load (local.get $q)))))
                  (local.set $p (i32.add (local.get $p) (i32.const 8)))
                  (local.set $q (i32.add (local.get $q) (i32.const 8)))
                  (br_if 0
                    (local.tee $n (i32.add (local.get $n) (i32.const -1)))))
                local.get $s))
            """)
        #expect(
            found == [
                "f64MulLoadLoadAdd", "add2", "addBranchIfNonzero", "return1", "unreachable",
            ])
    }

    @Test("a vectorised product's loop takes two loads, an addition of products and a branch")
    func vectorProduct() throws {
        let found = try operations(
            """
            (module (memory 1)
              (func (param $p i32) (param $q i32) (param $n i32) (param $x v128) (local $at i32)
                (loop
                  (v128.store (local.tee $at (i32.add (local.get $p) (local.get $n)))
                    (f64x2.add (v128.load (local.get $at))
                      (f64x2.mul (local.get $x) (v128.load offset=16 (local.get $q)))))
                  (br_if 0 (local.tee $n (i32.add (local.get $n) (i32.const -16)))))))
            """)
        #expect(
            found == [
                "v128LoadAddTee", "f64x2MulLoadAddStore", "addBranchIfNonzero", "return0",
                "unreachable",
            ])
    }

    @Test("a walk of a list takes an instruction a step; pointers in memory are followed in one")
    func pointers() throws {
        let found = try operations(
            """
            (module (memory 1)
              (func (param $p i32) (result i32)
                (loop (br_if 0 (local.tee $p (i32.load offset=4 (local.get $p)))))
                (i32.store offset=8 (local.get $p)
                  (i32.add (i32.load offset=8 (local.get $p)) (i32.const 1)))
                (i32.load16_u offset=2 (i32.load offset=12 (local.get $p)))))
            """)
        #expect(
            found == [
                "load32BranchIfNonzero", "memoryAdd32", "load32Load16U", "return1", "unreachable",
            ])
    }

    @Test("a walk of a list leaves the last pointer, and older reads of it, as they were")
    func listWalk() throws {
        let guest = try Guest(
            """
            (module (memory 1) (data (i32.const 8) "\\10\\00\\00\\00") (data (i32.const 16) "\\00")
              (func (export "f") (param $p i32) (result i32)
                (local.get $p)
                (if (result i32) (local.tee $p (i32.load (local.get $p)))
                  (then (local.get $p)) (else (i32.const 1000)))
                (i32.add)))
            """)
        #expect(try guest.call("f", .i32(8 as UInt32)) == [.i32(24 as UInt32)])
        #expect(try guest.call("f", .i32(16 as UInt32)) == [.i32(1016 as UInt32)])
    }

    @Test("choices between constants, and the step of a checksum, are what their parts are")
    func choices() throws {
        let guest = try Guest(
            """
            (module
              (func (export "two") (param i32) (result i32)
                (select (i32.const 3) (i32.const 9) (i32.lt_u (local.get 0) (i32.const 100))))
              (func (export "not") (param i32) (result i32)
                (select (i32.const 3) (i32.const 9) (i32.ne (local.get 0) (i32.const 7))))
              (func (export "one") (param i32 i32) (result i32)
                (select (i32.const 3) (local.get 1) (local.get 0)))
              (func (export "other") (param i32 i32) (result i32)
                (select (local.get 1) (i32.const 4) (local.get 0)))
              (func (export "crc") (param $x i32) (param $y i32) (result i32)
                (select (i32.xor (local.get $x) (i32.const 0xa001)) (local.get $x)
                  (i32.and (i32.xor (local.get $x) (i32.shr_u (local.get $y) (i32.const 2)))
                    (i32.const 1)))))
            """)
        func call(_ name: String, _ arguments: UInt32...) throws -> [Value] {
            guard let function = guest.instance.function(name) else { return [] }
            return try function.call(arguments.map { .i32($0) })
        }
        #expect(try call("two", 99) == [.i32(3 as UInt32)])
        #expect(try call("two", 100) == [.i32(9 as UInt32)])
        #expect(try call("not", 7) == [.i32(9 as UInt32)])
        #expect(try call("not", 8) == [.i32(3 as UInt32)])
        #expect(try call("one", 1, 5) == [.i32(3 as UInt32)])
        #expect(try call("one", 0, 5) == [.i32(5 as UInt32)])
        #expect(try call("other", 1, 5) == [.i32(5 as UInt32)])
        #expect(try call("other", 0, 5) == [.i32(4 as UInt32)])
        #expect(try call("crc", 2, 4) == [.i32(0xA003 as UInt32)])
        #expect(try call("crc", 3, 4) == [.i32(3 as UInt32)])
    }

    @Test("a local read before it is set keeps its old value")
    func oldValue() throws {
        let guest = try Guest(
            """
            (module (func (export "f") (param i32) (result i32)
              local.get 0
              local.get 0
              i32.const 1
              i32.add
              local.set 0
              local.get 0
              i32.const 10
              i32.mul
              i32.add))
            """)
        #expect(try guest.call("f", .i32(4 as UInt32)) == [.i32(54 as UInt32)])
    }

    @Test("a sum not added up yet keeps the local's old value")
    func oldSum() throws {
        let guest = try Guest(
            """
            (module (func (export "f") (param i32) (result i32)
              (i32.add (local.get 0) (i32.const 3))
              (local.set 0 (i32.const 100))
              (local.get 0)
              i32.sub))
            """)
        #expect(try guest.call("f", .i32(4 as UInt32)) == [.i32(UInt32(bitPattern: -93))])
    }

    @Test("a value pending across a conditional assignment keeps its old value")
    func acrossBlocks() throws {
        let guest = try Guest(
            """
            (module (func (export "f") (param i32 i32) (result i32)
              local.get 0
              (block
                (br_if 0 (local.get 1))
                (local.set 0 (i32.const 50)))
              local.get 0
              i32.add))
            """)
        #expect(
            try guest.call("f", .i32(1 as UInt32), .i32(0 as UInt32)) == [.i32(51 as UInt32)])
        #expect(try guest.call("f", .i32(1 as UInt32), .i32(1 as UInt32)) == [.i32(2 as UInt32)])
    }

    @Test("a displaced address wraps at 32 bits; an offset does not")
    func wrapping() throws {
        let guest = try Guest(
            """
            (module (memory 1) (data (i32.const 4) "\\07")
              (func (export "wrap") (param i32) (result i32)
                (i32.load8_u (i32.add (local.get 0) (i32.const 8))))
              (func (export "offset") (param i32) (result i32)
                (i32.load8_u offset=8 (local.get 0)))
              (func (export "double") (param i32) (result f64)
                (f64.mul (f64.const 1)
                  (f64.load (i32.add (local.get 0) (i32.const 8))))))
            """)
        let minusFour = Value.i32(UInt32(bitPattern: -4))
        #expect(try guest.call("wrap", minusFour) == [.i32(7 as UInt32)])
        #expect(
            guest.trap("offset", minusFour)?.reason
                == .memoryOutOfBounds(address: 0x1_0000_0004, width: 1))
        #expect(try guest.call("double", minusFour) == [.f64(Double(bitPattern: 7))])
    }

    @Test("an unsigned comparison at the ends of its range", arguments: [0, 1, UInt32.max])
    func comparisonEnds(value: UInt32) throws {
        let guest = try Guest(
            """
            (module
              (func (export "le") (param i32) (result i32)
                (if (result i32) (i32.le_u (local.get 0) (i32.const -1))
                  (then (i32.const 1)) (else (i32.const 0))))
              (func (export "ge") (param i32) (result i32)
                (if (result i32) (i32.ge_u (local.get 0) (i32.const 0))
                  (then (i32.const 1)) (else (i32.const 0))))
              (func (export "gt") (param i32) (result i32)
                (select (i32.const 8) (i32.const 9) (i32.gt_u (local.get 0) (i32.const -1)))))
            """)
        #expect(try guest.call("le", .i32(value)) == [.i32(1 as UInt32)])
        #expect(try guest.call("ge", .i32(value)) == [.i32(1 as UInt32)])
        #expect(try guest.call("gt", .i32(value)) == [.i32(9 as UInt32)])
    }

    @Test("a branch table of many labels, with and without a value")
    func branchTable() throws {
        let guest = try Guest(
            """
            (module (func (export "f") (param i32) (result i32)
              (block $a (result i32)
                (block $b (result i32)
                  (block $c (result i32)
                    (br_table $a $b $c (i32.const 10) (local.get 0)))
                  (i32.add (i32.const 1)))
                (i32.add (i32.const 2)))))
            """)
        #expect(try guest.call("f", .i32(0 as UInt32)) == [.i32(10 as UInt32)])
        #expect(try guest.call("f", .i32(1 as UInt32)) == [.i32(12 as UInt32)])
        #expect(try guest.call("f", .i32(2 as UInt32)) == [.i32(13 as UInt32)])
        #expect(try guest.call("f", .i32(9 as UInt32)) == [.i32(13 as UInt32)])
    }
}
