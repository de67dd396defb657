import Attestation
import Bytes
import Diagnostics
import KeepProtocol
import ManifestFile

/// A program as its owner has it: a directory with `Martlet.toml`, or that file.
struct Application {
    let file: String
    let manifest: Manifest
    let workload: Workload

    init(_ path: String, image: String? = nil) throws(Diagnostic) {
        let isDirectory = try InputFile.names(in: path) != nil
        file = isDirectory ? "\(path)/Martlet.toml" : path
        let written = try ManifestFile(try InputFile.text(file), file: file)
        manifest = written.manifest
        let module = try InputFile.bytes(InputFile.beside(file, written.program))
        var policies = PolicySet()
        for (name, policyFile) in written.policies {
            let (policy, roots) = try PolicyReading.policy(InputFile.beside(file, policyFile))
            policies.entries[name] = PolicySet.Entry(
                policy: policy, roots: roots.added)
        }
        var code: [UInt8] = []
        if let image { code = try InputFile.bytes(image) }
        do throws(KeepRefusal) {
            workload = try Workload(
                module: module, image: code, manifest: manifest.encoded,
                policies: policies.encoded)
        } catch {
            throw Diagnostic(
                what: error.diagnostic.what, where: file, remedy: error.diagnostic.remedy)
        }
    }
}

/// `NAME=@FILE`, or `NAME=TEXT` where what is given is no secret.
struct NamedFile: Equatable, Sendable {
    let name: String
    let path: String

    init?(_ text: String) {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return nil }
        let rest = text[text.index(after: sign)...]
        guard rest.hasPrefix("@"), rest.count > 1 else { return nil }
        name = String(text[..<sign])
        path = String(rest.dropFirst())
    }
}

extension TrustRoots {
    /// The certificates that no vendor's root is.
    fileprivate var added: [[UInt8]] {
        (amd + intel + aws).filter { !$0.isVendor }.map { Array($0.certificate.encoded) }
    }
}
