import Bytes
import Cryptography
import Platform
import WasmEngine

/// The code image of one module, compiler and options below the user's cache directory.
///
/// An image's name is the SHA-256 of all that decides what is in it. Beside images there are links: files
/// that name the newest image of a module, under the module's digest, and under the identity of a file
/// that had it (``FileIdentity``), so that a large module needs no digest to be known again. Notes
/// tell which files were found whole. Code that runs compiled is there too (``GrownCode``).
struct ImageCache {
    private let folder: String
    private let name: String
    private let digest: [UInt8]
    private let options: CompilationOptions

    /// The user's cache directory for images; nil when there is none.
    static var directory: String? {
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
        self.options = options
        let label = "\(NativeLayout.abiVersion) \(Self.flags(options)) \(compiler) "
        name = Hash.sha256(Array(label.utf8) + digest).hexadecimal
    }

    static func flags(_ options: CompilationOptions) -> String {
        [
            options.isMetered, options.isDeterministic, options.checksExceptions,
            options.guardedMemory,
        ].map { $0 ? "1" : "0" }.joined()
    }

    // MARK: Images

    /// The image, when it is there and its head is whole.
    var image: MappedImage? { Self.image(folder, name, digest) }

    private static func image(_ folder: String, _ name: String, _ digest: [UInt8]) -> MappedImage? {
        guard let path = PathName("\(folder)/\(name).cwasm".utf8),
            let file = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
            let status = try? file.borrowed.status(), status.kind == .regularFile,
            let image = try? open(file.borrowed, status), image.moduleDigest == digest
        else { return nil }
        return image
    }

    /// Keeps an image for the next run; without a place for it, nothing is kept.
    func store(_ image: CodeImage) {
        Self.makeFolder(folder)
        Self.write(to: "\(folder)/\(name).cwasm") { image.encoded() }
        Self.makeRoom(in: folder)
    }

    static func makeFolder(_ folder: String) {
        let here = BorrowedDescriptor.currentDirectory
        if let path = PathName(folder.utf8), (try? here.open(path, .pathOnly)) != nil { return }
        var parent = ""
        for part in folder.split(separator: "/") {
            parent += "/\(part)"
            if let path = PathName(parent.utf8) { try? here.makeDirectory(path, mode: 0o700) }
        }
    }

    /// Writes a file that appears whole or not at all. Its bytes are asked for when there is a place for
    /// them; nil for none after all.
    static func write(to path: String, _ bytes: () -> [UInt8]?) {
        guard let file = try? UnfinishedFile(for: path, mode: 0o600), let bytes = bytes() else {
            return
        }
        try? file.finish(bytes)
    }

    // MARK: Links

    /// Lets the image be found by the module's digest, and by the file it was read from.
    func link(_ file: FileIdentity?) {
        let content = Array("\(name) \(digest.hexadecimal)".utf8)
        for key in [digest.hexadecimal, file?.name] {
            if let key { Self.write(to: Self.link(key, options, in: folder)) { content } }
        }
    }

    /// Whether exceptions are looked for follows from the module, so it is no part of the name.
    private static func link(
        _ key: String, _ options: CompilationOptions, in folder: String
    ) -> String {
        var options = options
        options.checksExceptions = false
        return "\(folder)/\(key)-\(NativeLayout.abiVersion)-\(flags(options)).link"
    }

    /// The newest image of a module in a file, if the file is one that was met before.
    static func image(
        of file: FileIdentity, _ options: CompilationOptions
    ) -> MappedImage? {
        linked(file.name, options)?.image
    }

    /// The newest image of a module. The file it is in is noted for the next time.
    static func image(
        ofModule digest: [UInt8], in file: FileIdentity?, _ options: CompilationOptions
    ) -> MappedImage? {
        guard let directory, let found = linked(digest.hexadecimal, options) else { return nil }
        if let file {
            write(to: link(file.name, options, in: directory)) { Array(found.content.utf8) }
        }
        return found.image
    }

    private static func linked(
        _ key: String, _ options: CompilationOptions
    ) -> (image: MappedImage, content: String)? {
        guard let directory, let path = PathName(link(key, options, in: directory).utf8),
            let file = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
            let bytes = try? file.borrowed.readAll(limitBytes: 256),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].utf8.count == 64,
            let digest = [UInt8](hexadecimal: words[1]),
            words[0].utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let image = image(directory, String(words[0]), digest)
        else { return nil }
        return (image, text)
    }
}

// MARK: Whole images

extension ImageCache {
    /// Images from this size on are checked whole once, not piece by piece in every run.
    private static let notedByteCount: Int64 = 4 << 20

    /// Opens the image in a file.
    ///
    /// A large image is compared with its checksums once. That it was whole is noted under the file's
    /// identity, together with the checksum of its head, which covers all others: a file that changed
    /// has another identity, and another file's head does not fit. Without an identity, or a place for
    /// the note, pieces are checked when they are first used.
    static func open(
        _ file: BorrowedDescriptor, _ status: FileStatus
    ) throws(CodeImageRejection) -> MappedImage {
        let size = Int(clamping: status.sizeBytes)
        guard status.sizeBytes >= notedByteCount, let identity = FileIdentity(status),
            let directory
        else { return try MappedImage(file, byteCount: size) }
        let note = "\(directory)/\(identity.name)-\(NativeLayout.abiVersion).whole"
        let image = try MappedImage(file, byteCount: size, known: checksum(in: note))
        if image.isKnown { return image }
        makeFolder(directory)
        var isDamaged = false
        write(to: note) {
            isDamaged = !image.isWhole
            return isDamaged ? nil : Array(image.checksum.hexadecimal.utf8)
        }
        if isDamaged { throw .malformed("damaged: a checksum differs", offset: 0) }
        return image
    }

    private static func checksum(in note: String) -> UInt64? {
        guard let path = PathName(note.utf8),
            let file = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
            let bytes = try? file.borrowed.readAll(limitBytes: 64)
        else { return nil }
        return UInt64(hexadecimal: bytes)
    }
}

// MARK: Room

extension ImageCache {
    /// What the files of the directory have together at most.
    private static let limitByteCount: Int64 = 2 << 30

    /// Removes the files that were not used for the longest time until the others fit; what was used last
    /// stays. Whoever has a file open or mapped keeps it.
    static func makeRoom(in folder: String) {
        guard let path = PathName(folder.utf8),
            let directory = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
            let names = try? directory.borrowed.names()
        else { return }
        var files: [(name: PathName, byteCount: Int64, lastUse: Int64)] = []
        for name in names {
            guard let name = PathName(name.utf8),
                let status = try? directory.borrowed.status(of: name), status.kind == .regularFile
            else { continue }
            // Sums stay small, whatever sizes a file with holes has.
            let byteCount = min(status.sizeBytes, limitByteCount + 1)
            files.append((name, byteCount, max(status.accessTime, status.modificationTime)))
        }
        var byteCount = files.reduce(0) { $0 + $1.byteCount }
        files.sort { $0.lastUse < $1.lastUse }
        for file in files.dropLast() where byteCount > limitByteCount {
            guard (try? directory.borrowed.unlink(file.name)) != nil else { continue }
            byteCount -= file.byteCount
        }
    }
}
