internal import CPlatform
internal import Platform
internal import Wasm

/// Machine code of a module in memory, ready to run: mapped once, shared by the module's instances.
@safe
final class NativeImage: @unchecked Sendable {
    // Unchecked: nothing changes after `init` but the growing text, which has its own lock.

    /// What holds the text.
    private enum Text {
        case whole(Memory, CodeSites)
        case growing(GrowingText)
        case file(MappedImage)
    }

    /// Memory of the image's own.
    private final class Memory {
        let reservation: MemoryReservation

        init(_ reservation: consuming MemoryReservation) { self.reservation = reservation }
    }

    let header: CodeImage.Header
    /// The text; also where the offsets of functions, traps and places count from.
    let base: UnsafeRawPointer
    let byteCount: Int
    private let text: Text
    private let slot: Int
    private let importedCount: Int
    /// Whether every function of the module has code here.
    let hasAllCode: Bool
    /// By index among the module's own functions: offset of the entry, or ``none``. Empty for an
    /// image in a file, which is asked each time.
    private let standardEntries: [UInt32]
    private let fastEntries: [UInt32]
    /// Of an image in a file.
    private let functions: ImageFunctions?

    private static let none = UInt32.max

    /// Maps an image: written first, then made executable and never writable again.
    ///
    /// - Throws: ``CodeImageRejection`` when the image is not the module's, or not this machine's.
    init(_ image: CodeImage, for module: LoadedModule) throws(CodeImageRejection) {
        header = image.header
        functions = nil
        try Self.check(header)
        importedCount = module.module.importedFunctionCount
        hasAllCode = image.functions.count == module.module.code.count
        (standardEntries, fastEntries) = try Self.entries(of: image.functions, in: module)
        byteCount = image.text.count
        let mapping = try Self.map(image.text)
        unsafe base = UnsafeRawPointer(mapping.reservation.base)
        text = .whole(mapping, CodeSites(image))
        slot = try unsafe Self.register(base, byteCount, frameRowCount: image.frameRowCount)
    }

    /// Machine code that a compiler makes of each function when it is first called.
    ///
    /// - Parameter kept: what ``LoadedModule/grownCode`` gave in another process.
    /// - Throws: ``CodeImageRejection/notSupported(_:)`` where the machine has no memory for it.
    init(
        growingWith compiler: any FunctionCompiler, _ header: CodeImage.Header,
        startingWith kept: CodeImage?, for module: LoadedModule
    ) throws(CodeImageRejection) {
        self.header = header
        functions = nil
        try Self.check(header)
        let structure = module.module
        let count = structure.code.count
        let growing: GrowingText
        do throws(Errno) {
            growing = try GrowingText(
                compiler, importedCount: structure.importedFunctionCount, count: count,
                bodyByteCount: structure.sections[.code]?.count ?? 0)
        } catch {
            throw .notSupported("no memory for code that grows: \(error)")
        }
        if let kept { growing.start(with: kept) }
        guard let base = unsafe UnsafeRawPointer(bitPattern: growing.base) else {
            throw .notSupported("no memory for code that grows")
        }
        unsafe self.base = base
        byteCount = growing.byteCount
        importedCount = structure.importedFunctionCount
        hasAllCode = true
        standardEntries = (0..<count).map { UInt32(growing.stub($0, isFast: false)) }
        fastEntries = (0..<count).map { UInt32(growing.stub($0, isFast: true)) }
        text = .growing(growing)
        slot = try unsafe Self.register(base, byteCount, frameRowCount: 0)
    }

    /// An image in a file, of which only what runs is read.
    ///
    /// - Throws: ``CodeImageRejection`` when the image is not the module's, or not this machine's.
    init(_ file: MappedImage, for module: LoadedModule) throws(CodeImageRejection) {
        header = file.head.header
        try Self.check(header)
        let functions = file.functions
        self.functions = functions
        importedCount = module.module.importedFunctionCount
        // They stand in order, so the first and the last tell.
        if functions.count > 0 {
            let last = importedCount + module.module.code.count
            guard functions.index(0) >= importedCount, functions.index(functions.count - 1) < last,
                functions.count <= module.module.code.count
            else { throw .otherModule }
        }
        hasAllCode = functions.count == module.module.code.count
        (standardEntries, fastEntries) = ([], [])
        byteCount = file.head.layout.text.count
        unsafe base = file.base
        text = .file(file)
        slot = try unsafe Self.register(
            base, byteCount, frameRowCount: file.head.layout.counts.frameRows)
    }

    deinit { martlet_native_unregister(slot) }

    /// Takes the text away from whoever runs it: the next instruction fetched here faults, which
    /// is a trap (``Trap/Reason/interrupted``).
    func stop() { martlet_native_stop(slot) }

