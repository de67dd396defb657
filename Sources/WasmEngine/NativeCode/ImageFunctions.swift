/// The functions of an image in a file: read and checked one by one, as they are asked for.
@safe
struct ImageFunctions {
    private let table: UnsafeRawBufferPointer
    private let textByteCount: Int
    let count: Int

    /// - Parameter table: bytes that stay while this is used.
    init(_ table: UnsafeRawBufferPointer, textByteCount: Int) {
        unsafe self.table = table
        self.textByteCount = textByteCount
        count = table.count / CodeImage.functionByteCount
    }

    @inline(__always)
    private func word(_ position: Int, _ field: Int) -> UInt32 {
        precondition(position >= 0 && position < count)
        // SAFETY: the check above; fields are below 6.
        return UInt32(
            littleEndian: unsafe table.loadUnaligned(
                fromByteOffset: position * CodeImage.functionByteCount + 4 * field,
                as: UInt32.self))
    }

    /// Index in the module of the function at a position.
    @inline(__always)
    func index(_ position: Int) -> UInt32 { word(position, 0) }

    /// The function at a position; nil when it does not lie in the text.
    @inline(__always)
    func function(at position: Int) -> CodeImage.Function? {
        let (entry, entryEnd, fast) = (word(position, 1), word(position, 2), word(position, 3))
        let (lower, upper) = (word(position, 4), word(position, 5))
        guard lower < upper, upper <= UInt32(textByteCount), entry < entryEnd,
            entryEnd <= UInt32(textByteCount), fast == .max || (lower..<upper).contains(fast)
        else { return nil }
        return CodeImage.Function(
            index: index(position), standardEntry: entry, entryEnd: entryEnd,
            fastEntry: fast == .max ? nil : fast, range: lower..<upper)
    }

    /// The function with an index in the module; nil when it has no code here.
    ///
    /// - Parameter position: where it stands if there are no gaps before it.
    @inline(__always)
    func function(_ index: UInt32, near position: Int) -> CodeImage.Function? {
        if position < count, self.index(position) == index { return function(at: position) }
        return search(index)
    }

    @inline(never)
    private func search(_ index: UInt32) -> CodeImage.Function? {
        let found = CodeSites.partition(count) { self.index($0) >= index }
        return found < count && self.index(found) == index ? function(at: found) : nil
    }
}
