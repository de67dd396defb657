import Platform
import Testing

@Suite("Descriptors")
struct DescriptorTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func file(_ name: PathName = "file") throws -> FileDescriptor {
        try directory.descriptor.borrowed.openBeneath(name, [.readWrite, .create], mode: 0o644)
    }

    @Test("gathered writes come back from scattered reads, at any offset")
    func vectors() throws {
        let file = try file()
        var first = Array("hello ".utf8)
        var second = Array("world".utf8)
        let written = try unsafe first.withUnsafeMutableBytes { one in
            try unsafe second.withUnsafeMutableBytes { two in
                try unsafe withVectors(one, two) { try unsafe file.borrowed.write($0, at: 3) }
            }
        }
        #expect(written == 11)
        var head = [UInt8](repeating: 1, count: 4)
        var tail = [UInt8](repeating: 1, count: 20)
        let read = try unsafe head.withUnsafeMutableBytes { one in
            try unsafe tail.withUnsafeMutableBytes { two in
                try unsafe withVectors(one, two) { try unsafe file.borrowed.read($0) }
            }
        }
        #expect(read == 14)
        #expect(head == [0, 0, 0, 104])
        #expect(Array(tail[..<10]) == Array("ello world".utf8))
    }

    private func withVectors<R>(
        _ one: UnsafeMutableRawBufferPointer, _ two: UnsafeMutableRawBufferPointer,
        _ body: (IOVectors) throws -> R
    ) throws -> R {
        let pieces = unsafe [one, two].compactMap { piece in
            unsafe piece.baseAddress.map { unsafe IOVector(base: $0, byteCount: piece.count) }
        }
        return try unsafe pieces.withUnsafeBufferPointer { try unsafe body($0) }
    }

    @Test("all is written at an offset, and read from one to the file's end")
    func wholePieces() throws {
        let file = try file()
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 256) }
        try unsafe bytes.withUnsafeBytes { try unsafe file.borrowed.writeAll(from: $0, at: 3) }
        var read = [UInt8](repeating: 1, count: 100_010)
        let count = try unsafe read.withUnsafeMutableBytes {
            try unsafe file.borrowed.readAll(into: $0, at: 1)
        }
        #expect(count == 100_002)
        #expect(Array(read[..<count]) == [0, 0] + bytes)
        #expect(try file.borrowed.seek(0, whence: 1) == 0)
    }

    @Test("sizes, seeks and times are what was set")
    func status() throws {
        let file = try file()
        try file.borrowed.setSize(1000)
        #expect(try file.borrowed.seek(-1, whence: 2) == 999)
        try file.borrowed.setTimes(access: .set(nanoseconds: 5_000_000_001), modification: .keep)
        let status = try file.borrowed.status()
        #expect(status.kind == .regularFile)
        #expect(status.sizeBytes == 1000)
        #expect(status.accessTime == 5_000_000_001)
        #expect(status.modificationTime > 5_000_000_001)
        try file.borrowed.allocate(offset: 0, byteCount: 5000)
        #expect(try file.borrowed.status().sizeBytes == 5000)
    }

    @Test("names are made, moved, linked, read and removed in their directory")
    func names() throws {
        let place = directory.descriptor.borrowed
        _ = try file("a")
        try place.makeDirectory("d")
        let inner = try place.open("d", .directory)
        try place.rename("a", to: inner.borrowed, as: "b")
        try inner.borrowed.link("b", to: place, as: "c")
        #expect(try place.status(of: "c").linkCount == 2)
        try place.makeSymbolicLink("s", to: "d/b")
        #expect(try place.readLink("s") == Array("d/b".utf8))
        #expect(throws: Errno.EEXIST) { try place.makeDirectory("d") }
        #expect(throws: Errno.ENOTEMPTY) { try place.removeDirectory("d") }
        #expect(throws: Errno.EISDIR) { try place.unlink("d") }
        try inner.borrowed.unlink("b")
        try place.removeDirectory("d")
        #expect(throws: Errno.ENOENT) { _ = try place.status(of: "d") }
    }

    @Test("directory records name every entry")
    func records() throws {
        let place = directory.descriptor.borrowed
        for index in 0..<50 { _ = try file(try #require(PathName("entry-\(index)"))) }
        let listing = try place.open(".", .directory)
        var names: Set<String> = []
        var buffer = [UInt8](repeating: 0, count: 512)
        while true {
            let count = try unsafe buffer.withUnsafeMutableBytes { bytes in
                try unsafe listing.borrowed.readDirectory(into: bytes)
            }
            if count == 0 { break }
            var offset = 0
            while offset < count {
                let record = try #require(DirectoryRecord(in: buffer, at: offset, end: count))
                names.insert(String(decoding: record.name, as: UTF8.self))
                offset += record.recordByteCount
            }
        }
        #expect(names == Set((0..<50).map { "entry-\($0)" } + [".", ".."]))
    }

    @Test("a record that does not fit in what the kernel returned is refused")
    func badRecords() {
        var bytes = [UInt8](repeating: 0, count: 32)
        #expect(DirectoryRecord(in: bytes, at: 0, end: 32) == nil)
        bytes[16] = 33
        #expect(DirectoryRecord(in: bytes, at: 0, end: 32) == nil)
        bytes[16] = 32
        #expect(DirectoryRecord(in: bytes, at: 0, end: 31) == nil)
        #expect(DirectoryRecord(in: bytes, at: 0, end: 32) != nil)
        #expect(DirectoryRecord(in: bytes, at: 20, end: 32) == nil)
        #expect(DirectoryRecord(in: bytes, at: -1, end: 32) == nil)
    }

    @Test("a waiting thread ends when the interruption trips")
    func interruption() async throws {
        let interruption = try Interruption()
        let waiting = Task.detached { () -> PollEvents in
            var entries = [PollEntry(interruption.descriptor, .readable)]
            while try poll(&entries, timeoutNanoseconds: nil) == 0 {}
            return entries[0].occurred
        }
        #expect(interruption.reason() == nil)
        interruption.trip()
        #expect(try await waiting.value.contains(.readable))
        #expect(interruption.reason() == .requested)
        let late = try Interruption(deadlineNanoseconds: SystemClockID.monotonic.nanoseconds)
        #expect(late.reason() == .deadline)
    }

    @Test("random bytes differ, wiped bytes are zero")
    func randomAndWipe() throws {
        var bytes = try SystemRandom.bytes(64)
        #expect(bytes != (try SystemRandom.bytes(64)))
        wipe(&bytes)
        #expect(bytes == [UInt8](repeating: 0, count: 64))
    }

    @Test("a futex wait returns at once when the word differs, and times out when it does not")
    func futex() throws {
        var word: UInt32 = 7
        let different = try unsafe Futex.wait(&word, expected: 8, timeoutNanoseconds: nil)
        #expect(different == .notEqual)
        let same = try unsafe Futex.wait(&word, expected: 7, timeoutNanoseconds: 1000)
        #expect(same == .timedOut)
        #expect(try unsafe Futex.wake(&word, count: 5) == 0)
    }
}
