import Testing
import Wasm
@testable import WasmEngine

/// Loops that compare bytes do what they do one by one: wherever the difference is, however many
/// bytes there are, and at the end of memory.
@Suite struct ComparingLoopTests {
    /// `memcmp`, and loops that are almost like it.
    private static let text = """
        (module (memory 1)
          (func (export "set") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
          (func (export "bytes") (param $a i32) (param $b i32) (param $n i32) (result i32)
            (local $x i32) (local $y i32)
            (block $end
              (br_if $end (i32.eqz (local.get $n)))
              (block $found
                (loop $round
                  (br_if $found (i32.ne
                    (local.tee $x (i32.load8_u (local.get $a)))
                    (local.tee $y (i32.load8_u (local.get $b)))))
                  (local.set $a (i32.add (local.get $a) (i32.const 1)))
                  (local.set $b (i32.add (local.get $b) (i32.const 1)))
                  (br_if $round (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (br $end))
              (return (i32.add (i32.mul (local.get $n) (i32.const 1000))
                (i32.sub (local.get $x) (local.get $y)))))
            (i32.sub (local.get $a) (local.get $b)))
          (func (export "places") (param $a i32) (param $b i32) (param $n i32) (result i32)
            (local $i i32)
            (block $end
              (loop $round
                (br_if $end (i32.ne
                  (i32.load8_s offset=2 (i32.add (local.get $a) (local.get $i)))
                  (i32.load8_s (i32.add (i32.const 2) (i32.add (local.get $b) (local.get $i))))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $round (i32.lt_u (local.get $i) (local.get $n)))))
            (local.get $i))
          (func (export "kept") (param $a i32) (param $b i32) (param $n i32) (result i32)
            (local $last i32) (local $sum i32) (local $x i32)
            (block $end
              (loop $round
                (br_if $end (i32.ne
                  (local.tee $x (i32.load8_u (local.get $a))) (i32.load8_u (local.get $b))))
                (local.set $sum (i32.sub (local.get $sum) (local.get $last)))
                (local.set $last (local.get $x))
                (local.set $a (i32.add (local.get $a) (i32.const 1)))
                (local.set $b (i32.add (local.get $b) (i32.const 1)))
                (br_if $round (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
            (local.get $sum))
          (func (export "third") (param $a i32) (param $b i32) (param $n i32) (result i32)
            (local $x i32) (local $z i32)
            (block $end
              (loop $round
                (br_if $end (i32.ne
                  (local.tee $x (i32.load8_u (local.get $a))) (i32.load8_u (local.get $b))))
                (local.set $z (i32.load8_u offset=65528 (local.get $x)))
                (local.set $a (i32.add (local.get $a) (i32.const 1)))
                (local.set $b (i32.add (local.get $b) (i32.const 1)))
                (br_if $round (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
            (i32.add (local.get $n) (local.get $z)))
          (func (export "backwards") (param $a i32) (param $b i32) (param $n i32) (result i32)
            (block $end
              (loop $round
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br_if $end (i32.ne (i32.load8_u (i32.add (local.get $a) (local.get $n)))
                  (i32.load8_u (i32.add (local.get $b) (local.get $n)))))
                (br_if $round (local.get $n))))
            (local.get $n)))
        """

    private static let names = ["bytes", "places", "kept", "third", "backwards"]

    @Test("each count of bytes with a difference at each place")
    func differences() throws {
        let pair = try TierPair(Self.text)
        for count: UInt32 in 1...53 {
            for place in 0...count {
                for step: (UInt32, UInt32) in [(1_000 + place, 1), (1_000 + place, 0)] {
                    _ = try pair.outcomes("set", step.0, step.1)
                    for name in Self.names {
                        let (expected, found) = try pair.outcomes(name, 1_000, 3_000 + count, count)
                        if expected != found {
                            Issue.record("\(name) \(count) \(place): \(expected), \(found)")
                            return
                        }
                    }
                }
            }
        }
    }

    @Test("ranges that end at, and behind, the end of memory, and of addresses")
    func ends() throws {
        let pair = try TierPair(Self.text)
        // A load that decides nothing need not trap (Decisions/0049).
        for name in Self.names where name != "backwards" && name != "third" {
            for count: UInt32 in [1, 3, 4, 7, 8, 15, 16, 17, 40, 70_000, 0x8000_0000, .max] {
                for start: UInt32 in [0, 100, 65_496, 65_520, 65_530, 65_536, .max - 40, .max] {
                    for (left, right) in [(start, 200), (200, start), (start, start)] {
                        // Equal bytes up to the end trap there; a difference before it does not.
                        for place: UInt32 in [0, 210, 65_525] where count < 1 << 20 || place > 0 {
                            _ = try pair.outcomes("set", place, 9)
                            let (expected, found) = try pair.outcomes(name, left, right, count)
                            _ = try pair.outcomes("set", place, 0)
                            if Self.kind(expected) != Self.kind(found) {
                                Issue.record(
                                    "\(name) \(left) \(right) \(count): \(expected), \(found)")
                                return
                            }
                        }
                    }
                }
            }
        }
    }

    /// Which of two accesses in a round traps first is left open (Decisions/0049).
    private static func kind(_ outcome: String) -> Substring {
        outcome.hasPrefix("memory") ? outcome.prefix { $0 != "(" } : outcome[...]
    }
}
