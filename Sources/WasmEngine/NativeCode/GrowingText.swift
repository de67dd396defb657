internal import CPlatform
internal import Platform
internal import Synchronization

/// Machine code of one module that is compiled function by function, each when it is first called.
///
/// Every function has two stubs at the text's start, one for each convention, that jump where a
/// table says: at first to what compiles the function, then to its code. The text is mapped to be
/// read and run only; it is written through its file (`pwrite`), so that no address is ever
/// writable and executable, and threads that run other functions are not disturbed.
@safe
final class GrowingText: @unchecked Sendable {
    // Unchecked: the table's words are written once each, aligned, under the lock, after the code.

    /// What became of a function.
    private enum Standing: UInt8 {
        case unknown, compiled, leftOut
    }

    private struct State {
        let worker: any CompilationWorker
        var usedByteCount: Int
        /// What was there before anything was compiled.
        var startByteCount: Int
        var standings: [Standing]
        var sites = CodeSites()
        /// Where each compiled function is entered directly.
        var standardEntries: [UInt32]
        var fastEntries: [UInt32]
    }

    /// `JMP [table]`, `PUSH number`, `JMP first call`.
    private static let stubByteCount = 16
    private static let headByteCount = 32
    private static let limitByteCount = 1 << 30

    private let memory: martlet_native_text
    private let importedCount: Int
    private let count: Int
    private let textByteCount: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - count: functions of the module, without imports.
    ///   - bodyByteCount: bytes of their bodies.
    /// - Throws: what the machine says when it gives no such memory.
    init(
        _ compiler: any FunctionCompiler, importedCount: Int, count: Int, bodyByteCount: Int
    ) throws(Errno) {
        self.importedCount = importedCount
        self.count = count
        let page = MemoryReservation.pageByteCount
        let stubs = Self.headByteCount + 2 * count * Self.stubByteCount
        let wanted = min(stubs + bodyByteCount * 16 + count * 256, Self.limitByteCount)
        textByteCount = (max(wanted, stubs) + page) & -page
        let tableByteCount = (8 * (2 + 2 * count) + page) & -page
        var made = martlet_native_text()
        let status = unsafe martlet_native_text_create(tableByteCount, textByteCount, &made)
        if status < 0 { throw Errno(rawValue: Int32(truncatingIfNeeded: -status)) }
        memory = made
        state = Mutex(
            State(
                worker: compiler.makeWorker(), usedByteCount: stubs, startByteCount: stubs,
                standings: Array(repeating: .unknown, count: count),
                standardEntries: Array(repeating: 0, count: count),
                fastEntries: Array(repeating: 0, count: count)))
        try writeStubs(stubs)
    }

    deinit { unsafe withUnsafePointer(to: memory) { unsafe martlet_native_text_free($0) } }

    var base: UInt { memory.text }
    var byteCount: Int { textByteCount }

    /// Offset in the text that a function may be entered at, now and later.
    func stub(_ definedIndex: Int, isFast: Bool) -> Int {
        Self.headByteCount + (2 * definedIndex + (isFast ? 1 : 0)) * Self.stubByteCount
    }

    // MARK: The table

    /// The word that tells where a function is entered. The first two are for first calls.
    private func word(_ position: Int) -> UnsafeMutablePointer<UInt>? {
        unsafe UnsafeMutablePointer<UInt>(bitPattern: memory.table + UInt(8 * position))
    }

    private func set(_ position: Int, _ address: UInt) {
        guard let word = unsafe word(position) else { return }
        // SAFETY: the table has a word for each stub; an atomic has a word's layout.
        unsafe UnsafeMutableRawPointer(word).assumingMemoryBound(to: Atomic<UInt>.self).pointee
            .store(address, ordering: .releasing)
    }

    /// `JMP [RIP + …]` at an offset of the text, through a word of the table.
    private func jump(_ offset: Int, through position: Int) -> [UInt8] {
        let target = Int(memory.table) + 8 * position - Int(memory.text)
        return [0xFF, 0x25] + Self.little(target - (offset + 6))
    }

    private static func little(_ value: Int) -> [UInt8] {
        let bits = UInt32(truncatingIfNeeded: value)
        return (0..<4).map { UInt8(truncatingIfNeeded: bits >> UInt32(8 * $0)) }
    }

    private func writeStubs(_ byteCount: Int) throws(Errno) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        for isFast in [0, 1] {
            set(isFast, martlet_native_first_call_address(Int32(isFast)))
            bytes += jump(bytes.count, through: isFast)
            while bytes.count % 16 != 0 { bytes.append(0xCC) }
        }
        for position in 0..<2 * count {
            let start = bytes.count
            set(2 + position, memory.text + UInt(start + 6))
            Self.append(
                jumpDistance(start, position), position / 2, position % 2 * 16 - (start + 16),
                to: &bytes)
        }
        try write(bytes[...], at: 0)
    }

    private func jumpDistance(_ offset: Int, _ position: Int) -> Int {
        Int(memory.table) + 8 * (2 + position) - Int(memory.text) - (offset + 6)
    }

    /// The 16 bytes of one stub, without a detour over small arrays: there may be 100,000.
    private static func append(
        _ through: Int, _ number: Int, _ firstCall: Int, to bytes: inout [UInt8]
    ) {
        func append(_ value: Int) {
            let bits = UInt32(truncatingIfNeeded: value).littleEndian
            unsafe withUnsafeBytes(of: bits) { unsafe bytes.append(contentsOf: $0) }
        }
        bytes.append(0xFF)
        bytes.append(0x25)
        append(through)
        bytes.append(0x68)
        append(number)
        bytes.append(0xE9)
        append(firstCall)
    }

    private func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(Errno) {
        let status = unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return 0 }
            return unsafe withUnsafePointer(to: memory) {
                unsafe martlet_native_text_write($0, start, source.count, offset)
            }
        }
        if status < 0 { throw Errno(rawValue: Int32(truncatingIfNeeded: -status)) }
    }
}

