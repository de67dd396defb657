/// Connecting with a time limit.
extension BorrowedDescriptor {
    /// connect(2) on a socket that does not block, waiting until it is connected.
    ///
    /// - Throws: `ETIMEDOUT` when the time is up, or the error that connecting came to.
    package func connect(
        to address: SocketAddress, timeoutNanoseconds: UInt64
    ) throws(Errno) {
        do throws(Errno) {
            try connect(to: address)
        } catch {
            guard error == .EINPROGRESS else { throw error }
            var entries = [PollEntry(self, .writable)]
            guard try poll(&entries, timeoutNanoseconds: timeoutNanoseconds) > 0 else {
                throw .ETIMEDOUT
            }
            if let error = try takeSocketError() { throw error }
        }
    }
}
