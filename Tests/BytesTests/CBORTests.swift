import Bytes
import Testing

@Suite struct CBORTests {
    private func decode(
        _ hex: String, _ rules: CBORRules = .definite
    ) throws -> CBORValue {
        try CBORReader.decode(try #require([UInt8](hexadecimal: hex))[...], rules: rules)
    }

    /// RFC 8949 appendix A.
    @Test(
        "the examples of RFC 8949 read and write the same bytes",
        arguments: [
            ("00", CBORValue.unsigned(0)), ("17", .unsigned(23)), ("1818", .unsigned(24)),
            ("1903e8", .unsigned(1000)), ("1a000f4240", .unsigned(1_000_000)),
            ("1bffffffffffffffff", .unsigned(.max)), ("20", .negative(0)), ("3863", .negative(99)),
            ("3bffffffffffffffff", .negative(.max)), ("f4", .boolean(false)),
            ("f5", .boolean(true)),
            ("f6", .null), ("f7", .undefined), ("f0", .simple(16)), ("f8ff", .simple(255)),
            (
                "c074323031332d30332d32315432303a30343a30305a",
                .tagged(0, .text("2013-03-21T20:04:00Z"))
            ),
            ("4401020304", .bytes([1, 2, 3, 4])), ("62c3bc", .text("ü")), ("80", .array([])),
            (
                "8301820203820405",
                .array([
                    .unsigned(1), .array([.unsigned(2), .unsigned(3)]),
                    .array([.unsigned(4), .unsigned(5)]),
                ])
            ),
            ("a0", .map([])),
            (
                "a26161016162820203",
                .map([
                    CBOREntry(.text("a"), .unsigned(1)),
                    CBOREntry(.text("b"), .array([.unsigned(2), .unsigned(3)])),
                ])
            ),
        ])
    func examples(hex: String, value: CBORValue) throws {
        #expect(try decode(hex) == value)
        #expect(value.deterministicEncoding.hexadecimal == hex)
    }

    @Test(
        "a second spelling, a duplicate, or anything out of bounds is refused",
        arguments: [
            ("1817", "shortest"), ("1900ff", "shortest"), ("1a0000ffff", "shortest"),
            ("1b00000000ffffffff", "shortest"), ("a2616101616102", "twice"), ("5818", "remain"),
            ("9bffffffffffffffff", "remain"), ("bbffffffffffffffff", "remain"),
            ("0000", "too many"),
            ("f818", "two bytes"), ("fb3ff0000000000000", "floating"), ("1c", "reserved"),
            ("9fff", "indefinite"), ("bfff", "indefinite"), ("5fff", "indefinite"), ("ff", "break"),
            ("62c328", "UTF-8"), ("", "needs"), ("c0", "needs"),
        ])
    func refused(hex: String, problem: String) throws {
        let error = #expect(throws: MalformedBytes.self) { try decode(hex) }
        #expect(error?.problem.contains(problem) == true, "\(hex): \(error?.problem ?? "accepted")")
    }

    @Test("indefinite lengths are read only where they are allowed")
    func indefinite() throws {
        #expect(
            try decode("9f018202039f0405ffff", .indefinite)
                == .array([
                    .unsigned(1), .array([.unsigned(2), .unsigned(3)]),
                    .array([.unsigned(4), .unsigned(5)]),
                ]))
        #expect(try decode("5f42010243030405ff", .indefinite) == .bytes([1, 2, 3, 4, 5]))
        #expect(throws: MalformedBytes.self) { try decode("5f5f4101ffff", .indefinite) }
        #expect(throws: MalformedBytes.self) { try decode("5f6161ff", .indefinite) }
        #expect(throws: MalformedBytes.self) { try decode("bf6161ff", .indefinite) }
    }

    @Test("deterministic encoding has its keys in order")
    func sortedKeys() throws {
        #expect(throws: MalformedBytes.self) { try decode("a2616201616102", .deterministic) }
        #expect(try decode("a2616102616201", .deterministic)["a"] == .unsigned(2))
    }

    @Test("depth and number of items are bounded")
    func bounds() throws {
        let deep = String(repeating: "81", count: 40) + "00"
        #expect(throws: MalformedBytes.self) { try decode(deep) }
        var rules = CBORRules.definite
        rules.maximumItems = 4
        #expect(throws: MalformedBytes.self) { try decode("8400000000", rules) }
        #expect(
            try decode("83000000", rules) == .array([.unsigned(0), .unsigned(0), .unsigned(0)]))
    }
}
