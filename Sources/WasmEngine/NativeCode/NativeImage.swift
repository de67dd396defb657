internal import CPlatform
internal import Platform
internal import Wasm

/// A code image in memory, ready to run: mapped once for a module, shared by its instances.
@safe
final class NativeImage: @unchecked Sendable {
    // Unchecked: nothing changes after `init` but the right to execute; no mapping is written again.

    let header: CodeImage.Header
    /// The text; also where the offsets of functions, traps and places count from.
    let base: UnsafeRawPointer
    let byteCount: Int
    private let mapping: MemoryReservation
    private let slot: Int
    private let functions: [CodeImage.Function]
    /// By index among the module's own functions: position in ``functions``, or -1.
    private let positions: [Int32]
    /// By offset in the text.
    let functionRanges: [(lower: UInt32, upper: UInt32, index: UInt32)]
    private let traps: [TrapSite]
    private let places: [CodeSite]

    /// Maps an image: written first, then made executable and never writable again.
    ///
    /// - Throws: ``CodeImageRejection`` when the image is not the module's, or not this machine's.
    init(_ image: CodeImage, for module: LoadedModule) throws(CodeImageRejection) {
        guard martlet_native_prepare_process() == 0 else {
            throw .notSupported("this is no x86-64 Linux")
        }
        let missing = image.header.options.features.subtracting(.ofThisMachine)
        guard missing.isEmpty else { throw .otherProcessor(missing: missing.names) }
        if image.header.usesSegmentBase { throw .otherOptions("with segment addressing") }
        header = image.header
        functions = image.functions
        positions = try Self.positions(of: image.functions, in: module)
        functionRanges = image.functions.map {
            ($0.range.lowerBound, $0.range.upperBound, $0.index)
        }
        .sorted { $0.0 < $1.0 }
        traps = image.traps
        places = image.places
        byteCount = image.text.count
        mapping = try Self.map(image.text)
        unsafe base = UnsafeRawPointer(mapping.base)
        let start = UInt(bitPattern: unsafe base)
        slot = martlet_native_register(start, start + UInt(max(byteCount, 1)))
        guard slot >= 0 else { throw .notSupported("too many code images") }
    }

    deinit { martlet_native_unregister(slot) }

    /// Takes the text away from whoever runs it: the next instruction fetched here faults, which
    /// is a trap (``Trap/Reason/interrupted``).
    func stop() throws(Errno) {
        try mapping.protect(offsetBytes: 0, byteCount: mapping.reservedByteCount, as: .read)
    }

    private static func positions(
        of functions: [CodeImage.Function], in module: LoadedModule
    ) throws(CodeImageRejection) -> [Int32] {
        let imported = module.module.importedFunctionCount
        var positions = [Int32](repeating: -1, count: module.module.code.count)
        for (position, function) in functions.enumerated() {
            let index = Int(function.index) - imported
            guard positions.indices.contains(index) else { throw .otherModule }
            positions[index] = Int32(position)
        }
        return positions
    }

    private static func map(_ text: [UInt8]) throws(CodeImageRejection) -> MemoryReservation {
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
            return mapping
        } catch {
            throw .notSupported("no room for \(text.count) bytes of code: \(error)")
        }
    }
}

/// Looking things up.
extension NativeImage {
    /// Whether a function, by index among the module's own, has code here.
    func hasCode(_ definedIndex: Int) -> Bool { positions[definedIndex] >= 0 }

    /// Where the standard convention enters a function; nil when it has no code here.
    func entry(_ definedIndex: Int) -> UnsafeRawPointer? {
        let position = Int(positions[definedIndex])
        guard position >= 0 else { return nil }
        return unsafe base + Int(functions[position].standardEntry)
    }

    /// Where the compiler's own convention enters a function.
    func fastEntry(_ definedIndex: Int) -> UnsafeRawPointer? {
        let position = Int(positions[definedIndex])
        guard position >= 0, let offset = functions[position].fastEntry else { return nil }
        return unsafe base + Int(offset)
    }

    /// The offset of an address in the text; nil when it lies elsewhere.
    func offset(of address: UInt) -> UInt32? {
        let start = UInt(bitPattern: unsafe base)
        guard address >= start, address < start + UInt(byteCount) else { return nil }
        return UInt32(address - start)
    }

    /// The function and the place in the module's binary of an offset in the text.
    func place(_ offset: UInt32) -> (function: UInt32, wasmOffset: Int)? {
        let after = Self.partition(functionRanges.count) { functionRanges[$0].lower > offset }
        guard after > 0, offset < functionRanges[after - 1].upper else { return nil }
        let range = functionRanges[after - 1]
        let next = Self.partition(places.count) { places[$0].offset > offset }
        guard next > 0, places[next - 1].offset >= range.lower else { return (range.index, 0) }
        return (range.index, Int(places[next - 1].wasmOffset))
    }

    /// What is known of the instruction at an offset when it traps.
    func trap(_ offset: UInt32) -> TrapSite? {
        let after = Self.partition(traps.count) { traps[$0].offset > offset }
        guard after > 0, traps[after - 1].offset == offset else { return nil }
        return traps[after - 1]
    }

    /// The first of `count` sorted positions for which a condition holds.
    private static func partition(_ count: Int, _ isBehind: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
