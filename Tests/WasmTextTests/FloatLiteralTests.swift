import Testing
import Wasm

@Suite("Floating-point literals")
struct FloatLiteralTests {
    private func parse(_ text: String, _ format: FloatFormat) -> FloatLiteral.Value {
        let bytes = Array(text.utf8)
        return FloatLiteral.parse(bytes, 0..<bytes.count, format)
    }

    private func f64(_ value: Double) -> FloatLiteral.Value { .bits(value.bitPattern) }
    private func f32(_ value: Float) -> FloatLiteral.Value { .bits(UInt64(value.bitPattern)) }

    @Test("every spelling of a number is read")
    func spellings() {
        #expect(parse("0", .f64) == f64(0))
        #expect(parse("-0", .f64) == f64(-0.0))
        #expect(parse("-0x0p0", .f32) == f32(-0.0))
        #expect(parse("+1.", .f64) == f64(1))
        #expect(parse("1_000.2_5e-0_1", .f64) == f64(100.025))
        #expect(parse("0x1_F.8p+3", .f64) == f64(252))
        #expect(parse("0xA.", .f32) == f32(10))
        #expect(parse("1E5", .f32) == f32(100_000))
    }

    @Test(
        "what is no number is malformed",
        arguments: [
            "", "+", "-", ".5", "1._5", "1_", "1__0", "_1", "1e", "1e+", "0x", "0x.8", "0x1p",
            "0x1pF", "1p3", "e5", "1.5.5", "0x1.8_p1", "nan:", "nan:1", "nan:0x", "infinity",
            "NaN", "1e5_", "--1", "1 ",
        ])
    func malformed(text: String) {
        #expect(parse(text, .f64) == .malformed)
        #expect(parse(text, .f32) == .malformed)
    }

    @Test("NaN payloads are kept; zero and what does not fit are out of range")
    func payloads() {
        #expect(parse("nan", .f32) == .bits(0x7FC0_0000))
        #expect(parse("-nan", .f64) == .bits(0xFFF8_0000_0000_0000))
        #expect(parse("nan:0x1", .f32) == .bits(0x7F80_0001))
        #expect(parse("nan:0x7f_ffff", .f32) == .bits(0x7FFF_FFFF))
        #expect(parse("nan:0x80_0000", .f32) == .outOfRange)
        #expect(parse("nan:0x0", .f32) == .outOfRange)
        #expect(parse("nan:0xf_ffff_ffff_ffff", .f64) == .bits(0x7FFF_FFFF_FFFF_FFFF))
        #expect(parse("nan:0x10_0000_0000_0000", .f64) == .outOfRange)
        #expect(parse("-inf", .f32) == .bits(0xFF80_0000))
    }

    @Test("ties round to even, one digit decides against the tie")
    func ties() {
        #expect(parse("9007199254740993", .f64) == f64(9_007_199_254_740_992))
        #expect(
            parse("9007199254740993.0000000000000000000000000000000000001", .f64)
                == f64(9_007_199_254_740_994))
        #expect(parse("16777217", .f32) == f32(16_777_216))
        #expect(parse("16777219", .f32) == f32(16_777_220))
        #expect(parse("0x1.00000100000000001p0", .f32) == f32(1.000_000_1))
        #expect(parse("0x1.000001p0", .f32) == f32(1))
    }

    @Test("a decimal is not rounded twice on its way to f32")
    func noDoubleRounding() {
        // Just above the tie between two f32; as f64 it would land on the tie and round down.
        #expect(parse("1.00000005960464477540", .f32) == f32(1.000_000_1))
        #expect(parse("1.00000005960464477539", .f32) == f32(1))
    }

    @Test("the edges of both formats")
    func edges() {
        #expect(parse("4.9406564584124654e-324", .f64) == .bits(1))
        #expect(parse("2.4703282292062327e-324", .f64) == .bits(0))
        #expect(parse("2.4703282292062328e-324", .f64) == .bits(1))
        #expect(parse("0x1p-1075", .f64) == .bits(0))
        #expect(parse("0x1.0000000000000000000001p-1075", .f64) == .bits(1))
        #expect(parse("2.2250738585072011e-308", .f64) == .bits(0x000F_FFFF_FFFF_FFFF))
        #expect(parse("1.7976931348623157e308", .f64) == f64(.greatestFiniteMagnitude))
        #expect(parse("1.7976931348623159e308", .f64) == .outOfRange)
        #expect(
            parse("340282356779733661637539395458142568447", .f32)
                == f32(.greatestFiniteMagnitude))
        #expect(parse("340282356779733661637539395458142568448", .f32) == .outOfRange)
        #expect(parse("0x1.fffffe8p127", .f32) == f32(.greatestFiniteMagnitude))
        #expect(parse("0x1.ffffffp127", .f32) == .outOfRange)
        #expect(parse("1e-46", .f32) == .bits(0))
    }

    @Test("exponents and digits beyond all bounds cost nothing and stay exact")
    func hugeParts() {
        #expect(parse("1e99999999999999999999999", .f64) == .outOfRange)
        #expect(parse("1e-99999999999999999999999", .f64) == .bits(0))
        #expect(parse("0e99999999999999999999999", .f64) == .bits(0))
        #expect(parse("0x1p99999999999999999999", .f32) == .outOfRange)
        let zeros = String(repeating: "0", count: 100_000)
        #expect(parse("0." + zeros + "1e100001", .f64) == f64(1))
        #expect(parse("1" + zeros + "e-100000", .f64) == f64(1))
        #expect(parse("9007199254740993." + zeros, .f64) == f64(9_007_199_254_740_992))
        #expect(parse("9007199254740993." + zeros + "1", .f64) == f64(9_007_199_254_740_994))
        #expect(parse("0x1" + zeros + "p-400000", .f64) == f64(1))
    }

    @Test("the shortest text of any number reads back as that number")
    func roundTrips() {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<1_500 {
            let double = Double(bitPattern: generator.next())
            if double.isFinite { #expect(parse("\(double)", .f64) == f64(double)) }
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            if float.isFinite { #expect(parse("\(float)", .f32) == f32(float)) }
        }
    }
}

/// A small seeded generator, so that every run tries the same numbers.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
