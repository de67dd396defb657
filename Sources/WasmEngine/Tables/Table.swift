package import Wasm

/// A table of references (core specification 3.0, §4.2.7).
@safe
package final class Table {
    /// Its element type (registry numbers in concrete heap types), declared limits and index type.
    package let type: TableType
    /// Whether its elements may refer to objects of the heap.
    let holdsObjects: Bool
    private let maximum: UInt64
    private var capacity: Int
    private let budget: TableBudget
    let cell: UnsafeMutablePointer<TableCell>

    init(
        _ type: TableType, initial: Reference, budget: TableBudget
    ) throws(InstantiationError) {
        let minimum = type.limits.minimum
        guard budget.take(minimum) else {
            throw .budgetExceeded("a table of \(minimum) elements is more than allowed")
        }
        self.type = type
        holdsObjects = TypeRegistry.shared.refersToObjects(type.element)
        self.budget = budget
        let architectural: UInt64 = type.addressType == .i32 ? UInt64(UInt32.max) : .max
        maximum = min(type.limits.maximum ?? architectural, architectural)
        capacity = max(Int(minimum), 1)
        let elements = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        unsafe elements.initialize(repeating: initial.bits, count: capacity)
        unsafe cell = .allocate(capacity: 1)
        unsafe cell.initialize(to: TableCell(elements: elements, count: minimum))
    }

    deinit {
        budget.giveBack(count)
        unsafe cell.pointee.elements.deallocate()
        unsafe cell.deallocate()
    }

    /// How many elements it has.
    package var count: UInt64 { unsafe cell.pointee.count }

    /// The element at an index; nil when there is none.
    package subscript(index: UInt64) -> Reference? {
        guard index < count else { return nil }
        return unsafe Reference(bits: cell.pointee.elements[Int(index)])
    }

    /// Sets an element; false when there is none.
    package func set(_ index: UInt64, to reference: Reference) -> Bool {
        guard index < count else { return false }
        unsafe cell.pointee.elements[Int(index)] = reference.bits
        return true
    }

    /// Sets elements from an index on, all of which there are, to the bits of references.
    func replace(from index: UInt64, with references: ArraySlice<UInt64>) {
        precondition(index <= count && UInt64(references.count) <= count - index)
        unsafe references.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            // SAFETY: the check above.
            unsafe (cell.pointee.elements + Int(index)).update(from: start, count: source.count)
        }
    }

    /// Grows by `delta` elements and returns the count before, or nil when the maximum or the
    /// budget refuses (then nothing changed).
    package func grow(by delta: UInt64, filledWith reference: Reference) -> UInt64? {
        let old = count
        let (new, overflow) = old.addingReportingOverflow(delta)
        guard !overflow, new <= maximum, budget.take(delta) else { return nil }
        if new > UInt64(capacity) { reallocate(to: Int(new)) }
        unsafe (cell.pointee.elements + Int(old))
            .update(repeating: reference.bits, count: Int(delta))
        unsafe cell.pointee.count = new
        return old
    }

    private func reallocate(to needed: Int) {
        let larger = max(needed, capacity * 2)
        let elements = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
        unsafe elements.initialize(repeating: 0, count: larger)
        unsafe elements.update(from: cell.pointee.elements, count: Int(count))
        unsafe cell.pointee.elements.deallocate()
        unsafe cell.pointee.elements = elements
        capacity = larger
    }

    /// The type as an importer sees it: the minimum is the current count (§4.5.2).
    var currentType: TableType {
        TableType(
            type.element, Limits(minimum: count, maximum: type.limits.maximum),
            addressType: type.addressType)
    }
}

/// How many elements the tables of one store may have together.
final class TableBudget {
    private var left: UInt64

    init(limit: UInt64) { left = limit }

    /// Takes elements from the budget; false, and no change, when they are not left.
    func take(_ count: UInt64) -> Bool {
        guard count <= left else { return false }
        left -= count
        return true
    }

    func giveBack(_ count: UInt64) { left += count }
}