/// Compiling.
extension GrowingText {
    /// Where a function's code is entered; compiles it unless that was done. Nil for a function that
    /// is left to the interpreter.
    func entry(_ definedIndex: Int, isFast: Bool) -> UInt? {
        state.withLock { state in
            if state.standings[definedIndex] == .unknown { compile(definedIndex, &state) }
            guard state.standings[definedIndex] == .compiled else { return nil }
            let entries = isFast ? state.fastEntries : state.standardEntries
            return memory.text + UInt(entries[definedIndex])
        }
    }

    /// Reads the sites of what was compiled so far.
    func withSites<R>(_ body: (borrowing CodeSites) -> R) -> R {
        state.withLock { body($0.sites) }
    }

    private func compile(_ definedIndex: Int, _ state: inout State) {
        state.standings[definedIndex] = .leftOut
        let index = UInt32(truncatingIfNeeded: definedIndex + importedCount)
        // A body that does not validate is left to the interpreter, which says so.
        guard var function = try? state.worker.compile(function: index),
            let fast = function.fastEntry
        else { return }
        let start = (state.usedByteCount + 15) & -16
        guard function.code.count <= textByteCount - start else { return }
        resolve(&function, at: start, state)
        guard (try? write(function.code[...], at: start)) != nil else { return }
        state.usedByteCount = start + function.code.count
        state.sites.append(function, at: UInt32(start))
        enter(
            definedIndex, standard: UInt32(start) + function.standardEntry,
            fast: UInt32(start) + fast, &state)
    }

    /// Lets a function be called at offsets of the text, where its code is.
    private func enter(
        _ definedIndex: Int, standard: UInt32, fast: UInt32, _ state: inout State
    ) {
        state.standings[definedIndex] = .compiled
        state.standardEntries[definedIndex] = standard
        state.fastEntries[definedIndex] = fast
        set(2 + 2 * definedIndex, memory.text + UInt(standard))
        set(3 + 2 * definedIndex, memory.text + UInt(fast))
    }

    /// Points calls at code that is there, or at stubs.
    private func resolve(_ function: inout CompiledFunction, at start: Int, _ state: State) {
        for call in function.calls {
            let callee = Int(call.function) - importedCount
            var target = stub(callee, isFast: call.isFast)
            if state.standings[callee] == .compiled {
                target = Int(
                    call.isFast ? state.fastEntries[callee] : state.standardEntries[callee])
            }
            let distance = UInt32(truncatingIfNeeded: target - (start + Int(call.offset) + 4))
            for byte in 0..<4 {
                function.code[Int(call.offset) + byte] =
                    UInt8(truncatingIfNeeded: distance >> UInt32(8 * byte))
            }
        }
    }
}

/// Keeping what was compiled.
extension GrowingText {
    /// Whether so much was compiled, and an eighth of all that is there.
    func hasGrown(leastByteCount: Int) -> Bool {
        state.withLock { state in
            state.usedByteCount - state.startByteCount
                >= max(leastByteCount, state.usedByteCount / 8)
        }
    }

    /// All that is compiled; nil when it can not be read. Its calls lead to the stubs at its start too, so
    /// it is of use to ``start(with:)`` only.
    func image(_ header: CodeImage.Header) -> CodeImage? {
        state.withLock { state in
            guard let text = read(state.usedByteCount) else { return nil }
            let functions = state.sites.functions.map { function in
                let position = Int(function.index) - importedCount
                return CodeImage.Function(
                    index: function.index, standardEntry: state.standardEntries[position],
                    fastEntry: state.fastEntries[position],
                    range: function.lower..<function.upper)
            }
            return CodeImage(
                header: header, text: text, functions: functions.sorted { $0.index < $1.index },
                traps: state.sites.traps, places: state.sites.places)
        }
    }

    /// Takes over what ``image(_:)`` gave in another process; nothing, when it is not of
    /// this module's kind. The caller knows that module and compiler are the same.
    func start(with image: CodeImage) {
        let stubs = stub(count, isFast: false)
        let own = importedCount..<importedCount + count
        let fits = image.functions.allSatisfy {
            $0.range.lowerBound >= stubs && own.contains(Int($0.index)) && $0.fastEntry != nil
                && $0.range.contains($0.standardEntry)
        }
        guard fits, (stubs...textByteCount).contains(image.text.count) else { return }
        state.withLock { state in
            guard state.usedByteCount == stubs,
                (try? write(image.text[stubs...], at: stubs)) != nil
            else { return }
            state.usedByteCount = image.text.count
            state.startByteCount = image.text.count
            state.sites = CodeSites(image)
            for function in image.functions {
                enter(
                    Int(function.index) - importedCount, standard: function.standardEntry,
                    fast: function.fastEntry ?? 0, &state)
            }
        }
    }

    /// The text's first bytes. They are read through the file: a run that was stopped took the mapping
    /// away.
    private func read(_ byteCount: Int) -> [UInt8]? {
        let file = BorrowedDescriptor(number: memory.file)
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let count = try? unsafe bytes.withUnsafeMutableBytes { buffer throws(Errno) in
            try unsafe file.readAll(into: buffer, at: 0)
        }
        return count == byteCount ? bytes : nil
    }
}
