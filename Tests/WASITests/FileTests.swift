import Testing

@testable import WASI

@Suite("Files, on every file system")
struct FileTests {
    @Test(
        "what is written is read, from offsets of its own and given ones",
        arguments: Backend.allCases)
    func readsAndWrites(backend: Backend) throws {
        let guest = try backend.guest()
        let file = try guest.open("file", .creat)
        #expect(try guest.write(file, "hello ") == 6)
        let pieces = try guest.vectors([
            guest.place(Array("wor".utf8)), (0, 0), guest.place(Array("ld".utf8)),
        ])
        try guest.must("fd_write", file, pieces, 3, guest.result)
        #expect(try guest.load(UInt32.self, guest.result) == 5)
        try guest.must("fd_tell", file, guest.result)
        #expect(try guest.load(UInt64.self, guest.result) == 11)
        #expect(try guest.read(file, 10) == [])
        try guest.must("fd_seek", file, UInt64(bitPattern: -5), 2, guest.result)
        #expect(try guest.read(file, 3) == Array("wor".utf8))
        let buffer = guest.room(16)
        try guest.must(
            "fd_pread", file, guest.vectors([(buffer, 2), (buffer + 8, 8)]), 2, 4, guest.result)
        #expect(try guest.load(UInt32.self, guest.result) == 7)
        #expect(try guest.bytes(buffer, 2) == Array("o ".utf8))
        #expect(try guest.bytes(buffer + 8, 5) == Array("world".utf8))
        #expect(try guest.read(file, 10) == Array("ld".utf8))
    }

    @Test(
        "a hole reads as zeros, and a cut file has lost what was cut", arguments: Backend.allCases)
    func holes(backend: Backend) throws {
        let guest = try backend.guest()
        let file = try guest.open("file", .creat)
        let text = try guest.vectors([guest.place(Array("end".utf8))])
        try guest.must("fd_pwrite", file, text, 1, 100_000, guest.result)
        #expect(try guest.status(of: file).sizeBytes == 100_003)
        #expect(try guest.read(file, 5000) == [UInt8](repeating: 0, count: 5000))
        try guest.must("fd_filestat_set_size", file, 100_001)
        try guest.must("fd_filestat_set_size", file, 100_010)
        try guest.must("fd_seek", file, 100_000, 0, guest.result)
        #expect(try guest.read(file, 20) == Array("e".utf8) + [UInt8](repeating: 0, count: 9))
        try guest.must("fd_allocate", file, 100_000, 5000)
        #expect(try guest.status(of: file).sizeBytes == 105_000)
        #expect(try guest.call("fd_allocate", file, 0, 0) == .inval)
        #expect(try guest.call("fd_allocate", file, UInt64.max, 2) == .fbig)
        #expect(try guest.call("fd_filestat_set_size", file, UInt64.max) == .fbig)
    }

    @Test("appending writes at the end, except at a given offset", arguments: Backend.allCases)
    func appends(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("file", "0123456789")
        let file = try guest.open("file", flags: .append)
        #expect(try guest.write(file, "ab") == 2)
        let text = try guest.vectors([guest.place(Array("XY".utf8))])
        try guest.must("fd_pwrite", file, text, 1, 1, guest.result)
        #expect(try guest.write(file, "cd") == 2)
        #expect(try guest.text("file") == "0XY3456789abcd")
        try guest.must("fd_fdstat_set_flags", file, 0)
        try guest.must("fd_seek", file, 0, 0, guest.result)
        #expect(try guest.write(file, "z") == 1)
        #expect(try guest.text("file") == "zXY3456789abcd")
        try guest.must("fd_fdstat_set_flags", file, UInt64(FdFlags.append.rawValue))
        try guest.must("fd_seek", file, 0, 0, guest.result)
        #expect(try guest.write(file, "!") == 1)
        #expect(try guest.text("file") == "zXY3456789abcd!")
        #expect(try guest.call("fd_fdstat_set_flags", file, 32) == .inval)
    }

