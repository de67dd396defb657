internal import Platform
internal import Synchronization
internal import Wasm

/// The interpreter's code of one module in one variant. Shared by all instances; grows as functions
/// are first called.
@safe
final class CodeTable: @unchecked Sendable {
    // Unchecked: `entries` is written only under the lock; readers take the code's address with one
    // aligned load, and what belongs to it is complete before the address is stored.

    private unowned let owner: LoadedModule
    let variant: CodeVariant
    /// One for each function that is not imported; zeros until somebody asks for it.
    private let entries: UnsafeMutablePointer<CodeEntry>
    private let image: NativeImage?
    private let code = Mutex(Arena())

    private struct Arena {
        var pieces: [Piece] = []
        var isSorted = true
        var isStopped = false
    }

    /// The code of one function, its header included.
    private struct Piece {
        var start: UInt
        var end: UInt
        var function: UInt32
        var handlers: [ExceptionHandler]
    }

    init(_ owner: LoadedModule, _ variant: CodeVariant, _ image: NativeImage? = nil) {
        self.owner = owner
        self.variant = variant
        self.image = image
        unsafe entries = ZeroedMemory.allocate(CodeEntry.self, count: owner.module.code.count)
    }

    /// The entry of a function, by index among those that are not imported.
    func entry(_ definedIndex: Int) -> UnsafeMutablePointer<CodeEntry> {
        let entry = unsafe entries + definedIndex
        if unsafe !Publication.isMade(entry) {
            code.withLock { _ in
                if unsafe !Publication.isMade(entry) { unsafe makeStub(definedIndex, entry) }
            }
        }
        return unsafe entry
    }

    /// Makes the stub that translates a function, or goes to its machine code.
    private func makeStub(_ index: Int, _ entry: UnsafeMutablePointer<CodeEntry>) {
        if let image, image.hasCode(index) {
            let function = UInt32(index + owner.module.importedFunctionCount)
            let header = owner.slotCounts(ofFunction: function).header
            unsafe entry.pointee.stubHeader = CodeHeader(
                frameSlots: header + 3, zeroStart: 0, zeroCount: 0)
            // An odd number where a host function has the address of its box.
            unsafe entry.pointee.stubInstruction = (
                Instruction(.hostCall, a: Int(header)).bits, UInt64(index) << 1 | 1
            )
        } else {
            unsafe entry.pointee.stubHeader = CodeHeader(
                frameSlots: 8, zeroStart: 0, zeroCount: 0)
            unsafe entry.pointee.stubInstruction = (
                Instruction(.translate, immediate32: UInt32(index)).bits, 0
            )
        }
        unsafe Publication.store(UnsafeRawPointer(entry) + CodeEntry.stubOffset, to: entry)
    }

    deinit {
        code.withLock { arena in
            for piece in arena.pieces {
                // SAFETY: the piece was allocated by `install` and its table is going.
                unsafe UnsafeMutableRawPointer(bitPattern: piece.start)?.deallocate()
            }
        }
        unsafe ZeroedMemory.free(entries)
    }

    /// Index among the functions that are not imported, of the one whose entry this is.
    func definedIndex(of entry: UnsafePointer<CodeEntry>) -> Int {
        unsafe entry - UnsafePointer(entries)
    }

    /// Translates a function unless another thread did, and returns where its code starts.
    ///
    /// - Throws: the body's fault, when it does not validate (deferred validation).
    func translate(definedIndex: Int) throws(WasmError) -> UnsafeRawPointer {
        let entry = unsafe entry(definedIndex)
        let stub = unsafe UnsafeRawPointer(entry) + CodeEntry.stubOffset
        if unsafe entry.pointee.code != stub { return unsafe entry.pointee.code }
        let function = UInt32(definedIndex + owner.module.importedFunctionCount)
        var translator = try Translator(owner, self, function: function)
        let translation = try translator.translate()
        let address = code.withLock { arena in
            let present = UInt(bitPattern: unsafe entry.pointee.code)
            if present != UInt(bitPattern: stub) { return present }
            return unsafe install(translation, of: function, at: entry, in: &arena)
        }
        // SAFETY: code stays as long as the table; it is never null.
        return unsafe UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped
    }

