import Foundation
import Testing
import WasmFuzz

@Suite struct TextCorpusTests {
    @Test("what libFuzzer kept of texts ends in a result or an error")
    func corpus() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Corpus/fuzz.hex")
        var count = 0
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        where !line.hasPrefix("#") {
            let digits = Array(line.utf8)
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
            }
            #expect(bytes.count * 2 == digits.count)
            fuzzText(bytes)
            count += 1
        }
        #expect(count > 100)
    }
}