    private static func check(_ header: CodeImage.Header) throws(CodeImageRejection) {
        guard martlet_native_prepare_process() == 0 else {
            throw .notSupported("this is no x86-64 Linux")
        }
        let missing = header.options.features.subtracting(.ofThisMachine)
        guard missing.isEmpty else { throw .otherProcessor(missing: missing.names) }
    }

    private static func register(
        _ base: UnsafeRawPointer, _ byteCount: Int, frameRowCount: Int
    ) throws(CodeImageRejection) -> Int {
        let start = UInt(bitPattern: base)
        let slot = martlet_native_register(start, start + UInt(max(byteCount, 1)), frameRowCount)
        guard slot >= 0 else { throw .notSupported("too many code images") }
        return slot
    }

    private static func entries(
        of functions: [CodeImage.Function], in module: LoadedModule
    ) throws(CodeImageRejection) -> (standard: [UInt32], fast: [UInt32]) {
        let imported = module.module.importedFunctionCount
        var standard = [UInt32](repeating: none, count: module.module.code.count)
        var fast = standard
        for function in functions {
            let index = Int(function.index) - imported
            guard standard.indices.contains(index) else { throw .otherModule }
            standard[index] = function.standardEntry
            fast[index] = function.fastEntry ?? none
        }
        return (standard, fast)
    }

    private static func map(_ text: [UInt8]) throws(CodeImageRejection) -> Memory {
        do throws(Errno) {
            let page = MemoryReservation.pageByteCount
            let size = (max(text.count, 1) + page - 1) & -page
            var mapping = try MemoryReservation(reserving: size)
            try mapping.commit(upTo: size)
            let base = unsafe mapping.base
            // SAFETY: the mapping is as large as the text or larger.
            unsafe text.withUnsafeBytes { bytes in
                if let source = bytes.baseAddress {
                    unsafe base.copyMemory(from: source, byteCount: bytes.count)
                }
            }
            try mapping.protect(offsetBytes: 0, byteCount: size, as: .readExecute)
            return Memory(mapping)
        } catch {
            throw .notSupported("no room for \(text.count) bytes of code: \(error)")
        }
    }
}

/// Looking things up.
extension NativeImage {
    /// Whether a function, by index among the module's own, is entered here.
    func hasCode(_ definedIndex: Int) -> Bool { unsafe entry(definedIndex) != nil }

    /// Where the standard convention enters a function; nil when it has no code here.
    func entry(_ definedIndex: Int) -> UnsafeRawPointer? { unsafe entries(definedIndex)?.standard }

    /// Where the standard convention enters a function, and where its compiler's own does, if there
    /// is one; nil when it has no code here.
    @inline(__always)
    func entries(
        _ definedIndex: Int
    ) -> (standard: UnsafeRawPointer, fast: UnsafeRawPointer?)? {
        if let functions {
            let index = UInt32(importedCount + definedIndex)
            guard let function = functions.function(index, near: definedIndex) else {
                return nil
            }
            return unsafe (
                base + Int(function.standardEntry), function.fastEntry.map { unsafe base + Int($0) }
            )
        }
        let (standard, fast) = (standardEntries[definedIndex], fastEntries[definedIndex])
        if standard == Self.none { return nil }
        return unsafe (base + Int(standard), fast == Self.none ? nil : base + Int(fast))
    }

    /// The file that the image is mapped from.
    var file: MappedImage? {
        if case .file(let file) = text { return file }
        return nil
    }

    /// The code that is compiled when functions are first called.
    var growing: GrowingText? {
        switch text {
        case .whole, .file: nil
        case .growing(let growing): growing
        }
    }

    /// The text, for reading.
    var readableText: UnsafeRawBufferPointer {
        switch text {
        case .whole, .growing: unsafe UnsafeRawBufferPointer(start: base, count: byteCount)
        case .file(let file): unsafe file.readableText
        }
    }

    /// The offset of an address in the text; nil when it lies elsewhere.
    func offset(of address: UInt) -> UInt32? {
        let start = UInt(bitPattern: unsafe base)
        guard address >= start, address < start + UInt(byteCount) else { return nil }
        return UInt32(address - start)
    }

    private func withSites<R>(_ body: (borrowing CodeSites) -> R) -> R {
        switch text {
        case .whole(_, let sites): body(sites)
        case .growing(let growing): growing.withSites(body)
        case .file(let file): file.withSites(body)
        }
    }

    /// Offsets of every function's code.
    var functionRanges: [CodeSites.FunctionRange] { withSites { $0.functions } }

    /// Where in the module an offset of the text is, innermost first.
    func places(at offset: UInt32, limit: Int) -> [CodeSites.Place] {
        withSites { $0.places(at: offset, limit: limit) }
    }

    /// What is known of the instruction at an offset when it traps.
    func trap(_ offset: UInt32) -> TrapSite? { withSites { $0.trap(offset) } }
}
