import Foundation
import Platform
import Testing
import Vault
import VaultFileSystem
import VaultTorture

@testable import WASI

/// A guest played by the test: its memory, and calls through the table of imports.
@safe
final class Guest {
    static let memoryByteCount = 1 << 20

    let host: WASIHost
    private let storage: UnsafeMutableRawBufferPointer
    private var next: UInt32 = 1 << 16
    var snapshot = "wasi_snapshot_preview1"
    /// Something that must live as long as the guest.
    var companion: AnyObject?

    init(_ configure: (inout WASIConfiguration) throws -> Void = { _ in }) throws {
        var configuration = WASIConfiguration()
        try configure(&configuration)
        host = try WASIHost(configuration)
        unsafe storage = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.memoryByteCount, alignment: 16)
        unsafe storage.initializeMemory(as: UInt8.self, repeating: 0xaa)
    }

    deinit { unsafe storage.deallocate() }

    var memory: GuestMemory {
        guard let base = unsafe storage.baseAddress else { preconditionFailure("no memory") }
        return unsafe GuestMemory(base: base, byteCount: storage.count)
    }

    /// Calls an import as the engine does.
    func call(_ name: String, _ arguments: UInt64...) throws -> WASIErrno {
        try call(name, arguments)
    }

    private func call(_ name: String, _ arguments: [UInt64]) throws -> WASIErrno {
        let module = try #require(WASIFunction.modules.first { $0.name == snapshot })
        let function = try #require(module.functions.first { $0.name == name })
        try #require(function.parameters.count == arguments.count, "\(name)")
        // One more, so that there is an address for no arguments too.
        return try unsafe (arguments + [0]).withUnsafeBufferPointer { slots in
            guard let base = slots.baseAddress else { preconditionFailure("not empty") }
            return try unsafe function.call(host, memory, WASIArguments(slots: base))
        }
    }

    /// Calls an import that must succeed.
    func must(
        _ name: String, _ arguments: UInt64..., at location: SourceLocation = #_sourceLocation
    ) throws {
        let errno = try call(name, arguments)
        try #require(errno == .success, "\(name)", sourceLocation: location)
    }

    // MARK: Memory

    /// Room that nothing else uses.
    func room(_ byteCount: Int) -> UInt64 {
        defer { next += UInt32(byteCount + 15) & ~15 }
        return UInt64(next)
    }

    /// Lets the next rooms be where earlier ones were.
    func reuseRooms() { next = 1 << 16 }

    func place(_ bytes: [UInt8]) throws -> (address: UInt64, count: UInt64) {
        let address = room(bytes.count)
        try memory.store(bytes: bytes, at: UInt32(address))
        return (address, UInt64(bytes.count))
    }

    func load<T: FixedWidthInteger & BitwiseCopyable>(
        _: T.Type, _ address: UInt64, _ offset: UInt32 = 0
    ) throws -> T {
        try memory.load(at: UInt32(address), offset: offset)
    }

    func load<T: FixedWidthInteger & BitwiseCopyable>(
        _ address: UInt64, _ offset: UInt32 = 0
    ) throws -> T {
        try load(T.self, address, offset)
    }

    func bytes(_ address: UInt64, _ count: Int) throws -> [UInt8] {
        try memory.bytes(at: UInt32(address), byteCount: UInt32(count))
    }

    /// An array of vectors.
    func vectors(_ pieces: [(address: UInt64, count: UInt64)]) throws -> UInt64 {
        let array = room(pieces.count * 8)
        for (index, piece) in pieces.enumerated() {
            let entry = UInt32(array) + UInt32(index) * 8
            try memory.store(UInt32(piece.address), at: entry)
            try memory.store(UInt32(piece.count), at: entry, offset: 4)
        }
        return array
    }

    // MARK: Files

    let result: UInt64 = 1024

    /// `path_open`; the descriptor.
    func open(
        _ path: String, _ oflags: OFlags = [], fd: UInt64 = 3,
        rights: Rights = .regularFile, inheriting: Rights = [], flags: FdFlags = [],
        follow: Bool = true
    ) throws -> UInt64 {
        let (errno, number) = try tryOpen(
            path, oflags, fd: fd, rights: rights, inheriting: inheriting, flags: flags,
            follow: follow)
        if errno != .success { throw errno }
        return number
    }

    func tryOpen(
        _ path: String, _ oflags: OFlags = [], fd: UInt64 = 3,
        rights: Rights = .regularFile, inheriting: Rights = [], flags: FdFlags = [],
        follow: Bool = true
    ) throws -> (WASIErrno, UInt64) {
        let (address, count) = try place(Array(path.utf8))
        let errno = try call(
            "path_open", fd, follow ? 1 : 0, address, count, UInt64(oflags.rawValue),
            rights.rawValue, inheriting.rawValue, UInt64(flags.rawValue), result)
        return (errno, errno == .success ? UInt64(try load(UInt32.self, result)) : 0)
    }

    func openDirectory(_ path: String, fd: UInt64 = 3) throws -> UInt64 {
        try open(
            path, .directory, fd: fd, rights: .directory,
            inheriting: Rights.directory.union(.regularFile))
    }

    /// Calls a function that takes a directory and one path, then `rest`.
    func onPath(_ name: String, _ path: String, fd: UInt64 = 3) throws -> WASIErrno {
        let (address, count) = try place(Array(path.utf8))
        return try call(name, fd, address, count)
    }

    func make(_ path: String, _ text: String = "", fd: UInt64 = 3) throws {
        let file = try open(path, [.creat, .trunc], fd: fd)
        if !text.isEmpty { _ = try write(file, text) }
        try must("fd_close", file)
    }

    func write(_ fd: UInt64, _ text: String) throws -> Int {
        let array = try vectors([place(Array(text.utf8))])
        try must("fd_write", fd, array, 1, result)
        return Int(try load(UInt32.self, result))
    }

    func read(_ fd: UInt64, _ count: Int) throws -> [UInt8] {
        let buffer = room(count)
        try must("fd_read", fd, vectors([(buffer, UInt64(count))]), 1, result)
        return try bytes(buffer, Int(load(UInt32.self, result)))
    }

    func text(_ path: String, fd: UInt64 = 3) throws -> String {
        let file = try open(path, fd: fd)
        defer { _ = try? call("fd_close", file) }
        return String(decoding: try read(file, 4096), as: UTF8.self)
    }

    func symlink(_ target: String, _ path: String, fd: UInt64 = 3) throws -> WASIErrno {
        let (old, oldCount) = try place(Array(target.utf8))
        let (new, newCount) = try place(Array(path.utf8))
        return try call("path_symlink", old, oldCount, fd, new, newCount)
    }

    func rename(
        _ old: String, _ new: String, fd: UInt64 = 3, to newFd: UInt64 = 3
    ) throws -> WASIErrno {
        let (from, fromCount) = try place(Array(old.utf8))
        let (to, toCount) = try place(Array(new.utf8))
        return try call("path_rename", fd, from, fromCount, newFd, to, toCount)
    }

    func link(
        _ old: String, _ new: String, fd: UInt64 = 3, to newFd: UInt64 = 3
    ) throws -> WASIErrno {
        let (from, fromCount) = try place(Array(old.utf8))
        let (to, toCount) = try place(Array(new.utf8))
        return try call("path_link", fd, 0, from, fromCount, newFd, to, toCount)
    }

    func status(
        _ path: String, follow: Bool = true, fd: UInt64 = 3
    ) throws -> (WASIErrno, FileStat) {
        let (address, count) = try place(Array(path.utf8))
        let errno = try call("path_filestat_get", fd, follow ? 1 : 0, address, count, result)
        return (errno, errno == .success ? try decodeStatus() : FileStat())
    }

    func status(of fd: UInt64) throws -> FileStat {
        try must("fd_filestat_get", fd, result)
        return try decodeStatus()
    }

    private func decodeStatus() throws -> FileStat {
        var status = FileStat()
        status.device = try load(result)
        status.inode = try load(result, 8)
        status.kind = try #require(FileKind(rawValue: try load(result, 16)))
        status.linkCount = try load(result, 24)
        status.sizeBytes = try load(result, 32)
        status.accessTime = try load(result, 40)
        status.modificationTime = try load(result, 48)
        status.changeTime = try load(result, 56)
        return status
    }

    /// All names, read through a buffer of that size.
    func names(_ fd: UInt64 = 3, bufferByteCount: Int = 4096) throws -> [String] {
        var names: [String] = []
        var cookie: UInt64 = 0
        while true {
            let entries = try list(fd, from: cookie, bufferByteCount: bufferByteCount)
            names += entries.map(\.name)
            guard let last = entries.last else { return names }
            cookie = last.cookie
        }
    }

    /// One `fd_readdir`: the whole entries in it.
    func list(
        _ fd: UInt64 = 3, from cookie: UInt64 = 0, bufferByteCount: Int = 4096
    ) throws -> [(name: String, cookie: UInt64, kind: UInt8, inode: UInt64)] {
        let buffer = room(bufferByteCount)
        try must("fd_readdir", fd, buffer, UInt64(bufferByteCount), cookie, result)
        let used = UInt64(try load(UInt32.self, result))
        var entries: [(name: String, cookie: UInt64, kind: UInt8, inode: UInt64)] = []
        var offset: UInt64 = 0
        while offset + 24 <= used {
            let length = UInt64(try load(UInt32.self, buffer + offset, 16))
            guard offset + 24 + length <= used else { break }
            let name = String(
                decoding: try bytes(buffer + offset + 24, Int(length)), as: UTF8.self)
            entries.append(
                (
                    name, try load(buffer + offset), try load(buffer + offset, 20),
                    try load(buffer + offset, 8)
                ))
            offset += 24 + length
        }
        return entries
    }
}

