import Attestation
import Bytes
import Diagnostics
import KeepProtocol
import ManifestFile
import PolicyFile

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
        let module = try ModuleFile(reading: beside(file.program)).bytes
        var policies = PolicySet()
        for name in file.policyFiles {
            let place = beside(name)
            let policy = try PolicyFile(try InputFile.text(place), name: place)
            var roots: [[UInt8]] = []
            for root in policy.rootFiles {
                let folder = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
                let name = root.hasPrefix("/") || folder.isEmpty ? root : "\(folder)/\(root)"
                let bytes = try InputFile.bytes(name)
                roots += bytes.first == 0x30 ? [bytes] : try PEM.decode(bytes[...])
            }
            var named = policy.policy
            named.identifier = name
            policies.entries[name] = PolicySet.Entry(policy: named, roots: roots)
        }
        return try Workload(
            module: module, manifest: file.manifest.encoded, policies: policies.encoded)
    }
}
