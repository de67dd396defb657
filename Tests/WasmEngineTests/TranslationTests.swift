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