/// A file system under test, preopened as descriptor 3.
enum Backend: CaseIterable {
    case host, memory, vault

    /// A guest, and what must live as long as it.
    func guest(
        readOnly: Bool = false, limitBytes: UInt64 = 1 << 24,
        prepare: (Guest) throws -> Void = { _ in },
        configure: (inout WASIConfiguration) throws -> Void = { _ in }
    ) throws -> Guest {
        switch self {
        case .host:
            let directory = try TemporaryDirectory()
            func make(_ readOnly: Bool) throws -> Guest {
                try Guest {
                    let path = try #require(PathName(directory.path))
                    $0.preopens = [("/", try HostDirectory(path: path, isReadOnly: readOnly))]
                    try configure(&$0)
                }
            }
            try prepare(make(false))
            let guest = try make(readOnly)
            guest.companion = directory
            return guest
        case .memory:
            let clock = SystemClock()
            let tree = MemoryTree(limitBytes: limitBytes) { clock.nanoseconds(.realtime) }
            func make(_ readOnly: Bool) throws -> Guest {
                try Guest {
                    $0.preopens = [("/", tree.root(isReadOnly: readOnly))]
                    try configure(&$0)
                }
            }
            try prepare(make(false))
            return try make(readOnly)
        case .vault:
            var options = TestVolumes.options()
            options.now = { SystemClockID.realtime.nanoseconds }
            options.growth = .upTo(blocks: limitBytes / 4096)
            let tree = VaultTree(try TestVolumes.create(options: options))
            func make(_ readOnly: Bool) throws -> Guest {
                try Guest {
                    $0.preopens = [("/", try tree.root(isReadOnly: readOnly))]
                    try configure(&$0)
                }
            }
            try prepare(make(false))
            return try make(readOnly)
        }
    }
}

/// An empty directory that goes with its owner.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("martlet-wasi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
