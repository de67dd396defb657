import Platform
import Testing

@testable import WASI

@Suite("Clocks, random numbers, waiting and ending")
struct TimeTests {
    /// Writes a clock subscription; its address.
    private func clock(
        _ guest: Guest, at address: UInt64, userdata: UInt64, id: UInt32 = 1, _ timeout: UInt64,
        absolute: Bool = false
    ) throws {
        let place = UInt32(address)
        try guest.memory.store(userdata, at: place)
        try guest.memory.store(UInt8(0), at: place, offset: 8)
        try guest.memory.store(id, at: place, offset: 16)
        try guest.memory.store(timeout, at: place, offset: 24)
        try guest.memory.store(UInt64(0), at: place, offset: 32)
        try guest.memory.store(UInt16(absolute ? 1 : 0), at: place, offset: 40)
    }

    private func descriptor(
        _ guest: Guest, at address: UInt64, userdata: UInt64, _ fd: UInt32, writes: Bool
    ) throws {
        let place = UInt32(address)
        try guest.memory.store(userdata, at: place)
        try guest.memory.store(UInt8(writes ? 2 : 1), at: place, offset: 8)
        try guest.memory.store(fd, at: place, offset: 16)
    }

    private func events(
        _ guest: Guest, _ subscriptions: UInt64, _ count: UInt64
    ) throws -> [(userdata: UInt64, error: UInt16, type: UInt8, byteCount: UInt64, flags: UInt16)] {
        let room = guest.room(Int(count) * 32)
        try guest.must("poll_oneoff", subscriptions, room, count, guest.result)
        return try (0..<UInt64(guest.load(UInt32.self, guest.result))).map { index in
            let event = room + index * 32
            return (
                try guest.load(event), try guest.load(event, 8), try guest.load(event, 10),
                try guest.load(event, 16), try guest.load(event, 24)
            )
        }
    }

    @Test("clocks give a time and a step; others are refused")
    func clocks() throws {
        let guest = try Guest()
        for id in UInt64(0)..<4 {
            try guest.must("clock_time_get", id, 0, guest.result)
            try guest.must("clock_res_get", id, guest.result)
            #expect(try guest.load(UInt64.self, guest.result) > 0)
        }
        #expect(try guest.call("clock_time_get", 4, 0, guest.result) == .inval)
        #expect(try guest.call("clock_res_get", 4, guest.result) == .inval)
    }

    @Test("a virtual clock sleeps without waiting, and every run is the same")
    func virtualClock() throws {
        var readings: [[UInt64]] = []
        for _ in 0..<2 {
            let guest = try Guest {
                $0.clock = VirtualClock()
                $0.entropy = SeededEntropy(seed: 7)
            }
            var run: [UInt64] = []
            let subscription = guest.room(48)
            for timeout in [3_600_000_000_000, 1, UInt64.max / 2] as [UInt64] {
                try clock(guest, at: subscription, userdata: 5, timeout)
                let found = try events(guest, subscription, 1)
                #expect(found.count == 1)
                #expect(found[0].userdata == 5)
                try guest.must("clock_time_get", 1, 0, guest.result)
                run.append(try guest.load(guest.result))
            }
            try guest.must("random_get", guest.result, 21)
            run += try guest.bytes(guest.result, 21).map { UInt64($0) }
            readings.append(run)
        }
        #expect(readings[0] == readings[1])
        #expect(readings[0][0] > 3_600_000_000_000)
    }

    @Test(
        "a relative and an absolute sleep end when their time has come",
        arguments: [0, 1] as [UInt32])
    func sleeps(id: UInt32) throws {
        let guest = try Guest()
        let subscriptions = guest.room(96)
        try guest.must("clock_time_get", UInt64(id), 0, guest.result)
        let start: UInt64 = try guest.load(guest.result)
        try clock(guest, at: subscriptions, userdata: 1, id: id, 3_600_000_000_000)
        try clock(
            guest, at: subscriptions + 48, userdata: 2, id: id, start + 2_000_000, absolute: true)
        let found = try events(guest, subscriptions, 2)
        #expect(found.map(\.userdata) == [2])
        try guest.must("clock_time_get", UInt64(id), 0, guest.result)
        #expect(try guest.load(UInt64.self, guest.result) >= start + 2_000_000)
        // A time that has passed is an event at once, also together with others.
        try clock(guest, at: subscriptions, userdata: 3, id: id, 0)
        try clock(guest, at: subscriptions + 48, userdata: 4, id: id, 1, absolute: true)
        #expect(try events(guest, subscriptions, 2).map(\.userdata) == [3, 4])
    }