    @Test("seeking outside is refused and changes nothing", arguments: Backend.allCases)
    func seeks(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("file", "0123456789")
        let file = try guest.open("file")
        #expect(
            try guest.call("fd_seek", file, UInt64(bitPattern: -1), 0, guest.result) == .inval)
        #expect(
            try guest.call("fd_seek", file, UInt64(bitPattern: -11), 2, guest.result) == .inval)
        #expect(try guest.call("fd_seek", file, 0, 3, guest.result) == .inval)
        #expect(try guest.call("fd_seek", file, 0, 256, guest.result) == .inval)
        try guest.must("fd_seek", file, 1 << 40, 0, guest.result)
        #expect(try guest.read(file, 5) == [])
        try guest.must("fd_seek", file, 4, 0, guest.result)
        #expect(try guest.read(file, 2) == Array("45".utf8))
    }

    @Test("times are what was set, or now", arguments: Backend.allCases)
    func times(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("file")
        let file = try guest.open("file")
        try guest.must("fd_filestat_set_times", file, 1_000_000_001, 2_000_000_002, 5)
        var status = try guest.status(of: file)
        #expect(status.accessTime == 1_000_000_001)
        #expect(status.modificationTime == 2_000_000_002)
        let (path, count) = try guest.place(Array("file".utf8))
        try guest.must("path_filestat_set_times", 3, 0, path, count, 7, 0, 1 | 8)
        status = try guest.status(of: file)
        #expect(status.accessTime == 7)
        #expect(status.modificationTime > 1_000_000_000_000_000_000)
        for flags: UInt64 in [3, 12, 16, 1 << 16] {
            #expect(try guest.call("fd_filestat_set_times", file, 0, 0, flags) == .inval)
        }
        #expect(try guest.symlink("file", "link") == .success)
        let (link, linkCount) = try guest.place(Array("link".utf8))
        try guest.must("path_filestat_set_times", 3, 0, link, linkCount, 11, 12, 5)
        #expect(try guest.status("link", follow: false).1.modificationTime == 12)
        #expect(try guest.status("link").1.accessTime == 7)
        try guest.must("path_filestat_set_times", 3, 1, link, linkCount, 13, 14, 5)
        #expect(try guest.status("file").1.modificationTime == 14)
    }

    @Test("an unlinked file lives on while it is open", arguments: Backend.allCases)
    func unlinkedFile(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("file", "text")
        let file = try guest.open("file")
        #expect(try guest.onPath("path_unlink_file", "file") == .success)
        #expect(try guest.status("file").0 == .noent)
        #expect(try guest.status(of: file).linkCount == 0)
        #expect(try guest.read(file, 10) == Array("text".utf8))
        #expect(try guest.write(file, "more") == 4)
        #expect(try guest.status(of: file).sizeBytes == 8)
        try guest.make("file", "new")
        #expect(try guest.text("file") == "new")
    }

    @Test("advice, syncs and flags that promise durability are taken", arguments: Backend.allCases)
    func advice(backend: Backend) throws {
        let guest = try backend.guest()
        let file = try guest.open("file", .creat, flags: [.dsync, .sync, .rsync])
        #expect(try guest.write(file, "kept") == 4)
        for advice in UInt64(0)..<6 {
            try guest.must("fd_advise", file, 0, 100, advice)
        }
        #expect(try guest.call("fd_advise", file, 0, 100, 6) == .inval)
        #expect(try guest.call("fd_advise", file, 1 << 63, 100, 0) == .inval)
        try guest.must("fd_sync", file)
        try guest.must("fd_datasync", file)
        try guest.must("fd_sync", 3)
    }

    @Test("what a directory is not for is refused", arguments: Backend.allCases)
    func directoriesAreNoFiles(backend: Backend) throws {
        let guest = try backend.guest()
        let vectors = try guest.vectors([guest.place([1])])
        #expect(try guest.call("fd_read", 3, vectors, 1, guest.result) == .badf)
        #expect(try guest.call("fd_write", 3, vectors, 1, guest.result) == .badf)
        #expect(try guest.call("fd_pread", 3, vectors, 1, 0, guest.result) == .badf)
        #expect(try guest.call("fd_pwrite", 3, vectors, 1, 0, guest.result) == .badf)
        #expect(try guest.call("fd_seek", 3, 0, 0, guest.result) == .badf)
        #expect(try guest.call("fd_filestat_set_size", 3, 0) == .badf)
        #expect(try guest.call("fd_allocate", 3, 0, 1) == .badf)
        #expect(try guest.call("fd_advise", 3, 0, 0, 0) == .badf)
        try guest.make("file")
        let file = try guest.open("file")
        #expect(try guest.onPath("path_create_directory", "d", fd: file) == .notdir)
        #expect(try guest.tryOpen("x", .creat, fd: file).0 == .notdir)
        #expect(try guest.call("fd_readdir", file, 0, 100, 0, guest.result) == .notdir)
        #expect(try guest.call("fd_prestat_get", file, guest.result) == .badf)
        #expect(try guest.call("sock_recv", file, vectors, 1, 0, 0, 4) == .notsock)
    }

    @Test("the older snapshot has its own layouts", arguments: Backend.allCases)
    func unstable(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("file", "0123456789")
        guest.snapshot = "wasi_unstable"
        let file = try guest.open("file")
        try guest.must("fd_seek", file, 4, 2, guest.result)  // From the start.
        try guest.must("fd_seek", file, 1, 0, guest.result)  // From here.
        #expect(try guest.read(file, 2) == Array("56".utf8))
        try guest.must("fd_seek", file, UInt64(bitPattern: -1), 1, guest.result)  // From the end.
        #expect(try guest.read(file, 2) == Array("9".utf8))
        try guest.memory.store(UInt64(77), at: UInt32(guest.result) + 56)
        try guest.must("fd_filestat_get", file, guest.result)
        #expect(try guest.load(UInt8.self, guest.result, 16) == FileKind.regularFile.rawValue)
        #expect(try guest.load(UInt32.self, guest.result, 20) == 1)
        #expect(try guest.load(UInt64.self, guest.result, 24) == 10)
        #expect(try guest.load(UInt64.self, guest.result, 56) == 77)
    }
}
