import ArgumentParser
import Bytes
import Cryptography
import Diagnostics
import Wasm

/// `martlet inspect`.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a module imports, exports and uses, and its digest.",
        discussion: "The module is validated first; the digest is the binary's SHA-256.")

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(
        help: "A module, binary (.wasm) or text (.wat).",
        completion: .file(extensions: ["wasm", "wat"]))
    var file: String

    func run() throws {
        let (summary, digest) = try Console.reporting { try summarize() }
        if json {
            print(document(summary, digest).indented)
        } else {
            printTable(summary, digest)
        }
    }

    private func summarize() throws(CommandFailure) -> (ModuleSummary, String) {
        let source = try ModuleFile(reading: file)
        let valid = try source.validModule(bodies: .all)
        do throws(WasmError) {
            return (try ModuleSummary(valid), Hash.sha256(source.bytes).hexadecimal)
        } catch {
            throw CommandFailure(.data, error.diagnostic.inFile(file))
        }
    }

    // MARK: Text

    private func printTable(_ summary: ModuleSummary, _ digest: String) {
        row("file", file.escapedForDisplay())
        if let name = summary.name { row("name", name.escapedForDisplay()) }
        row("sha256", digest)
        row(
            "size",
            "\(summary.byteCount) bytes, code \(summary.codeBytes), data \(summary.dataBytes)")
        row(
            "counts",
            "\(summary.typeCount) types, \(summary.functionCount) functions, "
                + "\(summary.globalCount) globals, \(summary.tagCount) tags")
        row("features", summary.features.map(\.name).joined(separator: ", "))
        for memory in summary.memories { row("memory", "\(memory)") }
        for table in summary.tables { row("table", "\(table)") }
        for item in summary.imports {
            row(
                "import",
                "\(item.module.escapedForDisplay()) \(item.name.escapedForDisplay()): "
                    + "\(item.kind) \(item.type)")
        }
        for item in summary.exports {
            row("export", "\(item.name.escapedForDisplay()): \(item.kind) \(item.type)")
        }
        for section in summary.customSections {
            row("custom", "\(section.name.escapedForDisplay()), \(section.byteCount) bytes")
        }
    }

    private func row(_ name: String, _ text: String) { print("\(name.padded(to: 9)) \(text)") }

    // MARK: JSON

    private func document(_ summary: ModuleSummary, _ digest: String) -> JSONText {
        .object([
            ("file", .string(file)),
            ("name", summary.name.map { .string($0) } ?? .null),
            ("sha256", .string(digest)),
            ("bytes", .integer(summary.byteCount)),
            ("codeBytes", .integer(summary.codeBytes)),
            ("dataBytes", .integer(summary.dataBytes)),
            ("types", .integer(summary.typeCount)),
            ("functions", .integer(summary.functionCount)),
            ("globals", .integer(summary.globalCount)),
            ("tags", .integer(summary.tagCount)),
            ("start", .boolean(summary.hasStart)),
            ("features", .array(summary.features.map { .string($0.name) })),
            ("memories", .array(summary.memories.map { .string("\($0)") })),
            ("tables", .array(summary.tables.map { .string("\($0)") })),
            (
                "imports",
                .array(
                    summary.imports.map {
                        .object([
                            ("module", .string($0.module)), ("name", .string($0.name)),
                            ("kind", .string("\($0.kind)")), ("type", .string($0.type)),
                        ])
                    })
            ),
            (
                "exports",
                .array(
                    summary.exports.map {
                        .object([
                            ("name", .string($0.name)), ("kind", .string("\($0.kind)")),
                            ("type", .string($0.type)),
                        ])
                    })
            ),
            (
                "customSections",
                .array(
                    summary.customSections.map {
                        .object([
                            ("name", .string($0.name)), ("bytes", .integer($0.byteCount)),
                        ])
                    })
            ),
        ])
    }
}
