extension FunctionValidator {
    /// The local that the next instruction writes, when that is a `local.set` or `local.tee`: lets a
    /// compiler compute straight into it. The instruction is not checked yet.
    package var followingLocalWrite: (index: UInt32, isTee: Bool)? {
        guard let write = decoder.followingLocalWrite, write.index < localTypes.count else {
            return nil
        }
        return write
    }
}
