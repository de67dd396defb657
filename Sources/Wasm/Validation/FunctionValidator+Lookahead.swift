/// What comes next, not checked yet: lets a compiler compute straight into a local, or fuse two
/// instructions.
extension FunctionValidator {
    /// The first byte of the next instruction; `end`'s where the body is over.
    @inlinable package var followingByte: UInt8 { decoder.followingByte }

    /// The local that the next instruction writes, when that is a `local.set` or `local.tee` of a
    /// local that exists; else -1.
    @inlinable
    @inline(__always)
    package var followingLocalWrite: Int {
        let index = decoder.followingLocalWrite
        return index < localCount ? index : -1
    }
}
