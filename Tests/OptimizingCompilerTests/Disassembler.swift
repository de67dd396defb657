import Foundation
import Testing

/// The toolchain's disassembler.
enum Disassembler {
    /// What `llvm-objdump -d` prints of an object's `.text`: `offset: bytes instruction`.
    static func lines(_ object: [UInt8]) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "martlet-object-\(UUID().uuidString).o")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(object).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "llvm-objdump", "-d", "--section=.text", "-M", "intel",
            file.path(percentEncoded: false),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The instructions of one function, without places and bytes.
    static func instructions(of function: String, in object: [UInt8]) throws -> [String] {
        let lines = try lines(object)
        let start = try #require(lines.firstIndex { $0.hasSuffix("<\(function)>:") })
        let found = lines[(start + 1)...].prefix { $0.hasPrefix(" ") }.compactMap { line in
            // Offset and bytes end at the first tabulator.
            line.firstIndex(of: "\t").map {
                line[$0...].split { $0 == "\t" || $0 == " " }.joined(separator: " ")
            }
        }
        // What fills the room up to the next function is none of its own.
        return found.filter { !$0.hasPrefix("nop") }
    }
}
