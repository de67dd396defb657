internal import Platform

/// Two ends by which one thread wakes another that polls: as many bytes as there are things to take.
final class WakeUp: Sendable {
    private let receiving: FileDescriptor
    private let sending: FileDescriptor

    init() throws(Errno) {
        let pair = try LocalSocket.streamPair()
        receiving = try pair.first.duplicate()
        sending = try pair.second.duplicate()
    }

    /// Readable while something is there.
    var descriptor: BorrowedDescriptor { receiving.borrowed }

    /// One thing more.
    func signal() { try? sending.borrowed.writeAll([1]) }

    /// One thing less; call it only when there is one.
    func take() {
        var byte: UInt8 = 0
        _ = unsafe withUnsafeMutableBytes(of: &byte) { one in
            // SAFETY: one byte of a local.
            try? unsafe receiving.borrowed.read(into: one)
        }
    }
}
