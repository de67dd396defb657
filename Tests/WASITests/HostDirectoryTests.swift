import Foundation
import Platform
import Testing

@testable import WASI

@Suite("Host directories")
struct HostDirectoryTests {
    /// A guest that sees `inside` of a directory in which `outside` holds a secret.
    private func guest() throws -> (guest: Guest, directory: TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        let manager = FileManager.default
        for name in ["inside", "outside"] {
            try manager.createDirectory(
                atPath: directory.path + "/" + name, withIntermediateDirectories: false)
        }
        try "secret".write(
            toFile: directory.path + "/outside/file", atomically: false, encoding: .utf8)
        let path = try #require(PathName(directory.path + "/inside"))
        let guest = try Guest {
            $0.preopens = [("/", try HostDirectory(path: path, isReadOnly: false))]
        }
        return (guest, directory)
    }

    private func hostLink(_ directory: TemporaryDirectory, _ name: String, to target: String) throws
    {
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/inside/" + name, withDestinationPath: target)
    }

    @Test("links that the host put there do not lead out either")
    func hostLinks() throws {
        let (guest, directory) = try guest()
        try hostLink(directory, "up", to: "..")
        try hostLink(directory, "abs", to: directory.path + "/outside")
        try hostLink(directory, "file", to: "../outside/file")
        try hostLink(directory, "magic", to: "/proc/self/root")
        for path in ["up", "up/outside/file", "abs", "abs/file", "file", "magic", "magic/etc"] {
            #expect(try guest.tryOpen(path, rights: .fdRead).0 == .perm, "\(path)")
            #expect(try guest.status(path).0 == .perm, "\(path)")
        }
        for path in ["up/new", "abs/new", "magic/new"] {
            #expect(try guest.tryOpen(path, .creat).0 == .perm, "\(path)")
            #expect(try guest.onPath("path_create_directory", path) == .perm, "\(path)")
            #expect(try guest.symlink("x", path) == .perm, "\(path)")
            #expect(try guest.rename("file", path) == .perm, "\(path)")
            #expect(try guest.link("file", path) == .perm, "\(path)")
        }
        #expect(try guest.onPath("path_unlink_file", "up/outside/file") == .perm)
        #expect(try guest.onPath("path_remove_directory", "up/outside") == .perm)
        let (path, count) = try guest.place(Array("abs/file".utf8))
        #expect(try guest.call("path_filestat_set_times", 3, 1, path, count, 0, 0, 10) == .perm)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path + "/outside")
                == ["file"])
    }

    @Test("while the host swaps a directory for a link to the outside, nothing outside is touched")
    func race() async throws {
        let (guest, directory) = try guest()
        let base = directory.path + "/inside/"
        try FileManager.default.createDirectory(
            atPath: base + "trap", withIntermediateDirectories: false)
        try "plain".write(toFile: base + "trap/file", atomically: false, encoding: .utf8)
        try hostLink(directory, "link", to: "../outside")
        let stop = try Interruption()
        let swapper = Task.detached {
            while stop.reason() == nil {
                unsafe rename(base + "trap", base + "spare")
                unsafe rename(base + "link", base + "trap")
                unsafe rename(base + "trap", base + "link")
                unsafe rename(base + "spare", base + "trap")
            }
        }
        var readCount = 0
        for round in 0..<500 {
            if let file = try? guest.open("trap/file", rights: .fdRead) {
                #expect(try guest.read(file, 100) == Array("plain".utf8))
                readCount += 1
                try guest.must("fd_close", file)
            }
            _ = try guest.tryOpen("trap/new-\(round)", .creat)
            _ = try guest.onPath("path_create_directory", "trap/dir-\(round)")
            _ = try guest.onPath("path_unlink_file", "trap/new-\(round)")
            _ = try guest.rename("trap/dir-\(round)", "trap/moved-\(round)")
            for number in UInt64(4)..<8 { _ = try guest.call("fd_close", number) }
            guest.reuseRooms()
        }
        stop.trip()
        await swapper.value
        #expect(readCount > 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path + "/outside")
                == ["file"])
        #expect(
            try String(contentsOfFile: directory.path + "/outside/file", encoding: .utf8)
                == "secret")
    }

    @Test("what the guest writes is on the host, and the top's parent is not told")
    func visible() throws {
        let (guest, directory) = try guest()
        try guest.make("file", "text")
        #expect(
            try String(contentsOfFile: directory.path + "/inside/file", encoding: .utf8) == "text")
        let entries = try guest.list()
        let inodes = Dictionary(
            entries.map { ($0.name, $0.inode) }, uniquingKeysWith: { first, _ in first })
        #expect(inodes[".."] == inodes["."])
        #expect(inodes["."] == (try guest.status(of: 3)).inode)
        #expect(inodes["file"] == (try guest.status("file")).1.inode)
    }

    @Test("opening a named pipe does not wait")
    func namedPipe() throws {
        let (guest, directory) = try guest()
        #expect(unsafe mkfifo(directory.path + "/inside/fifo", 0o600) == 0)
        let reader = try guest.open("fifo", rights: [.fdRead, .fdFilestatGet])
        #expect(try guest.status(of: reader).kind == .unknown)
        #expect(try guest.tryOpen("fifo", rights: [.fdRead, .fdSeek]).0 == .success)
        let writer = try guest.open("fifo", rights: .fdWrite)
        #expect(try guest.write(writer, "through") == 7)
        #expect(try guest.read(reader, 10) == Array("through".utf8))
    }

    @Test("a name that is not UTF-8 is not shown")
    func foreignNames() throws {
        let (guest, directory) = try guest()
        let place = try BorrowedDescriptor.currentDirectory.open(
            try #require(PathName(directory.path + "/inside")), .directory)
        try place.borrowed.makeDirectory(try #require(PathName([0xff, 0xfe])))
        try place.borrowed.makeSymbolicLink("link", to: try #require(PathName([0xff])))
        #expect(try guest.names().sorted() == [".", "..", "link"])
        let (path, count) = try guest.place(Array("link".utf8))
        #expect(
            try guest.call("path_readlink", 3, path, count, 64, 64, guest.result) == .ilseq)
    }
}
