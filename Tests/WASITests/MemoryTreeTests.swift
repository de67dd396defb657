import Testing

@testable import WASI

@Suite("Memory trees")
struct MemoryTreeTests {
    private func guest(
        limitBytes: UInt64
    ) throws -> (guest: Guest, tree: MemoryTree) {
        let tree = MemoryTree(limitBytes: limitBytes) { 0 }
        return (try Guest { $0.preopens = [("/", tree.root())] }, tree)
    }

    @Test("the budget bounds contents; what fits is written, then nothing")
    func contentsBudget() throws {
        let (guest, tree) = try guest(limitBytes: 64 << 10)
        let file = try guest.open("file", .creat)
        let text = String(repeating: "x", count: 100_000)
        let written = try guest.write(file, text)
        #expect(written > 50_000)
        #expect(written < 64 << 10)
        let vectors = try guest.vectors([guest.place([1])])
        #expect(try guest.call("fd_write", file, vectors, 1, guest.result) == .nospc)
        #expect(try guest.status(of: file).sizeBytes == UInt64(written))
        #expect(tree.usedBytes <= 64 << 10)
        try guest.must("fd_filestat_set_size", file, 0)
        #expect(try guest.write(file, "again") == 5)
        #expect(try guest.call("fd_allocate", file, 0, 1 << 30) == .nospc)
    }

    @Test("growing without writing costs nothing, at any size")
    func sparse() throws {
        let (guest, tree) = try guest(limitBytes: 64 << 10)
        let file = try guest.open("file", .creat)
        try guest.must("fd_filestat_set_size", file, 1 << 45)
        let used = tree.usedBytes
        let vectors = try guest.vectors([guest.place([7])])
        try guest.must("fd_pwrite", file, vectors, 1, 1 << 44, guest.result)
        #expect(tree.usedBytes == used + 4096)
        #expect(try guest.status(of: file).sizeBytes == 1 << 45)
        #expect(try guest.call("fd_filestat_set_size", file, 1 << 47) == .fbig)
        #expect(try guest.call("fd_pwrite", file, vectors, 1, 1 << 50, guest.result) == .fbig)
        #expect(
            try guest.call("fd_pwrite", file, vectors, 1, UInt64.max, guest.result) == .inval)
    }

    @Test("names, nodes and links count too, and all of it comes back")
    func metadataBudget() throws {
        let (guest, tree) = try guest(limitBytes: 40_000)
        let empty = tree.usedBytes
        var made = 0
        while try guest.onPath("path_create_directory", "directory-\(made)") == .success {
            made += 1
        }
        #expect((50...110).contains(made))
        #expect(try guest.onPath("path_create_directory", "more") == .nospc)
        #expect(try guest.symlink(String(repeating: "t", count: 3000), "s") == .nospc)
        for index in 0..<made {
            #expect(try guest.onPath("path_remove_directory", "directory-\(index)") == .success)
        }
        #expect(tree.usedBytes == empty)
        #expect(try guest.symlink("target", "s") == .success)
        try guest.make("f", "text")
        #expect(try guest.link("f", "g") == .success)
        #expect(try guest.rename("g", "s") == .success)
        let open = try guest.open("f")
        #expect(try guest.onPath("path_unlink_file", "f") == .success)
        #expect(try guest.onPath("path_unlink_file", "s") == .success)
        #expect(tree.usedBytes > empty)
        try guest.must("fd_close", open)
        #expect(tree.usedBytes == empty)
    }

    @Test("a chain of directories of any depth is walked and freed without recursion")
    func deep() throws {
        let (guest, _) = try guest(limitBytes: 1 << 26)
        var fd: UInt64 = 3
        for depth in 0..<60_000 {
            guard try guest.onPath("path_create_directory", "d", fd: fd) == .success else { break }
            let next = try guest.openDirectory("d", fd: fd)
            if fd != 3 { try guest.must("fd_close", fd) }
            fd = next
            if depth % 1000 == 0 { guest.reuseRooms() }
        }
        try guest.make("bottom", "here", fd: fd)
        #expect(try guest.text("bottom", fd: fd) == "here")
    }

    @Test("link counts of directories count the directories in them")
    func linkCounts() throws {
        let (guest, _) = try guest(limitBytes: 1 << 20)
        #expect(try guest.status(of: 3).linkCount == 2)
        for name in ["a", "b", "a/c"] {
            #expect(try guest.onPath("path_create_directory", name) == .success)
        }
        #expect(try guest.status(of: 3).linkCount == 4)
        #expect(try guest.status("a").1.linkCount == 3)
        #expect(try guest.rename("a/c", "b/c") == .success)
        #expect(try guest.status("a").1.linkCount == 2)
        #expect(try guest.status("b").1.linkCount == 3)
        #expect(try guest.rename("b/c", "a") == .success)
        #expect(try guest.status(of: 3).linkCount == 4)
        #expect(try guest.onPath("path_remove_directory", "a") == .success)
        #expect(try guest.status(of: 3).linkCount == 3)
    }

    @Test("a directory that moved knows its new parent; a removed one has none")
    func parents() throws {
        let (guest, _) = try guest(limitBytes: 1 << 20)
        for name in ["a", "a/d", "b"] {
            #expect(try guest.onPath("path_create_directory", name) == .success)
        }
        #expect(try guest.symlink("a/d/..", "up") == .success)
        #expect(try guest.rename("a/d", "b/d") == .success)
        try guest.make("b/here", "b")
        #expect(try guest.text("b/d/../here") == "b")
        #expect(try guest.status("up").0 == .noent)
    }

    @Test("contents are those of a model under random operations")
    func model() throws {
        let (guest, tree) = try guest(limitBytes: 1 << 22)
        let file = try guest.open("file", .creat)
        var random = SystemRandomNumberGenerator()
        var model: [UInt8] = []
        for _ in 0..<400 {
            let offset = Int.random(in: 0..<40_000, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let size = Int.random(in: 0..<45_000, using: &random)
                try guest.must("fd_filestat_set_size", file, UInt64(size))
                model = Array(
                    (model + [UInt8](repeating: 0, count: max(0, size - model.count)))[..<size])
            case 1:
                let bytes = (0..<Int.random(in: 1..<9000, using: &random)).map { _ in
                    UInt8.random(in: 1...255, using: &random)
                }
                let vectors = try guest.vectors([guest.place(bytes)])
                try guest.must("fd_pwrite", file, vectors, 1, UInt64(offset), guest.result)
                let end = offset + bytes.count
                model += [UInt8](repeating: 0, count: max(0, end - model.count))
                model.replaceSubrange(offset..<end, with: bytes)
            default:
                let buffer = guest.room(9000)
                try guest.must(
                    "fd_pread", file, guest.vectors([(buffer, 9000)]), 1, UInt64(offset),
                    guest.result)
                let count = Int(try guest.load(UInt32.self, guest.result))
                let expected = offset < model.count ? Array(model[offset...].prefix(9000)) : []
                #expect(try guest.bytes(buffer, count) == expected)
            }
            guest.reuseRooms()
            #expect(try guest.status(of: file).sizeBytes == UInt64(model.count))
        }
        #expect(tree.usedBytes < 1 << 17)
    }
}
