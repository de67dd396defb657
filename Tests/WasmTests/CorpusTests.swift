import Bytes
import Testing
import Wasm

@Suite("Corpus")
struct CorpusTests {
    @Test("Modules of every feature are valid")
    func validModules() throws {
        let entries = try Corpus.entries("valid.hex")
        #expect(entries.count >= 16)
        for entry in entries {
            let error = validationError(entry.bytes)
            #expect(error == nil, "\(entry.label): \(error?.description ?? "")")
        }
    }

    @Test("What libFuzzer found keeps its verdict")
    func fuzzCorpus() throws {
        let entries = try Corpus.entries("fuzz.hex")
        #expect(entries.count > 1_000)
        for entry in entries {
            let verdict =
                switch validationError(entry.bytes) {
                case nil: "valid"
                case .invalid: "invalid"
                case .malformed: "malformed"
                }
            #expect(verdict == entry.label, "\(entry.bytes.hexadecimal)")
        }
    }

    @Test(
        "A mutated module is told from a valid one or is valid; nothing crashes", arguments: 1...8)
    func mutations(seed: UInt64) throws {
        let entries = try Corpus.entries("valid.hex")
        var random = SplitMix(seed: seed)
        var rejected = 0
        for round in 0..<1_000 {
            var bytes = entries[round % entries.count].bytes
            for _ in 0...random.next(below: 3) { mutate(&bytes, &random) }
            if validationError(bytes) != nil { rejected += 1 }
        }
        #expect(rejected > 300)
    }

    /// Changes, takes away or puts in one byte behind the preamble.
    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let place = 8 + random.next(below: bytes.count - 8)
        let byte = UInt8(random.next(below: 256))
        switch random.next(below: 4) {
        case 0: bytes[place] = byte
        case 1: bytes[place] ^= 1 << UInt8(random.next(below: 8))
        case 2: bytes.remove(at: place)
        default: bytes.insert(byte, at: place)
        }
    }

    @Test("Every valid module is malformed or invalid once its last byte is gone")
    func cutModules() throws {
        for entry in try Corpus.entries("valid.hex") {
            #expect(validationError(Array(entry.bytes.dropLast(1))) != nil, "\(entry.label)")
        }
    }

    /// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
    private struct SplitMix {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next(below bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((word ^ word >> 31) % UInt64(bound))
        }
    }
}
