/// A fixed array of plain values in memory of its own, reached without reference counting.
///
/// Indices are checked; an index out of range is a broken promise of ours, never of the module's.
@safe
package struct FrozenArray<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    package let count: Int

    package init(_ elements: [Element]) {
        count = elements.count
        unsafe base = UnsafeMutablePointer.allocate(capacity: Swift.max(elements.count, 1))
        // SAFETY: the allocation above holds `count` elements; it is freed only by `deinit`.
        unsafe elements.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe base.initialize(from: start, count: source.count)
        }
    }

    /// Elements that are equal until `fill` changes some.
    init(
        repeating element: Element, count: Int,
        fill: (UnsafeMutableBufferPointer<Element>) -> Void
    ) {
        self.count = count
        unsafe base = UnsafeMutablePointer.allocate(capacity: Swift.max(count, 1))
        // SAFETY: the allocation above holds `count` elements.
        unsafe base.initialize(repeating: element, count: count)
        unsafe fill(UnsafeMutableBufferPointer(start: base, count: count))
    }

    deinit {
        // SAFETY: allocated by `init`, owned by this value alone; the elements are trivial.
        unsafe base.deallocate()
    }

    @inlinable
    package subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // SAFETY: the check above keeps the index inside the allocation.
            return unsafe base[index]
        }
    }

    /// The address of the element at `index`, good for as long as this array lives.
    func address(of index: Int) -> UnsafePointer<Element> {
        precondition(index >= 0 && index <= count)
        // SAFETY: the check above keeps the address inside the allocation or just past it.
        return unsafe UnsafePointer(base + index)
    }
}
