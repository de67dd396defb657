internal import GuestKit
internal import SwiftSuite

/// Files and directories through GuestKit's paths.
@main
struct Files {
    static func main() {
        var suite = Suite()
        files(&suite)
        directories(&suite)
        descriptors(&suite)
        suite.finish()
    }

    /// The preopened directory's name; the programs of the suite do not insist on one.
    static var root: String {
        let name = FileSystem.preopens.first?.name ?? "/work"
        return name == "/" ? "" : name
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func files(_ suite: inout Suite) {
        suite.test("FileSystem: what is written is read") { () throws(Errno) in
            try FileSystem.write(bytes("Grüße"), to: "\(root)/greeting")
            return holds(
                try FileSystem.read("\(root)/greeting") == bytes("Grüße"), "the same bytes")
        }
        suite.test("FileSystem: replacing makes a file shorter") { () throws(Errno) in
            try FileSystem.write(bytes("0123456789"), to: "\(root)/shorter")
            try FileSystem.write(bytes("ab"), to: "\(root)/shorter")
            return holds(try FileSystem.read("\(root)/shorter") == bytes("ab"), "ab")
        }
        suite.test("File: appending adds at the end") { () throws(Errno) in
            try FileSystem.write(bytes("one"), to: "\(root)/append")
            let file = try File("\(root)/append", .append)
            try file.descriptor.writeAll(" two")
            return holds(try FileSystem.read("\(root)/append") == bytes("one two"), "one two")
        }
        suite.test("File: createNew refuses what exists") { () throws(Errno) in
            try FileSystem.write([], to: "\(root)/exists")
            return throwing(.exist) { () throws(Errno) in _ = try File("\(root)/exists", .createNew)
            }
        }
        suite.test("File: reading what does not exist") { () throws(Errno) in
            throwing(.noent) { () throws(Errno) in _ = try File("\(root)/missing", .read) }
        }
        suite.test("File: writing through a file opened for reading") { () throws(Errno) in
            try FileSystem.write(bytes("kept"), to: "\(root)/kept")
            let file = try File("\(root)/kept", .read)
            return throwing(.badf, .notcapable) { () throws(Errno) in
                try file.descriptor.writeAll("x")
            }
        }
        suite.test("File: a megabyte in pieces") { () throws(Errno) in
            var content = [UInt8](repeating: 0, count: 1 << 20)
            for index in content.indices {
                content[index] = UInt8(truncatingIfNeeded: index &* 167)
            }
            try FileSystem.write(content, to: "\(root)/megabyte")
            return holds(try FileSystem.read("\(root)/megabyte") == content, "the same megabyte")
        }
        suite.test("File: closed when its value goes, 5,000 times") { () throws(Errno) in
            try FileSystem.write(bytes("x"), to: "\(root)/many")
            for _ in 0..<5000 {
                let file = try File("\(root)/many", .read)
                _ = try file.descriptor.tell()
            }
            return nil
        }
        suite.test("FileSystem: a name that starts with an accent") { () throws(Errno) in
            try FileSystem.createDirectory("\(root)/accents")
            try FileSystem.write(bytes("x"), to: "\(root)/accents/\u{301}a")
            let names = try FileSystem.entries(of: "\(root)/accents/").map { $0.name }
            return holds(names == ["\u{301}a"], "the accent's file")
        }
        suite.test("FileSystem: a path outside of every preopen") { () throws(Errno) in
            throwing(.notcapable, .perm) { () throws(Errno) in
                _ = try FileSystem.read("\(root)/../../etc/passwd")
            }
        }
    }

    private static func directories(_ suite: inout Suite) {
        suite.test("FileSystem: directories are made, listed and removed") { () throws(Errno) in
            try FileSystem.createDirectory("\(root)/folder")
            for name in ["b", "a", "c"] { try FileSystem.write([], to: "\(root)/folder/\(name)") }
            let names = try FileSystem.entries(of: "\(root)/folder").map { $0.name }.sorted()
            for name in names { try FileSystem.unlink("\(root)/folder/\(name)") }
            try FileSystem.removeDirectory("\(root)/folder")
            return holds(names == ["a", "b", "c"], "a, b, c")
        }
        suite.test("FileSystem: 600 entries need several reads") { () throws(Errno) in
            try FileSystem.createDirectory("\(root)/crowd")
            for number in 0..<600 {
                try FileSystem.write([], to: "\(root)/crowd/a-rather-long-name-\(number)")
            }
            let names = Set(try FileSystem.entries(of: "\(root)/crowd").map { $0.name })
            return holds(names.count == 600, "600 names, got \(names.count)")
        }
        suite.test("FileSystem: an entry's type and number") { () throws(Errno) in
            try FileSystem.createDirectory("\(root)/types")
            try FileSystem.createDirectory("\(root)/types/folder")
            try FileSystem.write([], to: "\(root)/types/file")
            try FileSystem.symlink("file", at: "\(root)/types/link")
            for entry in try FileSystem.entries(of: "\(root)/types") {
                let status = try FileSystem.status(
                    of: "\(root)/types/\(entry.name)", followLinks: false)
                guard entry.type == status.type, entry.inode == status.inode else {
                    return "what stat says of \(entry.name)"
                }
            }
            return nil
        }
        suite.test("FileSystem: renaming moves a directory with its files") { () throws(Errno) in
            try FileSystem.createDirectory("\(root)/old")
            try FileSystem.write(bytes("moved"), to: "\(root)/old/file")
            try FileSystem.rename("\(root)/old", to: "\(root)/new")
            return holds(try FileSystem.read("\(root)/new/file") == bytes("moved"), "moved")
        }
        suite.test("FileSystem: a link's text, and what it leads to") { () throws(Errno) in
            try FileSystem.write(bytes("target"), to: "\(root)/target")
            try FileSystem.symlink("target", at: "\(root)/link")
            guard try FileSystem.readLink("\(root)/link") == "target" else { return "target" }
            return holds(
                try FileSystem.read("\(root)/link") == bytes("target"), "the target's bytes")
        }
        suite.test("FileSystem: removing a directory that is not empty") { () throws(Errno) in
            try FileSystem.createDirectory("\(root)/full")
            try FileSystem.write([], to: "\(root)/full/file")
            return throwing(.notempty) { () throws(Errno) in
                try FileSystem.removeDirectory("\(root)/full")
            }
        }
    }

    private static func descriptors(_ suite: inout Suite) {
        suite.test("FileDescriptor: seek, tell, read and write at offsets") { () throws(Errno) in
            try FileSystem.write(bytes("0123456789"), to: "\(root)/seek")
            let file = try File("\(root)/seek", .update)
            guard try file.descriptor.seek(-3, from: .end) == 7 else { return "position 7" }
            try file.descriptor.writeAll("xyz")
            guard try file.descriptor.tell() == 10 else { return "position 10" }
            return holds(try FileSystem.read("\(root)/seek") == bytes("0123456xyz"), "0123456xyz")
        }
        suite.test("FileDescriptor: size and times") { () throws(Errno) in
            try FileSystem.write(bytes("0123456789"), to: "\(root)/times")
            let file = try File("\(root)/times", .update)
            try file.descriptor.setSize(4)
            try file.descriptor.setTimes(modification: 5_000_000_000, .modification)
            let status = try FileSystem.status(of: "\(root)/times")
            return holds(
                status.size == 4 && status.modificationTime == 5_000_000_000, "4 bytes, 5 seconds")
        }
        suite.test("FileDescriptor: a second name of a file") { () throws(Errno) in
            try FileSystem.write(bytes("x"), to: "\(root)/first-name")
            let place = try FileSystem.resolve("\(root)/first-name")
            try place.directory.link("first-name", to: "second-name", in: place.directory)
            return holds(try FileSystem.status(of: "\(root)/second-name").links == 2, "2 links")
        }
        suite.test("FileDescriptor: renumber takes the target's place") { () throws(Errno) in
            try FileSystem.write(bytes("one"), to: "\(root)/one")
            try FileSystem.write(bytes("two"), to: "\(root)/two")
            let place = try FileSystem.resolve("\(root)/one")
            let one = try place.directory.open("one", rights: [.fdRead])
            let two = try place.directory.open("two", rights: [.fdRead])
            try one.renumber(to: two)
            let file = File(owning: two)
            return holds(try file.readToEnd() == bytes("one"), "one")
        }
        suite.test("FileDescriptor: sync") { () throws(Errno) in
            let file = try File("\(root)/sync", .replace)
            try file.descriptor.writeAll("durable")
            try file.descriptor.sync()
            try file.descriptor.syncData()
            return nil
        }
    }
}
