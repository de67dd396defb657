import Platform
import Testing

@testable import WASI

@Suite("Rights, descriptors and pointers")
struct CapabilityTests {
    private func state(
        _ guest: Guest, _ fd: UInt64
    ) throws -> (kind: UInt8, flags: UInt16, base: Rights, inheriting: Rights) {
        try guest.must("fd_fdstat_get", fd, guest.result)
        return (
            try guest.load(guest.result), try guest.load(guest.result, 2),
            Rights(rawValue: try guest.load(guest.result, 8)),
            Rights(rawValue: try guest.load(guest.result, 16))
        )
    }

    @Test("rights only ever shrink", arguments: Backend.allCases)
    func rightsShrink(backend: Backend) throws {
        let guest = try backend.guest()
        let file = try guest.open("file", .creat, rights: [.fdRead, .fdWrite, .fdSeek])
        #expect(try state(guest, file).base == [.fdRead, .fdWrite, .fdSeek])
        #expect(try state(guest, file).kind == FileKind.regularFile.rawValue)
        #expect(try guest.call("fd_fdstat_set_rights", file, Rights.all.rawValue, 0) == .notcapable)
        #expect(try guest.call("fd_fdstat_set_rights", file, 2, 2) == .notcapable)
        #expect(try guest.call("fd_fdstat_set_rights", file, 1 << 63, 0) == .notcapable)
        try guest.must("fd_fdstat_set_rights", file, Rights.fdRead.rawValue, 0)
        #expect(try guest.call("fd_fdstat_set_rights", file, 6, 0) == .notcapable)
        let vectors = try guest.vectors([guest.place([1])])
        #expect(try guest.call("fd_write", file, vectors, 1, guest.result) == .notcapable)
        #expect(try guest.call("fd_pread", file, vectors, 1, 0, guest.result) == .notcapable)
        #expect(try guest.call("fd_seek", file, 1, 0, guest.result) == .notcapable)
        #expect(try guest.call("fd_tell", file, guest.result) == .notcapable)
        #expect(try guest.call("fd_filestat_get", file, guest.result) == .notcapable)
        #expect(try guest.call("fd_filestat_set_size", file, 0) == .notcapable)
        #expect(try guest.call("fd_filestat_set_times", file, 0, 0, 0) == .notcapable)
        #expect(try guest.call("fd_allocate", file, 0, 1) == .notcapable)
        #expect(try guest.call("fd_advise", file, 0, 1, 0) == .notcapable)
        #expect(try guest.call("fd_sync", file) == .notcapable)
        #expect(try guest.call("fd_datasync", file) == .notcapable)
        #expect(try guest.call("fd_fdstat_set_flags", file, 0) == .notcapable)
        #expect(try guest.call("fd_read", file, vectors, 1, guest.result) == .success)
    }

