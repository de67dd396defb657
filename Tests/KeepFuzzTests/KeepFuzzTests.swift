import Bytes
import Foundation
import KeepFuzz
import Testing

/// Replays what reads foreign bytes around a keep: the corpora, mutations of them, and much of one byte.
@Suite struct KeepFuzzTests {
    /// The files below `Corpus/`: for each reader, inputs that it takes and inputs that it once took
    /// badly, one a line in hexadecimal.
    private static func corpus(_ target: KeepFuzz) throws -> [[UInt8]] {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Corpus/\(target.rawValue).hex")
        let text = try String(contentsOf: url, encoding: .utf8)
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            guard let bytes = [UInt8](hexadecimal: line) else {
                throw CocoaError(.fileReadCorruptFile)
            }
            return bytes
        }
    }

    @Test(
        "every input of the corpus, cut anywhere and with any byte changed, ends in a value or an error",
        arguments: KeepFuzz.allCases)
    func replay(target: KeepFuzz) throws {
        let inputs = try Self.corpus(target)
        #expect(!inputs.isEmpty)
        for input in inputs {
            target.run(input)
            let step = max(1, input.count / 400)
            for index in stride(from: 0, to: input.count, by: step) {
                target.run(Array(input[..<index]))
                for byte: UInt8 in [0, 0x7f, 0x80, 0xff, input[index] ^ 1] {
                    var changed = input
                    changed[index] = byte
                    target.run(changed)
                }
            }
        }
    }

    @Test("a megabyte of one byte ends in an error", arguments: KeepFuzz.allCases)
    func megabyte(target: KeepFuzz) {
        for byte: UInt8 in [0x00, 0x5b, 0x7b, 0x81, 0x9f, 0xff] {
            target.run([UInt8](repeating: byte, count: 1 << 20))
        }
    }
}
