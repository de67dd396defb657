internal import Platform

/// A regular file of the host's. Each read and write is one system call, straight between guest
/// memory and the kernel.
final class HostFile: OpenFile {
    private let descriptor: FileDescriptor
    private var appends: Bool
    /// The file's own offset, kept here so that seeking costs no system call; nil when it is the
    /// kernel's, shared with other processes.
    private var offset: Int64?

    /// A regular file that nobody else has a descriptor of.
    ///
    /// - Parameter descriptor: at offset 0, with `O_APPEND` exactly when `appends`.
    init(opened descriptor: consuming FileDescriptor, appends: Bool) {
        self.descriptor = descriptor
        self.appends = appends
        offset = 0
    }

    /// A regular file whose offset others see too, such as redirected output.
    init(sharing descriptor: consuming FileDescriptor, appends: Bool) {
        self.descriptor = descriptor
        self.appends = appends
        offset = nil
    }

    var kind: FileKind { .regularFile }
    var possibleRights: Rights { .regularFile }

    func read(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        try translating { () throws(Errno) in
            guard let offset else { return try unsafe descriptor.borrowed.read(vectors) }
            let count = try unsafe descriptor.borrowed.read(vectors, at: offset)
            self.offset = offset &+ Int64(count)
            return count
        }
    }

    func write(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        try translating { () throws(Errno) in
            guard let offset, !appends else {
                let count = try unsafe descriptor.borrowed.write(vectors)
                // After appending the offset is where the kernel has put it.
                if offset != nil { self.offset = try descriptor.borrowed.seek(0, whence: 1) }
                return count
            }
            let count = try unsafe descriptor.borrowed.write(vectors, at: offset)
            self.offset = offset &+ Int64(count)
            return count
        }
    }

    func read(_ vectors: IOVectors, at offset: UInt64) throws(WASIErrno) -> Int {
        guard let offset = Int64(exactly: offset) else { throw .inval }
        // SAFETY: vectors are checked guest memory (see OpenFile).
        return try translating { () throws(Errno) in
            try unsafe descriptor.borrowed.read(vectors, at: offset)
        }
    }

    func write(_ vectors: IOVectors, at offset: UInt64) throws(WASIErrno) -> Int {
        guard let offset = Int64(exactly: offset) else { throw .inval }
        // Linux's pwrite appends, against POSIX, when the file was opened to append.
        if appends { try setAppending(false) }
        defer { if appends { try? setAppending(true) } }
        // SAFETY: vectors are checked guest memory (see OpenFile).
        return try translating { () throws(Errno) in
            try unsafe descriptor.borrowed.write(vectors, at: offset)
        }
    }

    func seek(_ distance: Int64, from whence: Whence) throws(WASIErrno) -> UInt64 {
        let base: Int64
        switch (whence, offset) {
        case (.set, .some): base = 0
        case (.current, .some(let offset)): base = offset
        case (.end, .some), (_, nil):
            let target = try translating { () throws(Errno) in
                try descriptor.borrowed.seek(distance, whence: Int32(whence.rawValue))
            }
            if offset != nil { offset = target }
            return UInt64(clamping: target)
        }
        let (target, overflow) = base.addingReportingOverflow(distance)
        guard !overflow else { throw .overflow }
        guard target >= 0 else { throw .inval }
        offset = target
        return UInt64(target)
    }

    func status() throws(WASIErrno) -> FileStat {
        FileStat(try translating { () throws(Errno) in try descriptor.borrowed.status() })
    }

    func setSize(_ byteCount: UInt64) throws(WASIErrno) {
        guard let size = Int64(exactly: byteCount) else { throw .fbig }
        try translating { () throws(Errno) in try descriptor.borrowed.setSize(size) }
    }

    func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno) {
        try translating { () throws(Errno) in
            try descriptor.borrowed.setTimes(
                access: access.change, modification: modification.change)
        }
    }

    func allocate(offset: UInt64, byteCount: UInt64) throws(WASIErrno) {
        let (end, overflow) = offset.addingReportingOverflow(byteCount)
        guard !overflow, end <= UInt64(Int64.max) else { throw .fbig }
        try translating { () throws(Errno) in
            try descriptor.borrowed.allocate(offset: Int64(offset), byteCount: Int64(byteCount))
        }
    }

    func advise(offset: UInt64, byteCount: UInt64, _ advice: Advice) throws(WASIErrno) {
        guard let offset = Int64(exactly: offset), let byteCount = Int64(exactly: byteCount)
        else { throw .inval }
        try translating { () throws(Errno) in
            try descriptor.borrowed.advise(offset: offset, byteCount: byteCount, advice.access)
        }
    }

    func synchronize(dataOnly: Bool) throws(WASIErrno) {
        try translating { () throws(Errno) in
            try descriptor.borrowed.synchronize(dataOnly: dataOnly)
        }
    }

    func setFlags(_ flags: FdFlags) throws(WASIErrno) {
        let wanted = flags.contains(.append)
        guard wanted != appends else { return }
        try setAppending(wanted)
        appends = wanted
    }

    private func setAppending(_ appending: Bool) throws(WASIErrno) {
        try translating { () throws(Errno) in
            var flags = try descriptor.borrowed.statusFlags()
            if appending { flags.insert(.append) } else { flags.remove(.append) }
            try descriptor.borrowed.setStatusFlags(flags)
        }
    }

    func readiness(for interest: Interest) -> Readiness {
        switch interest {
        case .write: return .ready(byteCount: streamWriteByteCount, hangUp: false)
        case .read:
            let size = (try? descriptor.borrowed.status().sizeBytes) ?? 0
            let offset = offset ?? (try? descriptor.borrowed.seek(0, whence: 1)) ?? 0
            return .ready(byteCount: UInt64(clamping: size &- offset), hangUp: false)
        }
    }
}

/// How many bytes a ready stream or file is said to take; the least that a ready pipe takes.
let streamWriteByteCount: UInt64 = 4096
