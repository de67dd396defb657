import Testing

@testable import Attestation

@Suite struct ExpectationTests {
    @Test("a value that is absent meets nothing but not-appraised")
    func absent() {
        let all: [Attestation.Expectation] = [
            .oneOf([.flag(true)]), .atLeast(0), .atMost(.max), .only(["a"]), .includes(0),
            .minimum(["milan": []]),
        ]
        #expect(!all.contains { $0.admits(nil) })
        #expect(Attestation.Expectation.notAppraised(because: "why").admits(nil))
    }

    @Test("numbers are compared at their edges")
    func numbers() {
        #expect(Attestation.Expectation.atLeast(3).admits(.number(3)))
        #expect(!Attestation.Expectation.atLeast(3).admits(.number(2)))
        #expect(Attestation.Expectation.atMost(3).admits(.number(3)))
        #expect(!Attestation.Expectation.atMost(3).admits(.number(4)))
        #expect(Attestation.Expectation.includes(5).admits(.number(7)))
        #expect(!Attestation.Expectation.includes(5).admits(.number(4)))
    }

    @Test("names found must all be allowed")
    func names() {
        #expect(Attestation.Expectation.only([]).admits(.names([])))
        #expect(Attestation.Expectation.only(["a", "b"]).admits(.names(["b"])))
        #expect(!Attestation.Expectation.only(["a"]).admits(.names(["a", "b"])))
    }

    @Test("a minimum counts every component, and refuses a line it does not know")
    func minimum() {
        let minimum = Attestation.Expectation.minimum([
            "milan": [.init("snp", 8), .init("microcode", 115)]
        ])
        func tcb(_ line: String, _ snp: UInt64, _ microcode: UInt64) -> ClaimValue {
            .components(line: line, [.init("snp", snp), .init("microcode", microcode)])
        }
        #expect(minimum.admits(tcb("milan", 8, 115)))
        #expect(minimum.admits(tcb("milan", 9, 200)))
        #expect(!minimum.admits(tcb("milan", 200, 114)))
        #expect(!minimum.admits(tcb("milan", 7, 200)))
        #expect(!minimum.admits(tcb("genoa", 9, 200)))
        #expect(!minimum.admits(.components(line: "milan", [.init("snp", 9)])))
    }

    @Test("an expectation suits only its own kind of claim, and is never empty")
    func kinds() {
        #expect(Attestation.Expectation.oneOf([.flag(true)]).suits(.flag))
        #expect(!Attestation.Expectation.oneOf([.flag(true)]).suits(.number))
        #expect(!Attestation.Expectation.oneOf([]).suits(.flag))
        #expect(!Attestation.Expectation.atLeast(1).suits(.bytes))
        #expect(!Attestation.Expectation.notAppraised(because: "").suits(.bytes))
    }
}
