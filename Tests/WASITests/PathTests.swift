import Testing

@testable import WASI

@Suite("Paths, on every file system")
struct PathTests {
    @Test("files open as their flags say", arguments: Backend.allCases)
    func openFlags(backend: Backend) throws {
        let guest = try backend.guest()
        #expect(try guest.tryOpen("file").0 == .noent)
        try guest.make("file", "text")
        #expect(try guest.onPath("path_create_directory", "dir") == .success)
        #expect(try guest.tryOpen("file", [.creat, .excl]).0 == .exist)
        #expect(try guest.tryOpen("dir", [.creat, .excl]).0 == .exist)
        #expect(try guest.tryOpen("file", .directory).0 == .notdir)
        #expect(try guest.tryOpen("new", [.creat, .directory]).0 == .inval)
        #expect(try guest.tryOpen("dir").0 == .isdir)
        #expect(try guest.tryOpen("dir", .trunc, rights: .fdRead).0 == .isdir)
        #expect(try guest.tryOpen("dir", .creat, rights: .fdRead).0 == .isdir)
        #expect(try guest.tryOpen("dir", rights: .fdRead).0 == .success)
        #expect(try guest.tryOpen("new/", .creat).0 == .isdir)
        #expect(try guest.tryOpen("missing/new", .creat).0 == .noent)
        #expect(try guest.tryOpen("file/new", .creat).0 == .notdir)
        let truncated = try guest.open("file", .trunc)
        #expect(try guest.status(of: truncated).sizeBytes == 0)
        #expect(try guest.call("path_open", 3, 2, 0, 1, 0, 0, 0, 0, guest.result) == .inval)
        #expect(try guest.call("path_open", 3, 0, 0, 1, 16, 0, 0, 0, guest.result) == .inval)
        #expect(try guest.call("path_open", 3, 0, 0, 1, 0, 0, 0, 32, guest.result) == .inval)
    }

