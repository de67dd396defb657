import Foundation
import Testing

/// The arrows of the house: what each room may import besides the standard library, `Bytes` and
/// `Diagnostics`. ARCHITECTURE.md shows the same rows to readers.
private let arrows: [String: Set<String>] = [
    "Bytes": [],
    "Diagnostics": [],
    "COpenSSL": [],
    "CPlatform": [],
    "Platform": ["CPlatform", "Glibc", "Synchronization"],
    "Cryptography": ["COpenSSL", "Platform", "Synchronization"],
    "Wasm": ["Synchronization"],
    "OptimizingCompiler": ["Wasm", "WasmEngine", "Platform", "Synchronization"],
    "WasmEngine": ["Wasm", "Platform", "CPlatform", "Synchronization"],
    "SinglePassCompiler": ["Wasm", "WasmEngine", "Synchronization"],
    "WASI": ["Wasm", "WasmEngine", "Platform", "Synchronization"],
    "Vault": ["Cryptography", "Platform", "Synchronization"],
    "VaultFileSystem": ["Vault", "WASI"],
    "Attestation": ["Cryptography", "Platform", "Synchronization"],
    "AttestedTLS": [
        "COpenSSL", "Cryptography", "Platform", "Attestation", "Synchronization", "Glibc",
    ],
    "PolicyFile": ["Attestation"],
    "SimulatedTEE": ["Attestation", "Cryptography"],
    "KeepProtocol": ["Attestation", "Cryptography"],
    "Keep": [
        "AttestedTLS", "Attestation", "Cryptography", "KeepProtocol", "Platform",
        "SinglePassCompiler", "Synchronization", "Vault", "VaultFileSystem", "WASI", "Wasm",
        "WasmEngine",
    ],
    "KeepClient": [
        "AttestedTLS", "Attestation", "Cryptography", "KeepProtocol", "Platform", "Synchronization",
    ],
    "ManifestFile": ["KeepProtocol"],
    "CFirstProcess": [],
    "CZlib": [],
    "Host": ["CZlib", "Platform", "Synchronization"],
]

/// Rooms that assemble the others: commands may import every room and the argument parser.
private let assemblies: [String: Set<String>] = [
    "martlet": Set(arrows.keys).subtracting(["SimulatedTEE"])
        .union(["ArgumentParser", "Foundation", "Synchronization"]),
    "martlet-keep": ["Attestation", "CFirstProcess", "Keep", "KeepProtocol", "Platform"],
    "martlet-simtee": [
        "SimulatedTEE", "Attestation", "Cryptography", "Platform", "ArgumentParser", "Foundation",
    ],
]

private let everywhere: Set<String> = ["Bytes", "Diagnostics", "Swift"]

@Suite struct ImportRuleTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let rooms: [String] = {
        let sources = root.appending(path: "Sources").path(percentEncoded: false)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sources)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }()

    @Test("every room is drawn")
    func everyRoomIsDrawn() {
        #expect(!Self.rooms.isEmpty)
        for room in Self.rooms {
            #expect(
                arrows[room] != nil || assemblies[room] != nil,
                "Sources/\(room) has no row: draw it in ARCHITECTURE.md and here")
        }
    }

    @Test("no import leaves its row", arguments: rooms)
    func imports(room: String) throws {
        let allowed = everywhere.union(arrows[room] ?? assemblies[room] ?? [])
        for file in try Self.swiftFiles(in: room) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for name in Self.importedNames(in: text) {
                #expect(
                    allowed.contains(name),
                    "\(room)/\(file.lastPathComponent) imports \(name): no such arrow is drawn")
            }
        }
    }

    @Test("the reader of imports sees every spelling")
    func readerOfImports() {
        let text = """
            import A
            package import B
            @preconcurrency internal import C
            import struct D.Thing
            // import Nothing
            """
        #expect(Self.importedNames(in: text) == ["A", "B", "C", "D"])
    }

    private static func swiftFiles(in room: String) throws -> [URL] {
        let folder = root.appending(path: "Sources/\(room)")
        let walker = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (walker?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
    }

    private static func importedNames(in text: String) -> [String] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
        return text.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ")[...]
            while let word = words.first, word != "import" {
                let leads = ["package", "internal", "private", "public", "fileprivate", "unsafe"]
                guard word.hasPrefix("@") || leads.contains(String(word)) else { return nil }
                words = words.dropFirst()
            }
            words = words.dropFirst()
            if let word = words.first, kinds.contains(word) { words = words.dropFirst() }
            return words.first.map { String($0.prefix { $0 != "." }) }
        }
    }
}
