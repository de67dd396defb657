/// Lends an array's bytes to calls that take raw memory, with the error's type kept.
extension Array<UInt8> {
    func lending<R>(
        _ body: (UnsafeRawBufferPointer) throws(ChannelFailure) -> R
    ) throws(ChannelFailure) -> R {
        try unsafe self[...].lending { (bytes) throws(ChannelFailure) -> R in try unsafe body(bytes)
        }
    }

    mutating func lendingMutably<R>(
        _ body: (UnsafeMutableRawBufferPointer) throws(ChannelFailure) -> R
    ) throws(ChannelFailure) -> R {
        try unsafe withUnsafeMutableBufferPointer { (elements) throws(ChannelFailure) -> R in
            // SAFETY: the memory is the array's own for the time of the call.
            try unsafe body(UnsafeMutableRawBufferPointer(elements))
        }
    }
}

extension ArraySlice<UInt8> {
    func lending<R>(
        _ body: (UnsafeRawBufferPointer) throws(ChannelFailure) -> R
    ) throws(ChannelFailure) -> R {
        try unsafe withUnsafeBufferPointer { (elements) throws(ChannelFailure) -> R in
            // SAFETY: the memory is the slice's own for the time of the call.
            try unsafe body(UnsafeRawBufferPointer(elements))
        }
    }
}
