import Cryptography
import Diagnostics
import Platform
import Wasm
import WasmEngine

/// A module in a file, binary or text.
struct ModuleFile {
    var path: String
    /// The binary form; text is assembled.
    var bytes: ModuleBytes
    /// The machine code, when the file is what `martlet compile` made.
    private(set) var image: MappedImage?
    /// What tells that the file is the same another time; nil for what is no settled file.
    private(set) var identity: FileIdentity?

    /// Largest file that is read.
    static let limitBytes = 1 << 30
    /// Files from this size on are mapped, not read.
    private static let mappedBytes = 1 << 20

    init(reading path: String) throws(CommandFailure) {
        self.path = path
        let file = try Self.open(path)
        let status = try? file.borrowed.status()
        identity = status.flatMap { FileIdentity($0) }
        if let status, status.kind == .regularFile, status.sizeBytes >= 8,
            status.sizeBytes <= Self.limitBytes
        {
            let count = Int(status.sizeBytes)
            if let image = try Self.image(file.borrowed, status, path) {
                guard let module = image.module else {
                    throw CommandFailure(
                        .data, CodeImageRejection.otherModule.diagnostic.inFile(path))
                }
                self.image = image
                bytes = module
                return
            }
            if count >= Self.mappedBytes,
                let mapping = try? FileMapping(file.borrowed, byteCount: count),
                unsafe mapping.bytes.first == 0
            {
                bytes = unsafe ModuleBytes(mapping.bytes, keptBy: mapping)
                return
            }
        }
        let content = try Self.read(file.borrowed, path)
        bytes = ModuleBytes(
            Self.isBinary(content) ? content : try Self.assemble(content, path))
    }

    /// The module, with its rules checked; function bodies too, unless that is left for later.
    ///
    /// - Parameter found: what is looked up of the code section; all but the machine code's own module
    ///   is new to us.
    func validModule(
        bodies: ModuleValidator.Bodies, found: ModuleDecoder.Bodies = .found
    ) throws(CommandFailure) -> ValidModule {
        do throws(WasmError) {
            return try ModuleValidator.validate(
                try ModuleDecoder.decode(bytes, bodies: found), bodies: bodies)
        } catch {
            throw CommandFailure(.data, error.diagnostic.inFile(path))
        }
    }

    /// The code image in a file; nil when the file is something else.
    private static func image(
        _ file: BorrowedDescriptor, _ status: FileStatus, _ path: String
    ) throws(CommandFailure) -> MappedImage? {
        var start = [UInt8](repeating: 0, count: 8)
        let count = try? unsafe start.withUnsafeMutableBytes { bytes throws(Errno) in
            unsafe try file.read(into: bytes, at: 0)
        }
        guard count == 8, CodeImage.isImage(start) else { return nil }
        do throws(CodeImageRejection) {
            return try ImageCache.open(file, status)
        } catch {
            throw CommandFailure(.data, error.diagnostic.inFile(path))
        }
    }

    private static func open(_ path: String) throws(CommandFailure) -> FileDescriptor {
        guard let name = PathName(path.utf8) else {
            throw CommandFailure(
                .usage, Diagnostic(what: "a path can not contain a zero byte", where: path))
        }
        do throws(Errno) {
            return try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
        } catch {
            throw unreadable(path, error)
        }
    }

    private static func read(
        _ file: BorrowedDescriptor, _ path: String
    ) throws(CommandFailure) -> [UInt8] {
        do throws(Errno) {
            return try file.readAll(limitBytes: limitBytes)
        } catch {
            throw unreadable(path, error)
        }
    }

    private static func unreadable(_ path: String, _ error: Errno) -> CommandFailure {
        CommandFailure(
            .data,
            Diagnostic(
                what: "can not read the file: \(error)", where: path.escapedForDisplay(),
                remedy: "check the path and the right to read it"))
    }

    /// Whether the content starts like the binary format, or like nothing a text could.
    private static func isBinary(_ content: [UInt8]) -> Bool {
        content.isEmpty || content.starts(with: [0])
    }

    private static func assemble(
        _ content: [UInt8], _ path: String
    ) throws(CommandFailure) -> [UInt8] {
        do throws(TextError) {
            return try TextParser.assemble(content)
        } catch {
            throw CommandFailure(.data, error.diagnostic.inFile(path))
        }
    }
}

extension Diagnostic {
    /// The same, with the file before the place in it.
    func inFile(_ path: String) -> Diagnostic {
        var result = self
        let file = path.escapedForDisplay()
        result.location = location.isEmpty ? file : "\(file): \(location)"
        return result
    }
}
