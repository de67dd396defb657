internal import CPlatform

/// A pipe (pipe2(2)) whose two ends can be closed on their own; both are closed on exec.
package final class Pipe {
    private var ownedReader: FileDescriptor?
    private var ownedWriter: FileDescriptor?
    /// The ends; not to be used after closing them.
    package let reader: BorrowedDescriptor
    package let writer: BorrowedDescriptor

    package init() throws(Errno) {
        var ends: [Int32] = [-1, -1]
        // SAFETY: the call fills two numbers.
        _ = try checked(unsafe martlet_pipe(&ends))
        reader = BorrowedDescriptor(number: ends[0])
        writer = BorrowedDescriptor(number: ends[1])
        ownedReader = FileDescriptor(owning: ends[0])
        ownedWriter = FileDescriptor(owning: ends[1])
    }

    package func closeReader() { ownedReader = nil }
    package func closeWriter() { ownedWriter = nil }
}
