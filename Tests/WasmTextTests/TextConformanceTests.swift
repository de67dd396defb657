import Foundation
import Testing
import Wasm

/// The official suite's text: every module assembles, every malformed one is rejected.
@Suite("Text of the official suite")
struct TextConformanceTests {
    private static var suite: URL? {
        let shared = ProcessInfo.processInfo.environment["MARTLET_SHARED"] ?? "../shared"
        let folder = URL(fileURLWithPath: shared).appendingPathComponent("testsuite")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }

    private static func scripts() throws -> [URL] {
        guard let suite, let files = FileManager.default.enumerator(atPath: suite.path) else {
            return []
        }
        return files.compactMap { $0 as? String }.filter { $0.hasSuffix(".wast") }.sorted()
            .map { suite.appendingPathComponent($0) }
    }

    @Test(
        "all modules of core, custom, legacy and threads",
        .enabled(if: suite != nil, "MARTLET_SHARED does not name the folder with testsuite/"))
    func everyModule() throws {
        let scripts = try Self.scripts()
        #expect(scripts.count >= 269)
        for script in scripts {
            for command in try ScriptParser.parse([UInt8](Data(contentsOf: script))) {
                check(command, script.lastPathComponent)
            }
        }
    }

    private func check(_ command: ScriptCommand, _ file: String) {
        switch command.operation {
        case .module(let module), .assertModuleTrap(let module, _), .assertInvalid(let module, _),
            .assertUnlinkable(let module, _):
            #expect(throws: Never.self, "\(file):\(command.line)") { try module.assemble() }
        case .assertMalformed(let module, let message):
            guard case .quote = module.form, !Self.isInvalidNow(message, file) else { return }
            #expect(throws: TextError.self, "\(file):\(command.line)") { try module.assemble() }
        case .assertMalformedCustom(let module, _), .assertInvalidCustom(let module, _):
            #expect(throws: TextError.self, "\(file):\(command.line)") { try module.assemble() }
        case .instance, .register, .action, .assertReturn, .assertTrap, .assertException,
            .assertExhaustion, .thread, .wait:
            return
        }
    }

    /// Since memory64, sizes have 64 bits in the text of every memory: the threads proposal, which is
    /// older, calls malformed what the validator rejects now.
    private static func isInvalidNow(_ message: String, _ file: String) -> Bool {
        file == "memory.wast" && message == "i32 constant out of range"
    }
}
