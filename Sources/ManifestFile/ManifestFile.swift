internal import Bytes
package import Diagnostics
package import KeepProtocol

/// A `Martlet.toml`: what an owner gives a program, as people write it. It becomes the canonical
/// ``Manifest`` that a keep reads; `Documentation/Formats/Workload.md` has every key.
package struct ManifestFile: Sendable {
    /// The version of the file's own format, which the key `martlet` names.
    package static let version: UInt64 = 1

    package let manifest: Manifest
    /// The module's path, relative to the file.
    package let program: String
    /// Policy files by the names that the manifest gives them; paths relative to the file.
    package let policies: [String: String]

    /// Reads a manifest.
    ///
    /// - Parameter file: its name, for errors.
    /// - Throws: ``Diagnostic`` with file and line; unknown keys and contradictions are errors.
    package init(_ text: String, file: String) throws(Diagnostic) {
        let document: TOMLTable
        do {
            document = try TOMLReader.decode(text)
        } catch {
            throw Diagnostic(what: error.problem, where: "\(file):\(error.line)")
        }
        var top = TableReader(document, "", line: 1, file: file)
        guard try top.number("martlet") == Self.version else {
            throw top.invalid(
                top.line(of: "martlet"), "the file does not say which format it is in",
                remedy: "write `martlet = \(Self.version)` at its top")
        }
        program = try top.requiredString("program", example: "app.wasm")
        var reader = ManifestReader(
            try top.requiredString("name", example: "hello"), file: file)
        try reader.read(&top)
        try top.finish()
        manifest = reader.manifest
        policies = reader.policies
        do throws(ManifestRejection) {
            try manifest.check(policies: Set(policies.keys))
        } catch {
            throw Diagnostic(
                what: "\(error.member) \(error.problem)",
                where: "\(file):\(reader.lines[error.table] ?? 1)", remedy: error.remedy)
        }
    }
}

extension ManifestRejection {
    /// The table at fault: `dir[1]` of `dir[1].path`.
    fileprivate var table: String { String(member.prefix { $0 != "." }) }
}
