package import Attestation
import Bytes
package import Diagnostics

/// A `policy.toml`: a relying party's expectations as people write them.
package struct PolicyFile: Sendable {
    /// The version of the file's own format, which the key `policy` names.
    package static let version = 1

    /// The expectations.
    package let policy: Policy
    /// Files with roots that the policy trusts besides the vendors', as written in it.
    package let rootFiles: [String]

    /// Reads a policy.
    ///
    /// - Parameters:
    ///   - text: the file.
    ///   - name: its name, for errors and results.
    /// - Throws: ``Diagnostic`` with file and line; an unknown key is an error.
    package init(_ text: String, name: String) throws(Diagnostic) {
        let document: TOMLTable
        do {
            document = try TOMLReader.decode(text)
        } catch {
            throw Diagnostic(what: error.problem, where: "\(name):\(error.line)")
        }
        var reader = PolicyReader(file: name)
        try reader.read(document)
        policy = reader.policy
        rootFiles = reader.rootFiles
    }
}
