/// A stack of plain values in memory of its own, reached without reference counting.
///
/// Indices are checked; an index out of range is a broken promise of ours, never of the module's.
@safe
package struct GrowableStack<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    package private(set) var count: Int

    init(capacity: Int) {
        self.capacity = Swift.max(capacity, 1)
        unsafe base = UnsafeMutablePointer.allocate(capacity: self.capacity)
        count = 0
    }

    deinit {
        // SAFETY: allocated by `init` or `grow`, owned by this value alone; elements are trivial.
        unsafe base.deallocate()
    }

    @inlinable
    package subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // SAFETY: the check above keeps the index inside the initialised part.
            return unsafe base[index]
        }
        @inline(__always) set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // SAFETY: as above.
            unsafe base[index] = newValue
        }
    }

    /// The next element needs memory first.
    @inline(__always)
    var isFull: Bool { count == capacity }

    @inline(__always)
    mutating func push(_ element: Element) {
        if count == capacity { grow(to: count &+ 1) }
        // SAFETY: `grow` made room for one element more.
        unsafe base[count] = element
        count &+= 1
    }

    /// Pushes `number` copies of `element`.
    mutating func push(_ element: Element, repeated number: Int) {
        precondition(number >= 0)
        if count + number > capacity { grow(to: count + number) }
        // SAFETY: `grow` made room for `number` elements more.
        unsafe (base + count).initialize(repeating: element, count: number)
        count += number
    }

    /// Takes the top element away.
    @inline(__always)
    mutating func removeLast() {
        precondition(count > 0)
        count &-= 1
    }

    /// Takes elements away until `newCount` are left.
    @inline(__always)
    mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        count = newCount
    }

    /// Makes room for more elements, and for `limit` at most; there must be fewer now.
    mutating func grow(atMost limit: Int) {
        precondition(count < limit)
        allocate(Swift.min(Swift.max(capacity * 2, count + 1), limit))
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        allocate(Swift.max(capacity * 2, needed))
    }

    /// Moves to memory for `larger` elements, which must be no fewer than there are.
    private mutating func allocate(_ larger: Int) {
        precondition(larger >= count)
        let fresh = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        // SAFETY: `fresh` has room for the `count` elements moved; the old memory is ours.
        unsafe fresh.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = fresh
        capacity = larger
    }
}
