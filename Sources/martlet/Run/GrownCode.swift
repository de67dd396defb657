import Cryptography
import Platform
import WasmEngine

/// Machine code that runs made of a large module's functions, kept for the next run of the same file
/// by the same build of this program. There is one for each file: when the file changes, the next
/// run's takes its place.
struct GrownCode {
    private let path: String
    /// What the code is of: the file and this program. It stands where an image has its module's digest.
    let digest: [UInt8]

    /// Less new code is not worth a file.
    static let leastByteCount = 1 << 18
    /// Smaller modules have little to compile.
    private static let leastModuleByteCount = 1 << 20
    /// The largest file that is read; code of half its size leaves room for the tables.
    private static let limitByteCount = 256 << 20

    /// Nil where nothing is kept: for small modules, for a program that was built just now, and for users
    /// without a cache directory.
    init?(_ file: FileIdentity, moduleByteCount: Int, _ options: CompilationOptions) {
        guard moduleByteCount >= Self.leastModuleByteCount, let directory = ImageCache.directory,
            let program = Self.program
        else { return nil }
        var options = options
        options.checksExceptions = false
        let abi = NativeLayout.abiVersion
        path = "\(directory)/\(file.place)-\(abi)-\(ImageCache.flags(options)).grown"
        digest = Hash.sha256(Array("\(file.name) \(program.name)".utf8))
    }

    private static var program: FileIdentity? {
        guard let path = PathName("/proc/self/exe".utf8),
            let file = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly)
        else { return nil }
        return (try? file.borrowed.status()).flatMap { FileIdentity($0) }
    }

    /// The code, when some is kept and it is whole.
    ///
    /// - Parameter header: what code made now would say of itself.
    func image(_ header: CodeImage.Header) -> CodeImage? {
        guard let path = PathName(path.utf8),
            let file = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
            let bytes = try? file.borrowed.readAll(limitBytes: Self.limitByteCount),
            let image = try? CodeImage(decoding: bytes), image.header == header
        else { return nil }
        return image
    }

    /// Keeps the code; without a place for it, nothing is kept.
    func store(_ image: CodeImage) {
        guard image.text.count < Self.limitByteCount / 2, let directory = ImageCache.directory
        else { return }
        ImageCache.makeFolder(directory)
        ImageCache.write(to: path) { image.encoded() }
        ImageCache.makeRoom(in: directory)
    }
}
