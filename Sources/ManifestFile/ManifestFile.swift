internal import Bytes
package import Diagnostics
package import KeepProtocol

/// A `Martlet.toml`: a workload as its owner writes it (`Documentation/Formats/Manifest.md`).
package struct ManifestFile: Sendable {
    /// The version of the file's own format, which the key `martlet` names.
    package static let version = 1

    package let manifest: Manifest
    /// The module's file, as written.
    package let program: String
    /// Policy files that listeners, connections and the service name, and the member that does.
    package let policyFiles: [String: String]
    /// Files in PEM with the roots of peers that have TLS alone, and the member that names each.
    package let rootFiles: [String: String]
    private let name: String
    private let document: TOMLTable

    /// Reads a manifest.
    ///
    /// - Parameter name: the file's name, for errors.
    /// - Throws: ``Diagnostic`` with file and line; an unknown key is an error.
    package init(_ text: String, name: String) throws(Diagnostic) {
        do {
            document = try TOMLReader.decode(text)
        } catch {
            throw Diagnostic(what: error.problem, where: "\(name):\(error.line)")
        }
        var reader = ManifestReader(file: name)
        try reader.read(document)
        self.name = name
        manifest = reader.manifest
        program = reader.program
        policyFiles = reader.policyFiles
        rootFiles = reader.rootFiles
        do throws(ManifestRejection) {
            try manifest.check(policies: Set(policyFiles.keys).union(rootFiles.keys))
        } catch {
            throw Diagnostic(
                what: "\(error.member) \(error.problem)".escapedForDisplay(),
                where: place(of: error.member), remedy: error.remedy)
        }
    }

    /// File and line of a member such as `program`, `budgets.memory` or `dir[1].path`; where it is not
    /// written, of the table that would hold it.
    package func place(of member: String) -> String {
        var table = document
        var line = 1
        for part in member.split(separator: ".", maxSplits: 1) {
            let pieces = part.split(whereSeparator: { $0 == "[" || $0 == "]" })
            guard let key = pieces.first, var value = table[String(key)] else { break }
            if pieces.count > 1, case .array(let elements) = value.content,
                let index = Int(pieces[1]), elements.indices.contains(index)
            {
                value = elements[index]
            }
            line = value.line
            guard case .table(let inner) = value.content else { break }
            table = inner
        }
        return "\(name):\(line)"
    }
}