    @Test("a directory hands on no more than it may", arguments: Backend.allCases)
    func inheritance(backend: Backend) throws {
        let guest = try backend.guest()
        try guest.make("file", "text")
        #expect(try guest.onPath("path_create_directory", "d") == .success)
        let directory = try guest.open(
            ".", .directory, rights: [.pathOpen, .fdReaddir], inheriting: [.fdRead, .fdSeek])
        #expect(try state(guest, directory).inheriting == [.fdRead, .fdSeek])
        #expect(try guest.tryOpen("file", fd: directory, rights: .fdWrite).0 == .notcapable)
        #expect(
            try guest.tryOpen(
                "d", .directory, fd: directory, rights: [], inheriting: .fdWrite
            ).0 == .notcapable)
        let file = try guest.open("file", fd: directory, rights: .fdRead)
        #expect(try guest.read(file, 9) == Array("text".utf8))
        #expect(try guest.tryOpen("new", .creat, fd: directory, rights: .fdRead).0 == .notcapable)
        #expect(try guest.tryOpen("file", .trunc, fd: directory, rights: .fdRead).0 == .notcapable)
        #expect(
            try guest.tryOpen("file", fd: directory, rights: .fdRead, flags: .dsync).0
                == .notcapable)
        #expect(
            try guest.tryOpen("file", fd: directory, rights: .fdRead, flags: .sync).0
                == .notcapable)
        for name in [
            "path_create_directory", "path_remove_directory", "path_unlink_file",
        ] {
            #expect(try guest.onPath(name, "d", fd: directory) == .notcapable, "\(name)")
        }
        #expect(try guest.rename("file", "x", fd: directory) == .notcapable)
        #expect(try guest.rename("file", "x", to: directory) == .notcapable)
        #expect(try guest.link("file", "x", fd: directory) == .notcapable)
        #expect(try guest.link("file", "x", to: directory) == .notcapable)
        #expect(try guest.symlink("file", "x", fd: directory) == .notcapable)
        #expect(try guest.status("file", fd: directory).0 == .notcapable)
    }

    @Test(
        "the rights of what was opened are those that make sense on it", arguments: Backend.allCases
    )
    func rightsByKind(backend: Backend) throws {
        let guest = try backend.guest()
        #expect(try state(guest, 3).base == .directory)
        let all = Rights.directory.union(.regularFile)
        #expect(try state(guest, 3).inheriting == all)
        let directory = try guest.open(".", .directory, rights: all, inheriting: all)
        #expect(try state(guest, directory).base == .directory)
        let file = try guest.open("f", .creat, rights: all, inheriting: all)
        #expect(try state(guest, file).base == .regularFile)
        #expect(try state(guest, file).inheriting == [])
    }

    @Test(
        "numbers are given out lowest first, and can be moved and closed",
        arguments: Backend.allCases)
    func numbers(backend: Backend) throws {
        let guest = try backend.guest(configure: { $0.limits.descriptorCount = 6 })
        try guest.make("a", "a")
        try guest.make("b", "b")
        let one = try guest.open("a")
        let two = try guest.open("b")
        #expect([one, two] == [4, 5])
        #expect(try guest.tryOpen("a").0 == .mfile)
        try guest.must("fd_renumber", two, one)
        #expect(try guest.call("fd_close", two) == .badf)
        #expect(try guest.read(one, 1) == Array("b".utf8))
        #expect(try guest.call("fd_renumber", one, 77) == .badf)
        #expect(try guest.call("fd_renumber", 77, one) == .badf)
        #expect(try guest.call("fd_renumber", one, UInt64(UInt32.max)) == .badf)
        try guest.must("fd_renumber", one, one)
        #expect(try guest.open("a") == 5)
        try guest.must("fd_close", 0)
        #expect(try guest.open("a") == 0)
        try guest.must("fd_close", one)
        #expect(try guest.call("fd_close", one) == .badf)
    }

    @Test(
        "preopened directories tell their names, and the search for them ends",
        arguments: Backend.allCases)
    func preopens(backend: Backend) throws {
        let tree = MemoryTree(limitBytes: 1 << 20) { 0 }
        let guest = try backend.guest(configure: { $0.preopens.append(("sub", tree.root())) })
        try guest.must("fd_prestat_get", 4, guest.result)
        #expect(try guest.load(UInt64.self, guest.result) == 3 << 32)
        try guest.must("fd_prestat_dir_name", 4, guest.result, 3)
        #expect(try guest.bytes(guest.result, 3) == Array("sub".utf8))
        #expect(try guest.call("fd_prestat_dir_name", 4, guest.result, 2) == .nametoolong)
        for fd in [UInt64(0), 2, 5, UInt64(UInt32.max)] {
            #expect(try guest.call("fd_prestat_get", fd, guest.result) == .badf)
        }
        try guest.make("f")
        #expect(try guest.rename("f", "f", to: 4) == .xdev)
        #expect(try guest.link("f", "f", to: 4) == .xdev)
    }

    @Test("a bad pointer is a fault, and nothing has happened", arguments: Backend.allCases)
    func badPointers(backend: Backend) throws {
        let guest = try backend.guest()
        let file = try guest.open("file", .creat)
        let end = UInt64(Guest.memoryByteCount)
        let good = try guest.vectors([guest.place([1, 2, 3])])
        #expect(try guest.call("fd_write", file, good, 1, end - 3) == .fault)
        #expect(try guest.call("fd_write", file, end - 7, 1, guest.result) == .fault)
        #expect(try guest.call("fd_write", file, UInt64(UInt32.max), 1, guest.result) == .fault)
        for piece in [(end - 1, UInt64(2)), (0, end + 1), (UInt64(UInt32.max), 1), (end + 1, 0)] {
            let bad = try guest.vectors([guest.place([1]), piece])
            #expect(try guest.call("fd_write", file, bad, 2, guest.result) == .fault)
            #expect(try guest.call("fd_pread", file, bad, 2, 0, guest.result) == .fault)
        }
        #expect(try guest.call("fd_write", file, 0, 1025, guest.result) == .inval)
        #expect(try guest.call("fd_write", file, 0, UInt64(UInt32.max), guest.result) == .inval)
        #expect(try guest.status(of: file).sizeBytes == 0)
        #expect(try guest.call("fd_seek", file, 5, 0, end - 7) == .fault)
        try guest.must("fd_tell", file, guest.result)
        #expect(try guest.load(UInt64.self, guest.result) == 0)
        let (path, count) = try guest.place(Array("new".utf8))
        #expect(try guest.call("path_open", 3, 0, path, count, 1, 0, 0, 0, end - 3) == .fault)
        #expect(try guest.call("path_open", 3, 0, end - 1, 2, 1, 0, 0, 0, 0) == .fault)
        #expect(try guest.status("new").0 == .noent)
        #expect(try guest.call("fd_filestat_get", file, end - 63) == .fault)
        #expect(try guest.call("fd_fdstat_get", file, end - 23) == .fault)
        #expect(try guest.call("clock_time_get", 0, 0, end - 7) == .fault)
        #expect(try guest.call("random_get", end - 1, 2) == .fault)
        #expect(try guest.call("random_get", 8, UInt64(UInt32.max)) == .fault)
        #expect(try guest.call("poll_oneoff", end - 47, 0, 1, guest.result) == .fault)
        #expect(try guest.call("poll_oneoff", 0, end - 31, 1, guest.result) == .fault)
    }

    @Test("arguments and environment arrive in order, terminated")
    func arguments() throws {
        let guest = try Guest {
            $0.arguments = ["program", "", "ünï"]
            $0.environment = [("A", "1"), ("PATH", "a=b")]
        }
        for (name, expected) in [
            ("args", ["program", "", "ünï"]), ("environ", ["A=1", "PATH=a=b"]),
        ] {
            try guest.must("\(name)_sizes_get", guest.result, guest.result + 4)
            #expect(try guest.load(UInt32.self, guest.result) == UInt32(expected.count))
            let size = Int(try guest.load(UInt32.self, guest.result, 4))
            #expect(size == expected.reduce(0) { $0 + $1.utf8.count + 1 })
            let pointers = guest.room(64)
            let buffer = guest.room(size)
            try guest.must("\(name)_get", pointers, buffer)
            for (index, text) in expected.enumerated() {
                let start = UInt64(try guest.load(UInt32.self, pointers, UInt32(index) * 4))
                #expect(try guest.bytes(start, text.utf8.count + 1) == Array(text.utf8) + [0])
            }
            let end = UInt64(Guest.memoryByteCount)
            #expect(try guest.call("\(name)_get", pointers, end - 3) == .fault)
            #expect(try guest.call("\(name)_get", end - 7, buffer) == .fault)
        }
        #expect(throws: (any Error).self) { try Guest { $0.arguments = ["a\0b"] } }
        #expect(throws: (any Error).self) { try Guest { $0.environment = [("A=B", "c")] } }
        #expect(throws: (any Error).self) { try Guest { $0.limits.descriptorCount = 2 } }
    }

    @Test("every import of preview 1 is there once, with the documented type")
    func table() throws {
        let expected = [
            "args_get": "ii", "args_sizes_get": "ii", "clock_res_get": "ii",
            "clock_time_get": "iIi", "environ_get": "ii", "environ_sizes_get": "ii",
            "fd_advise": "iIIi", "fd_allocate": "iII", "fd_close": "i", "fd_datasync": "i",
            "fd_fdstat_get": "ii", "fd_fdstat_set_flags": "ii", "fd_fdstat_set_rights": "iII",
            "fd_filestat_get": "ii", "fd_filestat_set_size": "iI",
            "fd_filestat_set_times": "iIIi", "fd_pread": "iiiIi", "fd_prestat_dir_name": "iii",
            "fd_prestat_get": "ii", "fd_pwrite": "iiiIi", "fd_read": "iiii",
            "fd_readdir": "iiiIi", "fd_renumber": "ii", "fd_seek": "iIii", "fd_sync": "i",
            "fd_tell": "ii", "fd_write": "iiii", "path_create_directory": "iii",
            "path_filestat_get": "iiiii", "path_filestat_set_times": "iiiiIIi",
            "path_link": "iiiiiii", "path_open": "iiiiiIIii", "path_readlink": "iiiiii",
            "path_remove_directory": "iii", "path_rename": "iiiiii", "path_symlink": "iiiii",
            "path_unlink_file": "iii", "poll_oneoff": "iiii", "proc_exit": "i",
            "proc_raise": "i", "random_get": "ii", "sched_yield": "", "sock_accept": "iii",
            "sock_recv": "iiiiii", "sock_send": "iiiii", "sock_shutdown": "ii",
        ]
        #expect(expected.count == 46)
        for (module, functions) in WASIFunction.modules {
            let names = functions.map(\.name)
            #expect(Set(names).count == names.count)
            for (name, signature) in expected {
                if module == "wasi_unstable", name == "sock_accept" { continue }
                let function = try #require(functions.first { $0.name == name }, "\(name)")
                let found = function.parameters.map { $0 == .i64 ? "I" : "i" }.joined()
                #expect(found == signature, "\(name)")
                #expect(function.returnsErrno == (name != "proc_exit"))
            }
        }
    }

    @Test("Linux's numbers become WASI's; unknown ones are an input/output error")
    func errnos() {
        let samples: [(Errno, WASIErrno)] = [
            (.EPERM, .perm), (.ENOENT, .noent), (.EACCES, .acces), (.EXDEV, .xdev),
            (.ENOTEMPTY, .notempty), (.ELOOP, .loop), (.ENOTSUP, .notsup),
            (.ECONNREFUSED, .connrefused), (.EINPROGRESS, .inprogress), (.EAGAIN, .again),
            (Errno(rawValue: 131), .notrecoverable), (Errno(rawValue: 41), .io),
            (Errno(rawValue: 9999), .io), (Errno(rawValue: -1), .io), (Errno(rawValue: 0), .io),
        ]
        for (host, guest) in samples { #expect(WASIErrno(host) == guest) }
        let all = (1...133).map { WASIErrno(Errno(rawValue: $0)).rawValue }
        // Each of WASI's numbers comes from somewhere, except success and its own `notcapable`.
        #expect(Set(all) == Set(1...75))
    }
}
