internal import Platform

/// `poll_oneoff`: waiting for clocks and descriptors.
extension WASIHost {
    /// Waits until at least one subscription has an event, and stores all that have.
    package func pollOneoff(
        _ memory: GuestMemory, _ snapshot: Snapshot, subscriptions: UInt32, events: UInt32,
        count: UInt32, result: UInt32
    ) throws(WASIFailure) {
        let wanted = try failing { () throws(WASIErrno) in
            try decode(memory, snapshot, subscriptions, count: count, events, result)
        }
        let occurred = try waitForEvents(Poll(wanted, clock))
        try failing { () throws(WASIErrno) in
            for (index, event) in occurred.enumerated() {
                try event.store(to: memory, at: events + UInt32(index) * Event.byteCount)
            }
            try memory.store(UInt32(occurred.count), at: result)
        }
    }

    private func decode(
        _ memory: GuestMemory, _ snapshot: Snapshot, _ address: UInt32, count: UInt32,
        _ events: UInt32, _ result: UInt32
    ) throws(WASIErrno) -> [Subscription] {
        guard count > 0, count <= limits.subscriptionCount else { throw .inval }
        let stride = Subscription.byteCount(snapshot)
        try memory.check(at: address, byteCount: count * stride)
        try memory.check(at: events, byteCount: count * Event.byteCount)
        try memory.check(at: result, byteCount: 4)
        var wanted: [Subscription] = []
        wanted.reserveCapacity(Int(count))
        for index in 0..<count {
            wanted.append(
                try Subscription(snapshot, from: memory, at: address + index * stride))
        }
        return wanted
    }

    /// Subscriptions, with the times for which each clock waits.
    private struct Poll {
        var subscriptions: [(Subscription, targetNanoseconds: UInt64)] = []

        init(_ wanted: [Subscription], _ clock: any ClockSource) {
            for subscription in wanted {
                var target: UInt64 = 0
                if case .clock(let id, let nanoseconds, let isAbsolute) = subscription.kind {
                    let base = isAbsolute ? 0 : clock.nanoseconds(id)
                    let (sum, overflow) = base.addingReportingOverflow(nanoseconds)
                    target = overflow ? .max : sum
                }
                subscriptions.append((subscription, target))
            }
        }
    }

    /// Most nanoseconds to wait for realtime at once: somebody may set the clock meanwhile.
    private static let realtimeSlice: UInt64 = 1_000_000_000

    private func waitForEvents(_ poll: Poll) throws(WASIFailure) -> [Event] {
        while true {
            var events: [Event] = []
            var entries: [PollEntry] = []
            var shortest: UInt64?
            for (subscription, target) in poll.subscriptions {
                switch subscription.kind {
                case .descriptor(let fd, let interest):
                    switch check(fd, interest, subscription.userdata) {
                    case .event(let event): events.append(event)
                    case .entry(let entry): entries.append(entry)
                    }
                case .clock(let id, _, _):
                    let rest = remaining(id, target)
                    switch rest {
                    case .some(0):
                        events.append(Event(userdata: subscription.userdata, type: 0))
                    case .some(let rest): shortest = min(shortest ?? .max, rest)
                    case nil:
                        events.append(
                            Event(userdata: subscription.userdata, error: .notsup, type: 0))
                    }
                }
            }
            if !events.isEmpty { return events }
            try checkInterruption()
            if let shortest, clock.skip(nanoseconds: shortest) { continue }
            try waitOnce(&entries, shortest)
        }
    }

    private func waitOnce(
        _ entries: inout [PollEntry], _ nanoseconds: UInt64?
    ) throws(WASIFailure) {
        guard let nanoseconds else { return try wait(&entries, untilNanoseconds: .max) }
        let now = SystemClockID.monotonic.nanoseconds
        let (end, overflow) = now.addingReportingOverflow(nanoseconds)
        try wait(&entries, untilNanoseconds: overflow ? .max : end)
    }

    /// Nanoseconds until the clock reads `target`, 0 when it has; nil for a clock that can not be
    /// waited for.
    private func remaining(_ id: ClockID, _ target: UInt64) -> UInt64? {
        switch id {
        case .processCPUTime, .threadCPUTime: return nil
        case .monotonic, .realtime:
            let now = clock.nanoseconds(id)
            guard now < target else { return 0 }
            return id == .realtime ? min(target - now, Self.realtimeSlice) : target - now
        }
    }

    private enum Check {
        case event(Event)
        case entry(PollEntry)
    }

    private func check(_ fd: UInt32, _ interest: Interest, _ userdata: UInt64) -> Check {
        let type: UInt8 = interest == .read ? 1 : 2
        let file: any OpenFile
        do throws(WASIErrno) {
            let right: Rights = interest == .read ? .fdRead : .fdWrite
            file = try descriptors[fd].file([.pollFdReadwrite, right])
        } catch {
            return .event(Event(userdata: userdata, error: error, type: type))
        }
        switch file.readiness(for: interest) {
        case .ready(let byteCount, let hangUp):
            return .event(
                Event(userdata: userdata, type: type, byteCount: byteCount, hangUp: hangUp))
        case .waiting(let descriptor, let events):
            return .entry(PollEntry(descriptor, events))
        }
    }
}
