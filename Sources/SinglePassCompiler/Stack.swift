/// A stack of plain values in memory of its own, reached without reference counting.
///
/// Indices are checked; an index out of range is a broken promise of ours, never of the module's.
@safe
struct Stack<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        unsafe base = .allocate(capacity: self.capacity)
    }

    deinit {
        // SAFETY: allocated by `init` or `reserve`, owned by this value alone; elements are trivial.
        unsafe base.deallocate()
    }

    var isEmpty: Bool { @inline(__always) get { count == 0 } }
    var last: Element? { @inline(__always) get { count == 0 ? nil : self[count &- 1] } }

    subscript(index: Int) -> Element {
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

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { return Self.append(element, toFull: &self) }
        // SAFETY: fewer elements than there is room for.
        unsafe base[count] = element
        count &+= 1
    }

    /// Apart, the last thing done and no method, so that whoever appends keeps nothing across a call,
    /// not even `self`.
    @inline(never)
    private static func append(_ element: Element, toFull stack: inout Stack) {
        stack.reserve(stack.count &+ 1)
        // SAFETY: `reserve` made room for one element more.
        unsafe stack.base[stack.count] = element
        stack.count &+= 1
    }

    @inline(__always)
    mutating func removeLast() -> Element {
        precondition(count > 0)
        count &-= 1
        // SAFETY: the element was initialised.
        return unsafe base[count]
    }

    @inline(__always)
    mutating func update(_ index: Int, _ change: (inout Element) -> Void) {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
        // SAFETY: the check above keeps the index inside the initialised part.
        unsafe change(&base[index])
    }

    /// Removes all but the first `newCount`.
    mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        count = newCount
    }

    mutating func removeAll() { count = 0 }

    /// Holds `count` copies of an element instead of what it held.
    mutating func fill(_ element: Element, count: Int) {
        self.count = 0
        if count > capacity { reserve(count) }
        // SAFETY: there is room for `count` elements.
        unsafe base.initialize(repeating: element, count: count)
        self.count = count
    }

    /// A copy as an array.
    var array: [Element] {
        // SAFETY: `count` elements are initialised.
        unsafe Array(UnsafeBufferPointer(start: base, count: count))
    }

    @inline(never)
    private mutating func reserve(_ needed: Int) {
        let larger = max(capacity * 2, needed)
        let fresh = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        // SAFETY: `fresh` holds more than the `count` elements moved; the old memory is ours.
        unsafe fresh.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = fresh
        capacity = larger
    }
}
