import Attestation
import Bytes
import Cryptography
import Diagnostics
import KeepProtocol
import ManifestFile
import WasmEngine

/// A workload from the files of a directory: `Martlet.toml` and what it names.
enum WorkloadFiles {
    static func read(_ path: String) throws -> Workload {
        let manifestPath = path.hasSuffix(".toml") ? path : "\(path)/Martlet.toml"
        let file = try ManifestFile(try InputFile.text(manifestPath), name: manifestPath)
        func beside(_ name: String, _ member: String) throws -> String {
            let path = InputFile.beside(manifestPath, name)
            guard InputFile.isReadable(path) else {
                throw Diagnostic(
                    what: "\(member) names \(path.escapedForDisplay()), which can not be read",
                    where: file.place(of: member), remedy: "make that file, or correct its name")
            }
            return path
        }
        let (module, image) = try program(try beside(file.program, "program"), file)
        var policies = PolicySet()
        for (name, member) in file.policyFiles.sorted(by: { $0.key < $1.key }) {
            var (policy, roots) = try PolicyReading.policy(try beside(name, member))
            policy.identifier = name
            policies.entries[name] = PolicySet.Entry(policy: policy, roots: roots.added)
        }
        for (name, member) in file.rootFiles.sorted(by: { $0.key < $1.key }) {
            policies.entries[name] = PolicySet.Entry(
                policy: Policy(identifier: name),
                roots: try roots(try beside(name, member), file.place(of: member)))
        }
        return try Workload(
            module: module, image: image, manifest: file.manifest.encoded,
            policies: policies.encoded)
    }

    /// A module, or what `martlet compile` made of one: then the module that lies in it, and the code
    /// without it.
    private static func program(
        _ path: String, _ file: ManifestFile
    ) throws -> (module: [UInt8], image: [UInt8]) {
        let bytes = try InputFile.bytes(path)
        guard CodeImage.isImage(bytes) else {
            return (Array(try ModuleFile(reading: path).bytes), [])
        }
        var image: CodeImage
        do throws(CodeImageRejection) {
            image = try CodeImage(decoding: bytes)
            guard Hash.sha256(image.module) == image.header.moduleDigest else {
                throw .otherModule
            }
        } catch {
            throw error.diagnostic.inFile(path)
        }
        if let problem = problem(path, image, file) { throw problem }
        // The module is a part of its own, and has its data.
        let module = image.module
        image.module = []
        image.memory = InitialMemory()
        return (module, image.encoded())
    }

    /// Why no keep runs the code of an image.
    private static func problem(
        _ path: String, _ image: CodeImage, _ file: ManifestFile
    ) -> Diagnostic? {
        let options = image.header.options
        if !options.isMetered || options.isDeterministic {
            return Diagnostic(
                what: "\(path.escapedForDisplay()) holds code that a keep could not stop",
                where: file.place(of: "program"),
                remedy: "compile it by `martlet compile --metered`, without `--deterministic`")
        }
        if file.manifest.engine == .interpreter {
            return Diagnostic(
                what: "the interpreter does not run the code in \(path.escapedForDisplay())",
                where: file.place(of: "engine"),
                remedy: "name the module itself as `program`, or write engine = \"auto\"")
        }
        return nil
    }

    /// The certificates of a file in PEM.
    private static func roots(_ path: String, _ place: String) throws -> [[UInt8]] {
        do {
            let blocks = try PEM.decode(Array(try InputFile.text(path).utf8)[...])
            for block in blocks { _ = try Certificate(decoding: block[...]) }
            if !blocks.isEmpty { return blocks }
        } catch let error as MalformedBytes {
            throw Diagnostic(
                what: "\(path.escapedForDisplay()): \(error)", where: place,
                remedy: "name a file of certificates in PEM")
        }
        throw Diagnostic(
            what: "\(path.escapedForDisplay()) holds no certificate", where: place,
            remedy: "name a file of certificates in PEM")
    }

    /// The identity that a person names: `empty`, 96 hexadecimal digits, or the directory that the
    /// workload is made from, of which it is computed.
    static func identity(_ text: String) throws -> WorkloadIdentity {
        try WorkloadIdentity(text) ?? read(text).identity
    }
}

extension TrustRoots {
    /// The certificates that are no vendor's own.
    fileprivate var added: [[UInt8]] {
        (amd + intel + aws).filter { !$0.isVendor }.map { Array($0.certificate.encoded) }
    }
}
