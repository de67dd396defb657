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
    /// Policy files that listeners, connections and the service name.
    package let policyFiles: Set<String>

    /// Reads a manifest.
    ///
    /// - Parameter name: the file's name, for errors.
    /// - Throws: ``Diagnostic`` with file and line; an unknown key is an error.
    package init(_ text: String, name: String) throws(Diagnostic) {
        let document: TOMLTable
        do {
            document = try TOMLReader.decode(text)
        } catch {
            throw Diagnostic(what: error.problem, where: "\(name):\(error.line)")
        }
        var reader = ManifestReader(file: name)
        try reader.read(document)
        manifest = reader.manifest
        program = reader.program
        policyFiles = reader.policyFiles
        do throws(ManifestRejection) {
            try manifest.check(policies: policyFiles)
        } catch {
            throw Diagnostic(
                what: "\(error.member) \(error.problem)", where: "\(name)", remedy: error.remedy)
        }
    }
}
