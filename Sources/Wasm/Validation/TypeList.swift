/// A list of value types that belongs to a module's ``ModuleContext``: a block's or function's
/// parameters or results.
///
/// A list is good for as long as its ``ValidModule`` lives.
@safe
package struct TypeList: RandomAccessCollection, BitwiseCopyable, @unchecked Sendable {
    @usableFromInline let base: UnsafePointer<ValueType>?
    @usableFromInline let length: UInt32
    /// The only element, when there is no ``base``.
    @usableFromInline let single: ValueType

    /// No types.
    package static let empty = unsafe TypeList(base: nil, length: 0, single: .bottom)

    private init(base: UnsafePointer<ValueType>?, length: UInt32, single: ValueType) {
        unsafe self.base = base
        self.length = length
        self.single = single
    }

    /// A list of one type.
    init(_ type: ValueType) { unsafe self.init(base: nil, length: 1, single: type) }

    /// `count` types of `storage` from `start`; `storage` must outlive the list.
    init(_ storage: borrowing FrozenArray<ValueType>, start: Int, count: Int) {
        precondition(start >= 0 && count >= 0 && start + count <= storage.count)
        unsafe self.init(
            base: storage.address(of: start), length: UInt32(count), single: .bottom)
    }

    /// The same list without its last type; the list must not be empty.
    func dropLastType() -> TypeList {
        precondition(length > 0)
        return unsafe TypeList(base: base, length: length - 1, single: single)
    }

    @inlinable package var startIndex: Int { 0 }
    @inlinable package var endIndex: Int { Int(length) }

    @inlinable
    package subscript(index: Int) -> ValueType {
        precondition(UInt(bitPattern: index) < UInt(length))
        // SAFETY: the check above keeps the index inside the list, which its module keeps alive.
        guard let base = unsafe base else { return single }
        return unsafe base[index]
    }
}
