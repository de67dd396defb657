internal import GuestRuntime

/// Something to wait for (typename `subscription`).
public enum Subscription: Sendable {
    /// Nanoseconds from now, or a point on the clock when `absolute`.
    case clock(Clock, nanoseconds: UInt64, absolute: Bool = false)
    /// Bytes to read, a connection to accept, or the end.
    case readable(FileDescriptor)
    /// Room to write.
    case writable(FileDescriptor)
}

/// What came of a subscription (typename `event`).
public struct Event: Sendable {
    /// The subscription's place in the list given to `poll`.
    public let index: Int
    /// What the subscription failed with.
    public let error: Errno?
    /// Bytes ready; hosts often say 0 or 1.
    public let bytesReady: UInt64
    /// Whether the peer is gone.
    public let hangUp: Bool
}

/// `poll_oneoff`: waits until at least one of the subscriptions comes true.
public func poll(_ subscriptions: [Subscription]) throws(Errno) -> [Event] {
    var raw: [wasi_subscription_t] = []
    raw.reserveCapacity(subscriptions.count)
    for (index, subscription) in subscriptions.enumerated() {
        raw.append(encode(subscription, UInt64(index)))
    }
    var events = [wasi_event_t](repeating: wasi_event_t(), count: raw.count)
    var count: wasi_size_t = 0
    let errno = unsafe wasi_poll_oneoff(&raw, &events, raw.count, &count)
    try check(errno)
    guard Int(count) <= events.count else { throw .io }
    return events[..<Int(count)].map { event in
        Event(
            index: Int(truncatingIfNeeded: event.userdata),
            error: event.error == 0 ? nil : Errno(rawValue: event.error),
            bytesReady: event.fd_readwrite.nbytes,
            hangUp: event.fd_readwrite.flags & 1 != 0)
    }
}

private func encode(_ subscription: Subscription, _ userdata: UInt64) -> wasi_subscription_t {
    var raw = wasi_subscription_t()
    raw.userdata = userdata
    switch subscription {
    case .clock(let clock, let nanoseconds, let absolute):
        raw.u.tag = 0
        var body = wasi_subscription_clock_t()
        body.id = clock.rawValue
        body.timeout = nanoseconds
        body.flags = absolute ? 1 : 0
        unsafe raw.u.u.clock = body
    case .readable(let descriptor):
        raw.u.tag = 1
        unsafe raw.u.u.fd = descriptor.rawValue
    case .writable(let descriptor):
        raw.u.tag = 2
        unsafe raw.u.u.fd = descriptor.rawValue
    }
    return raw
}