    @Test(
        "files are always ready, bad descriptors are events with an error",
        arguments: Backend.allCases)
    func files(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("file", "0123456789")
        let file = UInt32(try guest.open("file"))
        _ = try guest.read(UInt64(file), 4)
        let subscriptions = guest.room(48 * 5)
        try descriptor(guest, at: subscriptions, userdata: 1, file, writes: false)
        try descriptor(guest, at: subscriptions + 48, userdata: 2, file, writes: true)
        try descriptor(guest, at: subscriptions + 96, userdata: 3, 99, writes: true)
        try descriptor(guest, at: subscriptions + 144, userdata: 4, 3, writes: false)
        try clock(guest, at: subscriptions + 192, userdata: 5, id: 2, 1)
        let found = try events(guest, subscriptions, 5)
        #expect(found.map(\.userdata) == [1, 2, 3, 4, 5])
        #expect(found[0].byteCount == 6)
        #expect(found.map(\.type) == [1, 2, 2, 1, 0])
        #expect(
            found.map(\.error) == [
                0, 0, WASIErrno.badf.rawValue, WASIErrno.badf.rawValue, WASIErrno.notsup.rawValue,
            ])
        let (tag, clockID) = (subscriptions + 8, subscriptions + 208)
        #expect(try guest.call("poll_oneoff", subscriptions, 0, 0, guest.result) == .inval)
        #expect(try guest.call("poll_oneoff", subscriptions, 0, 4097, guest.result) == .inval)
        try guest.memory.store(UInt32(4), at: UInt32(clockID))
        #expect(try guest.call("poll_oneoff", subscriptions, 0, 5, guest.result) == .inval)
        try guest.memory.store(UInt8(3), at: UInt32(tag))
        #expect(try guest.call("poll_oneoff", subscriptions, 0, 1, guest.result) == .inval)
    }

    @Test("the older snapshot's subscriptions are wider")
    func unstable() throws {
        let guest = try Guest { $0.clock = VirtualClock() }
        guest.snapshot = "wasi_unstable"
        let place = UInt32(guest.room(56))
        try guest.memory.store(UInt64(9), at: place)
        try guest.memory.store(UInt8(0), at: place, offset: 8)
        try guest.memory.store(UInt64(123), at: place, offset: 16)
        try guest.memory.store(UInt32(1), at: place, offset: 24)
        try guest.memory.store(UInt64(1_000_000), at: place, offset: 32)
        try guest.memory.store(UInt64(0), at: place, offset: 40)
        try guest.memory.store(UInt16(0), at: place, offset: 48)
        #expect(try events(guest, UInt64(place), 1).map(\.userdata) == [9])
        try guest.must("clock_time_get", 1, 0, guest.result)
        #expect(try guest.load(UInt64.self, guest.result) > 1_000_000)
    }

    @Test("an interruption ends sleeping and reading from a pipe")
    func interruption() async throws {
        for readsPipe in [false, true] {
            let interruption = try Interruption()
            let pipe = try Pipe()
            try startDetachedThread { interruption.trip() }
            let guest = try Guest {
                $0.interruption = interruption
                $0.standardInput = try HostStream(borrowing: pipe.reader)
            }
            guest.companion = pipe
            let vectors = try guest.vectors([(guest.room(8), 8)])
            let subscription = guest.room(48)
            try clock(guest, at: subscription, userdata: 1, .max)
            #expect(throws: WASIExit.interrupted(.requested)) {
                _ =
                    readsPipe
                    ? try guest.call("fd_read", 0, vectors, 1, guest.result)
                    : try guest.call("poll_oneoff", subscription, 64, 1, guest.result)
            }
        }
    }

    @Test("a deadline ends every wait")
    func deadline() throws {
        let pipe = try Pipe()
        let guest = try Guest {
            let soon = SystemClockID.monotonic.nanoseconds + 1_000_000
            $0.interruption = try Interruption(deadlineNanoseconds: soon)
            $0.standardInput = try HostStream(borrowing: pipe.reader)
        }
        guest.companion = pipe
        let vectors = try guest.vectors([(guest.room(8), 8)])
        #expect(throws: WASIExit.interrupted(.deadline)) {
            _ = try guest.call("fd_read", 0, vectors, 1, guest.result)
        }
        #expect(throws: WASIExit.interrupted(.deadline)) { _ = try guest.call("sched_yield") }
    }

    @Test("a pipe that is not to block is asked again later; one that is gives what comes")
    func pipes() throws {
        let pipe = try Pipe()
        let guest = try Guest {
            $0.standardInput = try HostStream(borrowing: pipe.reader)
            $0.standardOutput = try HostStream(borrowing: pipe.writer)
        }
        guest.companion = pipe
        try guest.must("fd_fdstat_set_flags", 0, UInt64(FdFlags.nonblock.rawValue))
        let buffer = guest.room(100)
        let vectors = try guest.vectors([(buffer, 100)])
        #expect(try guest.call("fd_read", 0, vectors, 1, guest.result) == .again)
        #expect(try guest.write(1, "through") == 7)
        let subscription = guest.room(48)
        try descriptor(guest, at: subscription, userdata: 1, 0, writes: false)
        #expect(try events(guest, subscription, 1).map(\.byteCount) == [7])
        try guest.must("fd_fdstat_set_flags", 0, 0)
        #expect(try guest.read(0, 100) == Array("through".utf8))
        #expect(try guest.call("fd_seek", 0, 0, 1, guest.result) == .spipe)
        #expect(try guest.call("fd_pread", 0, vectors, 1, 0, guest.result) == .spipe)
        #expect(try guest.call("fd_write", 0, vectors, 1, guest.result) == .notcapable)
    }

    @Test("more than a pipe holds is written whole while somebody reads")
    func longWrite() async throws {
        let pipe = try Pipe()
        let guest = try Guest {
            $0.standardOutput = try HostStream(borrowing: pipe.writer)
        }
        guest.companion = pipe
        let reader = pipe.reader
        let reading = Task.detached {
            try reader.readAll(limitBytes: 1 << 20)
        }
        let text = String(repeating: "0123456789abcdef", count: 20_000)
        #expect(try guest.write(1, text) == 320_000)
        try guest.must("fd_close", 1)
        pipe.closeWriter()
        #expect(try await reading.value == Array(text.utf8))
    }

    @Test("output past the budget ends the guest")
    func outputBudget() throws {
        let output = BufferOutput(limitBytes: 1000)
        let guest = try Guest {
            $0.standardOutput = output
            $0.standardError = NullStream()
            $0.limits.outputByteCount = 10
        }
        #expect(try guest.write(1, "12345") == 5)
        #expect(try guest.write(2, "1234") == 4)
        let vectors = try guest.vectors([guest.place([1, 2])])
        #expect(throws: WASIExit.outputLimit(byteCount: 10)) {
            _ = try guest.call("fd_write", 1, vectors, 1, guest.result)
        }
        #expect(output.bytes == Array("12345".utf8))
    }

    @Test("buffers serve as standard streams")
    func buffers() throws {
        let output = BufferOutput(limitBytes: 4)
        let guest = try Guest {
            $0.standardInput = BufferInput(Array("input".utf8))
            $0.standardOutput = output
        }
        #expect(try guest.read(0, 3) == Array("inp".utf8))
        #expect(try guest.read(0, 3) == Array("ut".utf8))
        #expect(try guest.read(0, 3) == [])
        #expect(try guest.write(1, "abc") == 3)
        #expect(try guest.write(1, "d") == 1)
        let vectors = try guest.vectors([guest.place([1])])
        #expect(try guest.call("fd_write", 1, vectors, 1, guest.result) == .nospc)
        #expect(output.bytes == Array("abcd".utf8))
        #expect(try guest.write(2, "gone") == 4)
    }

    @Test("ending and raising are told to the caller")
    func ending() throws {
        let guest = try Guest()
        #expect(throws: WASIExit.processExit(code: 42)) { _ = try guest.call("proc_exit", 42) }
        #expect(throws: WASIExit.raised(signal: 6)) { _ = try guest.call("proc_raise", 6) }
        #expect(try guest.call("proc_raise", 0) == .success)
        #expect(try guest.call("proc_raise", 13) == .success)
        #expect(try guest.call("proc_raise", 18) == .notsup)
        #expect(try guest.call("proc_raise", 31) == .inval)
        #expect(try guest.call("sched_yield") == .success)
    }
}
