import Attestation
import Bytes
import Diagnostics
import PolicyFile

/// Reads a policy file and the roots that it names.
enum PolicyReading {
    static func policy(_ path: String) throws(Diagnostic) -> (Policy, TrustRoots) {
        let file = try PolicyFile(try InputFile.text(path), name: path)
        var roots = TrustRoots.vendors
        for name in file.rootFiles {
            let place = beside(path, name)
            for certificate in try certificates(place) {
                let anchor = TrustAnchor(certificate)
                switch certificate.subject.commonName {
                case let name? where name.hasPrefix("ARK-"): roots.amd.append(anchor)
                case let name? where name.contains("Nitro"): roots.aws.append(anchor)
                default: roots.intel.append(anchor)
                }
            }
        }
        return (file.policy, roots)
    }

    private static func certificates(_ path: String) throws(Diagnostic) -> [Certificate] {
        let bytes = try InputFile.bytes(path)
        var result: [Certificate] = []
        do {
            let encodings = bytes.first == 0x30 ? [bytes] : try PEM.decode(bytes[...])
            for encoding in encodings { result.append(try Certificate(decoding: encoding[...])) }
        } catch {
            throw Diagnostic(what: error.description, where: path)
        }
        return result
    }

    /// A file named in a policy: relative names count from the policy's own directory.
    private static func beside(_ policy: String, _ name: String) -> String {
        guard !name.hasPrefix("/"), let slash = policy.lastIndex(of: "/") else { return name }
        return policy[...slash] + name
    }
}
