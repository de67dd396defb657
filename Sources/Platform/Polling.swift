internal import CPlatform
import Glibc

/// Readiness of a descriptor (poll(2)).
package struct PollEvents: OptionSet, Sendable {
    package let rawValue: Int16
    package init(rawValue: Int16) { self.rawValue = rawValue }

    package static let readable = PollEvents(rawValue: Int16(POLLIN))
    package static let writable = PollEvents(rawValue: Int16(POLLOUT))
    package static let error = PollEvents(rawValue: Int16(POLLERR))
    package static let hangUp = PollEvents(rawValue: Int16(POLLHUP))
    /// The peer of a stream socket sent its last byte.
    package static let readHangUp = PollEvents(rawValue: 0x2000)
    package static let invalid = PollEvents(rawValue: Int16(POLLNVAL))
}

/// One descriptor to wait for, and what came.
package struct PollEntry: Sendable {
    package var descriptor: BorrowedDescriptor
    package var wanted: PollEvents
    package var occurred: PollEvents = []

    package init(_ descriptor: BorrowedDescriptor, _ wanted: PollEvents) {
        self.descriptor = descriptor
        self.wanted = wanted
    }
}

/// ppoll(2): waits until an entry is ready or the time is up, and fills `occurred`.
///
/// - Parameter timeoutNanoseconds: nil for ever, 0 not to wait.
/// - Returns: how many entries are ready; 0 also when a signal interrupted the wait.
@discardableResult
package func poll(
    _ entries: inout [PollEntry], timeoutNanoseconds: UInt64?
) throws(Errno) -> Int {
    var raw = entries.map {
        pollfd(fd: $0.descriptor.number, events: $0.wanted.rawValue, revents: 0)
    }
    // Decades are as good as for ever.
    let limit = timeoutNanoseconds.map { Int64(clamping: $0) } ?? -1
    // SAFETY: the array holds `count` elements.
    let count = unsafe raw.withUnsafeMutableBufferPointer { buffer in
        unsafe martlet_poll(buffer.baseAddress, buffer.count, limit)
    }
    if count == -Int(EINTR) { return 0 }
    _ = try checked(count)
    for index in entries.indices {
        entries[index].occurred = PollEvents(rawValue: raw[index].revents)
    }
    return Int(count)
}

extension BorrowedDescriptor {
    /// What of `wanted` is the case now, without waiting.
    package func readiness(_ wanted: PollEvents) -> PollEvents {
        var entry = pollfd(fd: number, events: wanted.rawValue, revents: 0)
        // SAFETY: one structure, filled by the call.
        let count = unsafe Glibc.poll(&entry, 1, 0)
        return count <= 0 ? [] : PollEvents(rawValue: entry.revents)
    }
}
