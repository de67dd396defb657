import Bytes
import EngineFuzz
import Foundation
import Testing
import Wasm

@testable import WasmEngine

/// The fuzz target that runs what validates, on its own seeds and on what libFuzzer kept.
@Suite struct FuzzCorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Corpus")

    private static func seeds() throws -> [[UInt8]] {
        let text = try Data(contentsOf: folder.appending(path: "seeds.wast"))
        return try ScriptParser.parse([UInt8](text)).compactMap { command in
            guard case .module(let module) = command.operation else { return nil }
            return try module.assemble()
        }
    }

    @Test("every seed validates, is instantiated and runs")
    func seedsRun() throws {
        let seeds = try Self.seeds()
        #expect(seeds.count >= 10)
        for (index, seed) in seeds.enumerated() {
            #expect(fuzzRunUnderBudget(seed), "module \(index) of seeds.wast")
        }
    }

    @Test("a seed with a byte changed ends in some way", arguments: 0..<4)
    func changedSeeds(round: Int) throws {
        var random = SystemRandomNumberGenerator.Fixed(seed: UInt64(round))
        for seed in try Self.seeds() {
            for _ in 0..<60 {
                var bytes = seed
                bytes[Int.random(in: 8..<bytes.count, using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
                fuzzRunUnderBudget(bytes)
            }
        }
    }

    @Test("what libFuzzer kept runs as it did then")
    func corpus() throws {
        let file = Self.folder.appending(path: "run.hex")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let found = try lines.map { line in
            if line.hasPrefix("#") { return String(line) }
            let digits = try #require(line.split(separator: " ").last)
            let bytes = try #require([UInt8](hexadecimal: digits))
            return "\(fuzzRunUnderBudget(bytes) ? "runs" : "refused"): \(digits)"
        }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
            let text = found.map { $0 + "\n" }.joined()
            return try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(found.count > 100)
        for (found, line) in zip(found, lines) { #expect(found == line) }
    }
}

extension SystemRandomNumberGenerator {
    /// Numbers that repeat: xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift
    /// generators, scrambled", 2016).
    struct Fixed: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 2 &+ 1 }

        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_F491_4F6C_DD1D
        }
    }
}
