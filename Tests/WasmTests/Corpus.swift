import Bytes
import Foundation
import Testing

/// The files below `Corpus/`: lines of a label and a module in hexadecimal.
enum Corpus {
    struct Entry: Sendable, CustomTestStringConvertible {
        /// A name, or the verdict expected.
        var label: String
        var bytes: [UInt8]

        var testDescription: String { label }
    }

    static func entries(_ file: String) throws -> [Entry] {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Corpus/\(file)")
        let text = try String(contentsOf: url, encoding: .utf8)
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: " ")
            let label = parts.dropLast().joined(separator: " ").trimmingSuffix(":")
            guard let hexadecimal = parts.last, let bytes = [UInt8](hexadecimal: hexadecimal) else {
                throw CocoaError(.fileReadCorruptFile)
            }
            return Entry(label: label, bytes: bytes)
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
