import Attestation
import Bytes
import Diagnostics
import KeepProtocol
import ManifestFile

/// A workload from the files of a directory: `Martlet.toml` and what it names.
enum WorkloadFiles {
    static func read(_ path: String) throws -> Workload {
        let isFile = path.hasSuffix(".toml")
        let manifestPath = isFile ? path : "\(path)/Martlet.toml"
        let folder = isFile ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : path
        let file = try ManifestFile(try InputFile.text(manifestPath), name: manifestPath)
        func beside(_ name: String) -> String {
            name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
        }
        let module = Array(try ModuleFile(reading: beside(file.program)).bytes)
        var policies = PolicySet()
        for name in file.policyFiles {
            var (policy, roots) = try PolicyReading.policy(beside(name))
            policy.identifier = name
            policies.entries[name] = PolicySet.Entry(policy: policy, roots: roots.added)
        }
        return try Workload(
            module: module, manifest: file.manifest.encoded, policies: policies.encoded)
    }
}

extension TrustRoots {
    /// The certificates that are no vendor's own.
    fileprivate var added: [[UInt8]] {
        (amd + intel + aws).filter { !$0.isVendor }.map { Array($0.certificate.encoded) }
    }
}
