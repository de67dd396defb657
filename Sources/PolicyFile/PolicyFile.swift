package import Attestation
import Bytes
package import Diagnostics

/// A `policy.toml`: a relying party's expectations as people write them.
package struct PolicyFile: Sendable {
    /// The version of the file's own format, which the key `policy` names.
    package static let version = 1

    /// The expectations.
    package let policy: Policy
    /// Files with roots that the policy trusts besides the vendors' own.
    package let rootFiles: [RootFile]
    private let name: String

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
        var policy = reader.policy
        policy.identify(source: text.utf8)
        self.policy = policy
        rootFiles = reader.rootFiles
        self.name = name
    }

    /// The vendors' own roots and those of the policy's files.
    ///
    /// - Parameter contents: gives the bytes of a file that the policy names.
    package func roots(
        contents: (String) throws(Diagnostic) -> [UInt8]
    ) throws(Diagnostic) -> TrustRoots {
        var roots = TrustRoots.vendors
        for file in rootFiles {
            let bytes = try contents(file.path)
            do throws(MalformedBytes) {
                try file.add(bytes, to: &roots)
            } catch {
                throw Diagnostic(
                    what: "\(file.path.escapedForDisplay()): \(error.description)",
                    where: "\(name):\(file.line)",
                    remedy: file.vendor == .arm
                        ? "give a JSON object with implementation-id, instance-id and pkey"
                        : "give certificates in PEM or one in DER")
            }
        }
        return roots
    }
}
