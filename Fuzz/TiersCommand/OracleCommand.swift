import Foundation
import TierOracle

/// `tier-oracle COUNT [FIRST] [with EXTENSIONS] [optimized COUNT [small]] [modules FOLDER]`: runs
/// random modules on every tier and says where they differ. Extensions are names with commas between,
/// or `all`. Optimised are others, of 60 functions, or `small` ones as on the other tiers; `tier-oracle 1 SEED with EXTENSIONS text` prints a module. With a folder, each module and what it did is written there, for
/// `Fuzz/Tiers/compare-wasmtime.py`.
@main
struct OracleCommand {
    static func main() {
        do {
            try run()
        } catch {
            FileHandle.standardError.write(Data("tier-oracle: error: \(error)\n".utf8))
            exit(2)
        }
    }

    private static func run() throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.prefix { UInt64($0) != nil }.compactMap { UInt64($0) }
        let count = numbers.first ?? 1000
        let first = numbers.dropFirst().first ?? 0
        let extensions = try value(after: "with", in: words).map(extensions) ?? []
        let optimized = value(after: "optimized", in: words).flatMap { UInt64($0) } ?? 0
        let output = try value(after: "modules", in: words).map { try ModuleFolder($0) }
        if words.contains("text") {
            var random = RandomModule(seed: first, extensions: extensions)
            return print(random.text())
        }
        var differences = 0
        for seed in first..<first + count {
            let oracle = try TierOracle(seed: seed, extensions: extensions)
            let expected = try oracle.outcome(.interpreter)
            for tier in [Tier.singlePass, .growing, .kept] {
                report(try oracle.difference(tier, from: expected), &differences)
            }
            try output?.write(oracle, expected)
            progress(seed - first + 1, count, "modules")
        }
        // One clang makes the code of 60 functions at a time: its start costs as much as three.
        let functionCount = words.contains("small") ? nil : 60
        for seed in first..<first + optimized {
            let oracle = try TierOracle(
                seed: seed &+ 1 << 40, functionCount: functionCount, extensions: extensions)
            let expected = try oracle.outcome(.interpreter)
            for tier in [Tier.singlePass, .growing, .kept, .optimized] {
                report(try oracle.difference(tier, from: expected), &differences)
            }
            try output?.write(oracle, expected)
            progress(seed - first + 1, optimized, "optimized modules")
        }
        print(
            "\(count) modules on 4 tiers, \(optimized)"
                + (functionCount.map { " of \($0) functions" } ?? "")
                + " on the optimised one: \(differences) differences")
        exit(differences == 0 ? 0 : 1)
    }

    private static func value(after word: String, in words: ArraySlice<String>) -> String? {
        words.firstIndex(of: word).flatMap { words.dropFirst($0 - words.startIndex + 1).first }
    }

    private static func extensions(_ names: String) throws -> [RandomModule.Extension] {
        if names == "all" { return RandomModule.Extension.allCases }
        return try names.split(separator: ",").map { name in
            guard let found = RandomModule.Extension(rawValue: String(name)) else {
                throw UnknownExtension(name: String(name))
            }
            return found
        }
    }

    private static func report(_ difference: TierDifference?, _ count: inout Int) {
        guard let difference else { return }
        count += 1
        print(difference)
    }

    private static func progress(_ done: UInt64, _ count: UInt64, _ what: String) {
        guard done % 1000 == 0 || done == count, isatty(2) != 0 else { return }
        FileHandle.standardError.write(Data("\r\(done) of \(count) \(what) ".utf8))
        if done == count { FileHandle.standardError.write(Data("\n".utf8)) }
    }
}

struct UnknownExtension: Error, CustomStringConvertible {
    var name: String

    var description: String {
        let known = RandomModule.Extension.allCases.map(\.rawValue).joined(separator: ", ")
        return "no extension \"\(name)\"; there are \(known), or all"
    }
}

/// Modules in one file: for each the length of its binary, the binary, the length of what it did,
/// and that (lengths in four bytes, little-endian).
struct ModuleFolder {
    private let file: FileHandle

    init(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let name = "\(path)/modules"
        guard FileManager.default.createFile(atPath: name, contents: nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: name))
    }

    func write(_ oracle: TierOracle, _ outcome: TierOutcome) throws {
        let text = Array(outcome.lines.joined(separator: "\n").utf8)
        var bytes: [UInt8] = []
        for part in [oracle.bytes, text] {
            let count = UInt32(part.count)
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: count >> UInt32(8 * $0)) } + part
        }
        try file.write(contentsOf: Data(bytes))
    }
}
