/// Consecutive 64-bit slots of the guest's stack.
///
/// The count is the caller's promise: whoever makes a `Slots` has checked that the frame is that
/// large (the validator and translator fix every frame's size, and a call checks it against the
/// stack's limit).
@safe
package struct Slots {
    package var base: UnsafeMutablePointer<UInt64>

    @inline(__always)
    package init(_ base: UnsafeMutablePointer<UInt64>) { unsafe self.base = base }

    @inline(__always)
    package subscript(index: Int) -> UInt64 {
        // SAFETY: see the type's promise.
        get { unsafe base[index] }
        nonmutating set { unsafe base[index] = newValue }
    }

    /// The slots from an index on.
    @inline(__always)
    package func from(_ index: Int) -> Slots { unsafe Slots(base + index) }
}
