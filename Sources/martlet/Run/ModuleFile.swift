import Cryptography
import Diagnostics
import Platform
import Wasm
import WasmEngine

/// A module in a file, binary or text.
struct ModuleFile {
    var path: String
    /// The binary form; text is assembled.
    var bytes: [UInt8]
    /// The machine code, when the file is what `martlet compile` made.
    private(set) var image: CodeImage?

    /// Largest file that is read.
    static let limitBytes = 1 << 30

    init(reading path: String) throws(CommandFailure) {
        self.path = path
        let content = try Self.read(path)
        if CodeImage.isImage(content) {
            let image = try Self.image(content, path)
            bytes = image.module
            self.image = image
            return
        }
        bytes = Self.isBinary(content) ? content : try Self.assemble(content, path)
    }

    /// The module, with its rules checked; function bodies too, unless that is left for later.
    func validModule(bodies: ModuleValidator.Bodies) throws(CommandFailure) -> ValidModule {
        do throws(WasmError) {
            return try ModuleValidator.validate(try ModuleDecoder.decode(bytes), bodies: bodies)
        } catch {
            throw CommandFailure(.data, error.diagnostic.inFile(path))
        }
    }

    /// A code image with the module that it belongs to.
    private static func image(
        _ content: [UInt8], _ path: String
    ) throws(CommandFailure) -> CodeImage {
        do throws(CodeImageRejection) {
            let image = try CodeImage(decoding: content)
            guard !image.module.isEmpty, Hash.sha256(image.module) == image.header.moduleDigest
            else { throw .otherModule }
            return image
        } catch {
            throw CommandFailure(.data, error.diagnostic.inFile(path))
        }
    }

    private static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        guard let name = PathName(path.utf8) else {
            throw CommandFailure(
                .usage, Diagnostic(what: "a path can not contain a zero byte", where: path))
        }
        do throws(Errno) {
            let file = try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
            return try file.borrowed.readAll(limitBytes: limitBytes)
        } catch {
            throw CommandFailure(
                .data,
                Diagnostic(
                    what: "can not read the file: \(error)", where: path.escapedForDisplay(),
                    remedy: "check the path and the right to read it"))
        }
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
