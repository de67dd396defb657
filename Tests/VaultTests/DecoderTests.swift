import Bytes
import Foundation
import Testing
import Vault
import VaultFuzz
import VaultTorture

@Suite struct DecoderTests {
    /// Bytes near what decoders expect: right sizes, small counts, and then anything.
    private func input(_ generator: inout SeededGenerator) -> [UInt8] {
        let sizes = [0, 1, 31, 66, 128, 4039, 4040, 4096, 4097]
        var bytes = generator.bytes(sizes.randomElement(using: &generator) ?? 4096)
        // Zeros and small numbers reach deeper than noise.
        for index in bytes.indices where generator.next() % 4 != 0 {
            bytes[index] = generator.next() % 8 == 0 ? UInt8(generator.next() % 4) : 0
        }
        return bytes
    }

    @Test("foreign bytes end in a value or an error, never in a trap")
    func foreignBytes() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<4000 {
            let bytes = input(&generator)
            fuzzSuperblock(bytes)
            fuzzTreeBlock(bytes)
        }
        for _ in 0..<50 { fuzzKeySlots(input(&generator)) }
    }

    @Test(
        "what libFuzzer found on its way still ends in a value or an error",
        arguments: ["Superblock", "TreeBlock", "KeySlots"])
    func corpus(name: String) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Corpus/\(name).hex")
        let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
        var count = 0
        for line in lines where !line.hasPrefix("#") {
            let digits = line.split(separator: " ").last ?? ""
            let bytes = try #require([UInt8](hexadecimal: String(digits)))
            fuzzSuperblock(bytes)
            fuzzTreeBlock(bytes)
            fuzzKeySlots(bytes)
            count += 1
        }
        #expect(count > 0)
    }

    @Test("a superblock's plaintext reads back as written, and not with a field out of range")
    func superblock() {
        // Epoch 1, 128 blocks, two empty files, nothing else.
        var bytes = [UInt8](repeating: 0, count: 4040)
        bytes[0] = 1
        bytes[40] = 128
        bytes[92] = 1
        bytes[220] = 1
        #expect(VaultDecoders.superblock(bytes))
        for (index, value): (Int, UInt8) in [
            (0, 0), (6, 1), (40, 127), (45, 1), (92, 2), (348, 13), (349, 17), (4039, 1),
        ] {
            var changed = bytes
            changed[index] = value
            #expect(!VaultDecoders.superblock(changed), "byte \(index)")
        }
    }
}
