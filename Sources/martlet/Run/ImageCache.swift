import Bytes
import Cryptography
import Platform
import WasmEngine

/// The code image of one module, compiler and options below the user's cache directory.
///
/// A file's name is the SHA-256 of all that decides what is in it.
struct ImageCache {
    private static let limitBytes = 1 << 31

    private let folder: String
    private let name: String
    private let digest: [UInt8]

    /// The user's cache directory for images; nil when there is none.
    private static var directory: String? {
        if let cache = ProcessEnvironment.value("XDG_CACHE_HOME"), cache.hasPrefix("/") {
            return "\(cache)/martlet"
        }
        if let home = ProcessEnvironment.value("HOME"), home.hasPrefix("/") {
            return "\(home)/.cache/martlet"
        }
        return nil
    }

    /// Where the compiler's version is remembered.
    static var versions: String? { directory.map { "\($0)/clang-version" } }

    /// Whether the directory is there at all.
    static var hasImages: Bool {
        guard let directory, let path = PathName(directory.utf8) else { return false }
        return (try? BorrowedDescriptor.currentDirectory.open(path, .readOnly)) != nil
    }

    /// - Parameters:
    ///   - compiler: its name, with whatever changes what it makes.
    ///   - digest: SHA-256 of the module.
    /// - Returns: nil when the user has no cache directory.
    init?(_ compiler: String, _ digest: [UInt8], _ options: CompilationOptions) {
        guard let directory = Self.directory else { return nil }
        folder = directory
        self.digest = digest
        let flags = [
            options.isMetered, options.isDeterministic, options.checksExceptions,
            options.guardedMemory,
        ].map { $0 ? "1" : "0" }.joined()
        let label = "\(NativeLayout.abiVersion) \(flags) \(compiler) "
        name = Hash.sha256(Array(label.utf8) + digest).hexadecimal + ".cwasm"
    }

    /// The image, when it is there and whole.
    var image: CodeImage? {
        guard let path = PathName("\(folder)/\(name)".utf8),
            let file = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
            let bytes = try? file.borrowed.readAll(limitBytes: Self.limitBytes),
            let image = try? CodeImage(decoding: bytes), image.header.moduleDigest == digest
        else { return nil }
        return image
    }

    /// Keeps an image for the next run; without a place for it, nothing is kept.
    func store(_ image: CodeImage) {
        let here = BorrowedDescriptor.currentDirectory
        var parent = ""
        for part in folder.split(separator: "/") {
            parent += "/\(part)"
            if let path = PathName(parent.utf8) { try? here.makeDirectory(path, mode: 0o700) }
        }
        let unfinished = "\(folder)/\(name).\(SystemClockID.monotonic.nanoseconds)"
        guard let target = PathName("\(folder)/\(name)".utf8),
            let path = PathName(unfinished.utf8),
            let file = try? here.open(path, [.writeOnly, .create, .exclusive], mode: 0o600)
        else { return }
        do throws(Errno) {
            try file.borrowed.writeAll(image.encoded())
            try here.rename(path, to: here, as: target)
        } catch {
            try? here.unlink(path)
        }
    }
}
