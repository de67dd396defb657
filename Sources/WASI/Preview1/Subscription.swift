/// One thing that `poll_oneoff` waits for (`subscription` of typenames.witx).
struct Subscription {
    enum Kind {
        /// A clock reaching a time: nanoseconds from now, or on the clock itself.
        case clock(ClockID, nanoseconds: UInt64, isAbsolute: Bool)
        case descriptor(UInt32, Interest)
    }

    var userdata: UInt64
    var kind: Kind

    /// Size in guest memory; the older snapshot has one more number in clock subscriptions.
    static func byteCount(_ snapshot: Snapshot) -> UInt32 { snapshot == .preview1 ? 48 : 56 }

    /// - Throws: `inval` for an unknown type, clock or flag.
    init(
        _ snapshot: Snapshot, from memory: GuestMemory, at address: UInt32
    ) throws(WASIErrno) {
        userdata = try memory.load(at: address)
        switch try memory.load(UInt8.self, at: address, offset: 8) {
        case 0: kind = try Self.clock(memory, address, offset: snapshot == .preview1 ? 16 : 24)
        case 1: kind = .descriptor(try memory.load(at: address, offset: 16), .read)
        case 2: kind = .descriptor(try memory.load(at: address, offset: 16), .write)
        default: throw .inval
        }
    }

    private static func clock(
        _ memory: GuestMemory, _ address: UInt32, offset: UInt32
    ) throws(WASIErrno) -> Kind {
        guard let clock = ClockID(rawValue: try memory.load(at: address, offset: offset)) else {
            throw .inval
        }
        let flags: UInt16 = try memory.load(at: address, offset: offset + 24)
        guard flags <= 1 else { throw .inval }
        return .clock(
            clock, nanoseconds: try memory.load(at: address, offset: offset + 8),
            isAbsolute: flags == 1)
    }
}

/// What happened to a subscription (`event` of typenames.witx).
struct Event {
    static let byteCount: UInt32 = 32

    var userdata: UInt64
    var error: WASIErrno = .success
    /// 0 clock, 1 reading, 2 writing.
    var type: UInt8
    var byteCount: UInt64 = 0
    var hangUp = false

    func store(to memory: GuestMemory, at address: UInt32) throws(WASIErrno) {
        try memory.zero(at: address, byteCount: Self.byteCount)
        try memory.store(userdata, at: address)
        try memory.store(error.rawValue, at: address, offset: 8)
        try memory.store(type, at: address, offset: 10)
        try memory.store(byteCount, at: address, offset: 16)
        try memory.store(UInt16(hangUp ? 1 : 0), at: address, offset: 24)
    }
}
