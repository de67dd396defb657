internal import Wasm

extension Instance {
    /// `table.init` (core specification 3.0, §4.6.8): copies references of a segment into a table.
    func initializeTable(
        _ table: Int, segment: Int, at target: UInt64, from source: UInt64, count: UInt64
    ) throws(Trap) {
        let table = tables[table]
        guard Self.fits(source, count, in: UInt64(elements[segment].count)),
            Self.fits(target, count, in: table.count)
        else { throw .tableOutOfBounds }
        let references = elements[segment][Int(source)..<Int(source + count)]
        table.replace(from: target, with: references)
    }

    /// The same with all of a segment of functions that was not evaluated before.
    func initializeTable(
        _ table: Int, at target: UInt64, with functions: [UInt32]
    ) throws(Trap) {
        let table = tables[table]
        guard Self.fits(target, UInt64(functions.count), in: table.count) else {
            throw .tableOutOfBounds
        }
        // SAFETY: the check.
        unsafe writeReferences(
            to: functions, at: table.cell.pointee.elements + Int(target))
    }

    /// `memory.init` (§4.6.10): copies bytes of a data segment into a memory.
    func initializeMemory(
        _ memory: Int, segment: Int, at target: UInt64, from source: UInt64, count: UInt64
    ) throws(Trap) {
        let range = module.module.data[segment].range
        let available = droppedData[segment] ? 0 : UInt64(range.count)
        guard Self.fits(source, count, in: available) else {
            throw .memoryOutOfBounds(address: target, width: count)
        }
        let bytes = unsafe try memories[memory].view.bytes(at: target, count: count)
        guard count > 0 else { return }
        let start = range.lowerBound + Int(source)
        unsafe module.module.bytes.withUnsafeBytes { all in
            // SAFETY: the segment's range lies in the module, and the guard keeps the copy in both.
            unsafe bytes.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: all[start..<start + Int(count)]))
        }
    }

    /// The module's bytes that `count` bytes of a data segment from `start` on are.
    func dataRange(_ segment: Int, from start: UInt64, count: UInt64) throws(Trap) -> Range<Int> {
        let range = module.module.data[segment].range
        let available = droppedData[segment] ? 0 : UInt64(range.count)
        guard Self.fits(start, count, in: available) else {
            throw .memoryOutOfBounds(address: start, width: count)
        }
        let first = range.lowerBound + Int(start)
        return first..<first + Int(count)
    }

    /// Copies bytes of the module to memory that has room for them.
    func copyBytes(_ range: Range<Int>, to target: UnsafeMutableRawPointer) {
        unsafe module.module.bytes.withUnsafeBytes { all in
            // SAFETY: the range lies in the module; the caller promises room at the target.
            guard let source = all.baseAddress else { return }
            unsafe target.copyMemory(from: source + range.lowerBound, byteCount: range.count)
        }
    }

    /// Whether `count` items from `start` on lie in `total` items.
    static func fits(_ start: UInt64, _ count: UInt64, in total: UInt64) -> Bool {
        start <= total && count <= total - start
    }
}
