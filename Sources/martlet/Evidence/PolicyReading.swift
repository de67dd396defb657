import Attestation
import Diagnostics
import PolicyFile

/// Reads a policy file and the roots that it names.
enum PolicyReading {
    static func policy(_ path: String) throws(Diagnostic) -> (Policy, TrustRoots) {
        let file = try PolicyFile(try InputFile.text(path), name: path)
        let roots = try file.roots { (name) throws(Diagnostic) in
            try InputFile.bytes(InputFile.beside(path, name))
        }
        return (file.policy, roots)
    }
}