    @Test("paths that are interesting", arguments: Backend.allCases)
    func interestingPaths(backend: Backend) throws {
        let guest = try backend.guest()
        #expect(try guest.onPath("path_create_directory", "dir") == .success)
        #expect(try guest.onPath("path_create_directory", "dir/nested/") == .success)
        try guest.make("dir/nested/file", "text")
        let expected: [(String, WASIErrno)] = [
            ("dir/nested/file", .success),
            ("dir/.//nested/../../dir/nested/../nested///./file", .success),
            ("./dir/nested/file", .success),
            ("/dir/nested/file", .perm), ("/", .perm),
            ("../dir/nested/file", .perm), ("dir/nested/../../../dir/nested/file", .perm),
            ("dir/nested/file/", .notdir), ("dir/nested/file/.", .notdir),
            ("dir/nested/file/..", .notdir), ("dir/nested/file///", .notdir),
            ("dir/nested/file\0", .inval), ("\0", .inval), ("", .noent),
            ("dir/missing/../nested/file", .noent),
            (String(repeating: "a", count: 255), .noent),
            (String(repeating: "a", count: 256), .nametoolong),
            (String(repeating: "a/", count: 3000), .nametoolong),
        ]
        for (path, errno) in expected {
            #expect(try guest.tryOpen(path).0 == errno, "\(path.prefix(60).debugDescription)")
            #expect(try guest.status(path).0 == errno, "\(path.prefix(60).debugDescription)")
        }
        let (address, count) = try guest.place([0x66, 0xff])
        #expect(
            try guest.call("path_filestat_get", 3, 0, address, count, guest.result) == .ilseq)
        #expect(try guest.status("dir/nested/..").1.kind == .directory)
        #expect(try guest.status(".").1.inode == (try guest.status(of: 3)).inode)
    }

    @Test(
        "a descriptor for a deeper directory does not reach above it", arguments: Backend.allCases)
    func subdirectories(backend: Backend) throws {
        let guest = try backend.guest()
        #expect(try guest.onPath("path_create_directory", "a") == .success)
        #expect(try guest.onPath("path_create_directory", "a/b") == .success)
        try guest.make("top", "secret")
        try guest.make("a/in", "inside")
        let directory = try guest.openDirectory("a")
        #expect(try guest.text("in", fd: directory) == "inside")
        #expect(try guest.text("b/../in", fd: directory) == "inside")
        #expect(try guest.tryOpen("../top", fd: directory).0 == .perm)
        #expect(try guest.tryOpen("b/../../top", fd: directory).0 == .perm)
        #expect(try guest.status("..", fd: directory).0 == .perm)
        #expect(try guest.onPath("path_create_directory", "../x", fd: directory) == .perm)
        #expect(try guest.onPath("path_unlink_file", "../top", fd: directory) == .perm)
        #expect(try guest.rename("../top", "here", fd: directory, to: directory) == .perm)
        #expect(try guest.link("../top", "here", fd: directory, to: directory) == .perm)
        #expect(try guest.symlink("../top", "up", fd: directory) == .success)
        #expect(try guest.tryOpen("up", fd: directory).0 == .perm)
        #expect(try guest.text("a/up") == "secret")
    }

    @Test(
        "symbolic links are followed inside, and only when asked for", arguments: Backend.allCases)
    func symbolicLinks(backend: Backend) throws {
        let guest = try backend.guest()
        #expect(try guest.onPath("path_create_directory", "dir") == .success)
        try guest.make("dir/file", "text")
        #expect(try guest.symlink("dir/file", "direct") == .success)
        #expect(try guest.symlink("dir", "toDir") == .success)
        #expect(try guest.symlink("../direct", "dir/back") == .success)
        #expect(try guest.symlink("loop", "loop") == .success)
        #expect(try guest.symlink("missing", "dangling") == .success)
        #expect(try guest.symlink("../outside", "out") == .success)
        #expect(try guest.symlink("/absolute", "abs") == .perm)
        #expect(try guest.symlink("", "empty") == .noent)
        #expect(try guest.symlink("x", "direct") == .exist)
        #expect(try guest.symlink("x", "new/") == .noent)
        #expect(try guest.text("direct") == "text")
        #expect(try guest.text("toDir/file") == "text")
        #expect(try guest.text("toDir/back") == "text")
        #expect(try guest.tryOpen("direct", follow: false).0 == .loop)
        #expect(try guest.tryOpen("loop").0 == .loop)
        #expect(try guest.tryOpen("dangling").0 == .noent)
        #expect(try guest.tryOpen("out").0 == .perm)
        #expect(
            try guest.tryOpen("toDir", .directory, rights: .fdReaddir, follow: false).0 == .notdir)
        #expect(try guest.tryOpen("dangling", [.creat, .excl]).0 == .exist)
        #expect(try guest.tryOpen("dangling", .creat).0 == .success)
        #expect(try guest.status("missing").1.kind == .regularFile)
        #expect(try guest.status("direct", follow: false).1.kind == .symbolicLink)
        #expect(try guest.status("direct", follow: false).1.sizeBytes == 8)
        #expect(try guest.status("direct").1.kind == .regularFile)
        #expect(try guest.status("toDir/", follow: false).1.kind == .directory)
        #expect(try guest.status("direct/", follow: false).0 == .notdir)
        #expect(try guest.onPath("path_unlink_file", "toDir/") == .notdir)
        #expect(try guest.onPath("path_remove_directory", "toDir") == .notdir)
        #expect(try guest.onPath("path_unlink_file", "toDir") == .success)
        #expect(try guest.status("dir").0 == .success)
    }

    @Test("the text of a link is read, cut to the room", arguments: Backend.allCases)
    func readsLinks(backend: Backend) throws {
        let guest = try backend.guest()
        #expect(try guest.symlink("some/place", "link") == .success)
        try guest.make("file")
        let (path, count) = try guest.place(Array("link".utf8))
        let buffer = guest.room(32)
        try guest.must("path_readlink", 3, path, count, buffer, 32, guest.result)
        #expect(try guest.load(UInt32.self, guest.result) == 10)
        #expect(try guest.bytes(buffer, 10) == Array("some/place".utf8))
        try guest.must("path_readlink", 3, path, count, buffer, 4, guest.result)
        #expect(try guest.load(UInt32.self, guest.result) == 4)
        let (file, fileCount) = try guest.place(Array("file".utf8))
        #expect(
            try guest.call("path_readlink", 3, file, fileCount, buffer, 32, guest.result) == .inval)
    }

    @Test("directories are made and removed", arguments: Backend.allCases)
    func directories(backend: Backend) throws {
        let guest = try backend.guest()
        #expect(try guest.onPath("path_create_directory", "d") == .success)
        #expect(try guest.onPath("path_create_directory", "d") == .exist)
        #expect(try guest.onPath("path_create_directory", ".") == .exist)
        #expect(try guest.onPath("path_create_directory", "d/..") == .exist)
        #expect(try guest.onPath("path_create_directory", "x/y") == .noent)
        try guest.make("d/f")
        #expect(try guest.onPath("path_create_directory", "d/f") == .exist)
        #expect(try guest.onPath("path_create_directory", "d/f/x") == .notdir)
        #expect(try guest.onPath("path_remove_directory", "d") == .notempty)
        #expect(try guest.onPath("path_remove_directory", "d/f") == .notdir)
        #expect(try guest.onPath("path_remove_directory", "d/.") == .inval)
        #expect(try guest.onPath("path_unlink_file", "d") == .isdir)
        #expect(try guest.onPath("path_unlink_file", "d/") == .isdir)
        #expect(try guest.onPath("path_unlink_file", ".") == .isdir)
        #expect(try guest.onPath("path_unlink_file", "d/f/") == .notdir)
        #expect(try guest.onPath("path_unlink_file", "d/f") == .success)
        #expect(try guest.onPath("path_unlink_file", "d/f") == .noent)
        let inside = try guest.openDirectory("d")
        #expect(try guest.onPath("path_remove_directory", "d/") == .success)
        #expect(try guest.onPath("path_remove_directory", "d") == .noent)
        #expect(try guest.tryOpen("new", .creat, fd: inside).0 == .noent)
        #expect(try guest.onPath("path_create_directory", "new", fd: inside) == .noent)
    }

    @Test("hard links are other names of the same file", arguments: Backend.allCases)
    func hardLinks(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("file", "text")
        #expect(try guest.onPath("path_create_directory", "d") == .success)
        #expect(try guest.link("file", "d/other") == .success)
        #expect(try guest.status("file").1.linkCount == 2)
        #expect(try guest.status("file").1.inode == (try guest.status("d/other")).1.inode)
        #expect(try guest.link("file", "d/other") == .exist)
        #expect(try guest.link("missing", "x") == .noent)
        #expect(try guest.link("d", "x") == .perm)
        #expect(try guest.link("file", "x/") == .noent)
        #expect(try guest.link("file/", "x") == .notdir)
        #expect(try guest.symlink("file", "s") == .success)
        #expect(try guest.link("s", "s2") == .success)
        #expect(try guest.status("s2", follow: false).1.kind == .symbolicLink)
        let (a, b) = (try guest.place([0x73]), try guest.place([0x74]))
        #expect(
            try guest.call("path_link", 3, 1, a.address, a.count, 3, b.address, b.count) == .inval)
        #expect(try guest.onPath("path_unlink_file", "file") == .success)
        #expect(try guest.text("d/other") == "text")
        #expect(try guest.status("d/other").1.linkCount == 1)
    }

    @Test("renaming keeps to the rules of POSIX", arguments: Backend.allCases)
    func renames(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("f", "f")
        try guest.make("g", "g")
        for name in ["d", "e", "e/full"] {
            #expect(try guest.onPath("path_create_directory", name) == .success)
        }
        #expect(try guest.rename("missing", "x") == .noent)
        #expect(try guest.rename("f", "g") == .success)
        #expect(try guest.text("g") == "f")
        #expect(try guest.status("f").0 == .noent)
        #expect(try guest.rename("g", "d") == .isdir)
        #expect(try guest.rename("d", "g") == .notdir)
        #expect(try guest.rename("d", "e") == .notempty)
        #expect(try guest.rename("e", "e/full/x") == .inval)
        #expect(try guest.rename("e", "e") == .success)
        #expect(try guest.rename("g/", "h") == .notdir)
        #expect(try guest.rename("g", "h/") == .notdir)
        #expect(try guest.rename(".", "h") == .busy)
        #expect(try guest.rename("d/", "moved/") == .success)
        #expect(try guest.rename("e", "moved") == .success)
        #expect(try guest.status("moved/full").1.kind == .directory)
        #expect(try guest.link("g", "same") == .success)
        #expect(try guest.rename("g", "same") == .success)
        #expect(try guest.status("g").0 == .success)
        let directory = try guest.openDirectory("moved/full")
        #expect(try guest.rename("g", "deep", to: directory) == .success)
        #expect(try guest.text("moved/full/deep") == "f")
        #expect(try guest.rename("moved", "moved/full/x") == .inval)
        #expect(try guest.symlink("moved", "s") == .success)
        #expect(try guest.rename("s", "t") == .success)
        #expect(try guest.status("t", follow: false).1.kind == .symbolicLink)
    }

    @Test("listing shows every entry once, through any buffer", arguments: Backend.allCases)
    func lists(backend: Backend) throws {
        let guest = try backend.guest()
        var expected: Set<String> = [".", ".."]
        for index in 0..<60 {
            let name = "entry-\(index)-" + String(repeating: "x", count: index)
            try guest.make(name)
            expected.insert(name)
        }
        let directory = try guest.openDirectory(".")
        for size in [110, 128, 500, 4096, 100_000] {
            let names = try guest.names(directory, bufferByteCount: size)
            #expect(names.count == expected.count)
            #expect(Set(names) == expected)
        }
        let kinds = Dictionary(
            try guest.list(directory, bufferByteCount: 16_384).map { ($0.name, $0.kind) },
            uniquingKeysWith: { first, _ in first })
        #expect(kinds["."] == FileKind.directory.rawValue)
        #expect(kinds["entry-0-"] == FileKind.regularFile.rawValue)
        #expect(try guest.list(directory, bufferByteCount: 0).isEmpty)
        #expect(try guest.list(directory, bufferByteCount: 20).isEmpty)
        #expect(try guest.load(UInt32.self, guest.result) == 20)
        #expect(
            try guest.call("fd_readdir", directory, 0, 1 << 21, 0, guest.result) == .fault)
    }

    @Test("a cookie stays good while entries come and go", arguments: Backend.allCases)
    func cookies(backend: Backend) throws {
        let guest = try backend.guest()
        for index in 0..<40 { try guest.make("f\(index)") }
        let directory = try guest.openDirectory(".")
        var seen: [String] = []
        var cookie: UInt64 = 0
        while true {
            let entries = try guest.list(directory, from: cookie, bufferByteCount: 100)
            guard let last = entries.last else { break }
            for entry in entries where entry.name.hasPrefix("f") {
                seen.append(entry.name)
                // Removing what was seen must not make others be skipped.
                #expect(try guest.onPath("path_unlink_file", entry.name) == .success)
            }
            cookie = last.cookie
        }
        #expect(seen.count == 40)
        #expect(Set(seen).count == 40)
        #expect(try guest.names(directory).filter { $0.hasPrefix("f") } == [])
    }

    @Test("a read-only tree can be read and not changed", arguments: Backend.allCases)
    func readOnly(backend: Backend) throws {
        let guest = try backend.guest(
            readOnly: true,
            prepare: {
                try $0.make("f", "text")
                #expect(try $0.onPath("path_create_directory", "d") == .success)
            })
        #expect(try guest.tryOpen("f").0 == .rofs)
        let file = try guest.open("f", rights: [.fdRead, .fdSeek, .fdFilestatGet])
        #expect(try guest.read(file, 10) == Array("text".utf8))
        #expect(try guest.tryOpen("new", .creat, rights: .fdRead).0 == .rofs)
        #expect(try guest.tryOpen("f", .trunc, rights: .fdRead).0 == .rofs)
        #expect(try guest.onPath("path_create_directory", "x") == .rofs)
        #expect(try guest.onPath("path_unlink_file", "f") == .rofs)
        #expect(try guest.onPath("path_remove_directory", "d") == .rofs)
        #expect(try guest.rename("f", "g") == .rofs)
        #expect(try guest.link("f", "g") == .rofs)
        #expect(try guest.symlink("f", "g") == .rofs)
        #expect(try guest.call("fd_filestat_set_times", 3, 0, 0, 10) == .rofs)
        let inner = try guest.openDirectory("d")
        #expect(try guest.tryOpen("new", .creat, fd: inner, rights: .fdRead).0 == .rofs)
        #expect(try guest.names().sorted() == [".", "..", "d", "f"])
    }
}