    /// Copies a translated function to memory of its own and lets calls find it.
    private func install(
        _ translation: Translation, of function: UInt32, at entry: UnsafeMutablePointer<CodeEntry>,
        in arena: inout Arena
    ) -> UInt {
        let words = translation.words
        let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: words.count)
        unsafe memory.initialize(from: words, count: words.count)
        let start = UInt(bitPattern: memory)
        let piece = Piece(
            start: start, end: start + UInt(words.count * 8), function: function,
            handlers: translation.handlers)
        if let last = arena.pieces.last, last.start > start { arena.isSorted = false }
        arena.pieces.append(piece)
        if arena.isStopped { stop(piece) }
        // The first word is the header.
        unsafe Publication.store(UnsafeRawPointer(memory + 1), to: entry)
        return start + 8
    }

    // MARK: Stopping

    /// Whether ``stop()`` was called.
    var isStopped: Bool { code.withLock { $0.isStopped } }

    /// Ends whoever runs this code, on whatever thread, with ``TrapCode/interrupted``; for good.
    ///
    /// Code that is not metered never looks whether it should end, which is what makes it fast. So
    /// every instruction's operation becomes ``Operation/interrupt``: the next one that a thread
    /// fetches ends it.
    func stop() {
        code.withLock { arena in
            arena.isStopped = true
            for piece in arena.pieces { stop(piece) }
        }
    }

    private func stop(_ piece: Piece) {
        // The header comes first.
        var place = piece.start + 8
        while place < piece.end, let address = unsafe UnsafeMutableRawPointer(bitPattern: place) {
            let code = unsafe Code(UnsafeRawPointer(address))
            let operation = code.operation
            var words = operation.wordCount
            if operation == .branchTable { words += (Int(code.u32(4)) + 2) / 2 }
            // SAFETY: an instruction of the piece, aligned to its word; a thread that runs it reads
            // the old operation or the new one, and nothing else of it changes.
            unsafe address.assumingMemoryBound(to: Atomic<UInt16>.self).pointee
                .store(Operation.interrupt.number, ordering: .relaxed)
            place += UInt(words * 8)
        }
    }

    /// The function whose code contains an address, and where in it.
    func function(at address: UnsafeRawPointer) -> CodePlace? {
        let wanted = UInt(bitPattern: address)
        return code.withLock { arena in
            if !arena.isSorted {
                arena.pieces.sort { $0.start < $1.start }
                arena.isSorted = true
            }
            var low = 0
            var high = arena.pieces.count
            while low < high {
                let middle = (low + high) / 2
                if arena.pieces[middle].end <= wanted { low = middle + 1 } else { high = middle }
            }
            guard low < arena.pieces.count, arena.pieces[low].start <= wanted else { return nil }
            let piece = arena.pieces[low]
            return CodePlace(
                index: piece.function, word: Int(wanted - piece.start) / 8, start: piece.start,
                handlers: piece.handlers)
        }
    }
}

/// A place in a function's code.
@safe
struct CodePlace {
    /// The function's index in the module.
    var index: UInt32
    /// Words before it, the header's counted.
    var word: Int
    /// Where the header is.
    fileprivate(set) var start: UInt
    /// The function's handlers, innermost first.
    var handlers: [ExceptionHandler]

    /// Slots of the function's frame.
    var frameSlots: Int {
        // SAFETY: every piece of code starts with its header and stays as long as its table.
        guard let header = unsafe UnsafePointer<CodeHeader>(bitPattern: start) else { return 0 }
        return unsafe Int(header.pointee.frameSlots)
    }

    /// The instruction at a word.
    func address(ofWord word: Int) -> UnsafeRawPointer? {
        unsafe UnsafeRawPointer(bitPattern: start + UInt(word * 8))
    }
}

extension CodeEntry {
    static let stubOffset = 16
}

/// Makes finished code visible to other threads.
enum Publication {
    /// Whether an entry has code; what belongs to it is then there too.
    static func isMade(_ entry: UnsafeMutablePointer<CodeEntry>) -> Bool {
        // SAFETY: as below.
        unsafe UnsafeMutableRawPointer(entry)
            .assumingMemoryBound(to: Atomic<UInt>.self).pointee.load(ordering: .acquiring) != 0
    }

    /// Stores the code's address so that whoever reads it also sees the code.
    static func store(_ code: UnsafeRawPointer, to entry: UnsafeMutablePointer<CodeEntry>) {
        // SAFETY: the entry starts with a word-sized, aligned pointer; an atomic has its layout.
        unsafe UnsafeMutableRawPointer(entry)
            .assumingMemoryBound(to: Atomic<UInt>.self).pointee
            .store(UInt(bitPattern: code), ordering: .releasing)
    }
}
