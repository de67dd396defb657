import AttestationFuzz
import Bytes
import Foundation

/// The files below `Corpus/`: for each reader of foreign bytes, inputs that once took it a new way, one a
/// line in hexadecimal. What a fuzzer finds to be wrong is added here.
enum Corpus {
    static func inputs(_ target: AttestationFuzz) throws -> [[UInt8]] {
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
}
