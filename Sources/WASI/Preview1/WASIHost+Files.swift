internal import Platform

/// Reading, writing and everything else on an open file.
extension WASIHost {
    /// `fd_read`.
    package func fdRead(
        _ memory: GuestMemory, fd: UInt32, vectors: UInt32, count: UInt32, result: UInt32
    ) throws(WASIFailure) {
        let (descriptor, file) = try failing { () throws(WASIErrno) in
            let descriptor = try descriptors[fd]
            let file = try descriptor.file(.fdRead)
            try memory.check(at: result, byteCount: 4)
            return (descriptor, file)
        }
        // SAFETY: the vectors are checked pieces of guest memory, used during this call only.
        let byteCount = try unsafe memory.withVectors(at: vectors, count: count) {
            (vectors) throws(WASIFailure) in
            try blocking(descriptor, file, .read) { () throws(WASIErrno) in
                try unsafe file.read(vectors)
            }
        }
        try failing { () throws(WASIErrno) in
            try memory.store(UInt32(truncatingIfNeeded: byteCount), at: result)
        }
    }

    /// `fd_pread`.
    package func fdPread(
        _ memory: GuestMemory, fd: UInt32, vectors: UInt32, count: UInt32, offset: UInt64,
        result: UInt32
    ) throws(WASIFailure) {
        let file = try failing { () throws(WASIErrno) in
            let file = try positioned(fd, .fdRead)
            try memory.check(at: result, byteCount: 4)
            return file
        }
        // SAFETY: as in `fdRead`.
        let byteCount = try unsafe memory.withVectors(at: vectors, count: count) {
            (vectors) throws(WASIFailure) in
            try failing { () throws(WASIErrno) in
                try unsafe file.read(vectors, at: offset)
            }
        }
        try failing { () throws(WASIErrno) in
            try memory.store(UInt32(truncatingIfNeeded: byteCount), at: result)
        }
    }

    /// `fd_write`. On a stream that blocks, everything is written.
    package func fdWrite(
        _ memory: GuestMemory, fd: UInt32, vectors: UInt32, count: UInt32, result: UInt32
    ) throws(WASIFailure) {
        let (descriptor, file) = try failing { () throws(WASIErrno) in
            let descriptor = try descriptors[fd]
            let file = try descriptor.file(.fdWrite)
            try memory.check(at: result, byteCount: 4)
            return (descriptor, file)
        }
        // SAFETY: as in `fdRead`; the memory is only read.
        let byteCount = try unsafe memory.withVectors(at: vectors, count: count) {
            (vectors) throws(WASIFailure) in
            if descriptor.isOutput { try unsafe countOutput(vectors.totalByteCount) }
            return try unsafe write(vectors, descriptor, file)
        }
        if byteCount > 0 { try honourSync(descriptor, file) }
        try failing { () throws(WASIErrno) in
            try memory.store(UInt32(truncatingIfNeeded: byteCount), at: result)
        }
    }

    /// `fd_pwrite`.
    package func fdPwrite(
        _ memory: GuestMemory, fd: UInt32, vectors: UInt32, count: UInt32, offset: UInt64,
        result: UInt32
    ) throws(WASIFailure) {
        let file = try failing { () throws(WASIErrno) in
            let file = try positioned(fd, .fdWrite)
            try memory.check(at: result, byteCount: 4)
            return file
        }
        // SAFETY: as in `fdWrite`.
        let byteCount = try unsafe memory.withVectors(at: vectors, count: count) {
            (vectors) throws(WASIFailure) in
            try failing { () throws(WASIErrno) in
                try unsafe file.write(vectors, at: offset)
            }
        }
        if byteCount > 0 {
            let descriptor = try failing { () throws(WASIErrno) in try descriptors[fd] }
            try honourSync(descriptor, file)
        }
        try failing { () throws(WASIErrno) in
            try memory.store(UInt32(truncatingIfNeeded: byteCount), at: result)
        }
    }

    /// A file for reading or writing at an offset: needs the right to seek besides, and a stream or
    /// socket, which lacks it, is told so.
    private func positioned(_ fd: UInt32, _ right: Rights) throws(WASIErrno) -> any OpenFile {
        let descriptor = try descriptors[fd]
        let file = try descriptor.file(right)
        guard descriptor.rights.contains(.fdSeek) else {
            throw file.possibleRights.contains(.fdSeek) ? .notcapable : .spipe
        }
        return file
    }

    /// Writes once when that takes everything, which it does for a file; otherwise goes on.
    func write(
        _ vectors: IOVectors, _ descriptor: Descriptor, _ file: any OpenFile,
        limitNanoseconds: UInt64 = 0
    ) throws(WASIFailure) -> Int {
        // SAFETY: the vectors are checked pieces of guest memory, used during this call only.
        var done = try blocking(
            descriptor, file, .write, limitNanoseconds: limitNanoseconds
        ) { () throws(WASIErrno) in
            try unsafe file.write(vectors)
        }
        let total = unsafe vectors.totalByteCount
        guard done < total, done > 0, !descriptor.flags.contains(.nonblock),
            file.kind != .regularFile, file.kind != .socketDatagram
        else { return done }
        while done < total {
            do throws(WASIFailure) {
                done += try unsafe writeRest(of: vectors, from: done, descriptor, file)
            } catch {
                // What was written counts; the error comes with the next call.
                guard case .errno = error else { throw error }
                break
            }
        }
        return done
    }

    private func writeRest(
        of vectors: IOVectors, from done: Int, _ descriptor: Descriptor, _ file: any OpenFile
    ) throws(WASIFailure) -> Int {
        // SAFETY: the rest of checked pieces, used during this call only.
        try unsafe vectors.withRest(from: done) { (rest) throws(WASIFailure) in
            try blocking(descriptor, file, .write) { () throws(WASIErrno) in
                try unsafe file.write(rest)
            }
        }
    }

    /// `dsync` and `sync` promise that a write is kept when it returns.
    private func honourSync(
        _ descriptor: Descriptor, _ file: any OpenFile
    ) throws(WASIFailure) {
        guard !descriptor.flags.isDisjoint(with: [.dsync, .sync]), file.kind == .regularFile
        else { return }
        let dataOnly = !descriptor.flags.contains(.sync)
        try failing { () throws(WASIErrno) in try file.synchronize(dataOnly: dataOnly) }
    }

    // MARK: Offsets and sizes

    /// `fd_seek`.
    package func fdSeek(
        _ memory: GuestMemory, _ snapshot: Snapshot, fd: UInt32, offset: UInt64, whence: UInt32,
        result: UInt32
    ) throws(WASIErrno) {
        let descriptor = try descriptors[fd]
        let file = try descriptor.file([])
        guard let number = UInt8(exactly: whence),
            let whence = snapshot == .preview1
                ? Whence(rawValue: number) : Whence(unstable: number)
        else { throw .inval }
        let distance = Int64(bitPattern: offset)
        let isTell = whence == .current && distance == 0
        let suffices = isTell ? [.fdSeek, .fdTell] : Rights.fdSeek
        guard !descriptor.rights.isDisjoint(with: suffices) else {
            throw file.possibleRights.contains(.fdSeek) ? .notcapable : .spipe
        }
        try memory.check(at: result, byteCount: 8)
        try memory.store(try file.seek(distance, from: whence), at: result)
    }

    /// `fd_tell`.
    package func fdTell(_ memory: GuestMemory, fd: UInt32, result: UInt32) throws(WASIErrno) {
        try fdSeek(memory, .preview1, fd: fd, offset: 0, whence: 1, result: result)
    }

    /// `fd_filestat_set_size`.
    package func fdFilestatSetSize(fd: UInt32, size: UInt64) throws(WASIErrno) {
        try descriptors[fd].file(.fdFilestatSetSize).setSize(size)
    }

    /// `fd_allocate`.
    package func fdAllocate(fd: UInt32, offset: UInt64, length: UInt64) throws(WASIErrno) {
        let file = try descriptors[fd].file(.fdAllocate)
        guard length > 0 else { throw .inval }
        try file.allocate(offset: offset, byteCount: length)
    }

    /// `fd_advise`.
    package func fdAdvise(
        fd: UInt32, offset: UInt64, length: UInt64, advice: UInt32
    ) throws(WASIErrno) {
        let file = try descriptors[fd].file(.fdAdvise)
        guard let number = UInt8(exactly: advice), let advice = Advice(rawValue: number) else {
            throw .inval
        }
        try file.advise(offset: offset, byteCount: length, advice)
    }

    /// `fd_sync` and `fd_datasync`.
    package func fdSync(fd: UInt32, dataOnly: Bool) throws(WASIErrno) {
        let descriptor = try descriptors[fd]
        try descriptor.require(dataOnly ? .fdDatasync : .fdSync)
        switch descriptor.object {
        case .directory(let directory): try directory.synchronize(dataOnly: dataOnly)
        case .file(let file): try file.synchronize(dataOnly: dataOnly)
        case .socket: throw .inval
        }
    }

    // MARK: Status

    /// `fd_filestat_get`.
    package func fdFilestatGet(
        _ memory: GuestMemory, _ snapshot: Snapshot, fd: UInt32, result: UInt32
    ) throws(WASIErrno) {
        let descriptor = try descriptors[fd]
        try descriptor.require(.fdFilestatGet)
        try memory.check(at: result, byteCount: FileStat.byteCount(snapshot))
        let status =
            switch descriptor.object {
            case .directory(let directory): try directory.status()
            case .file(let file): try file.status()
            case .socket(let socket): try socket.status()
            }
        try status.store(snapshot, to: memory, at: result)
    }

    /// `fd_filestat_set_times`.
    package func fdFilestatSetTimes(
        fd: UInt32, access: UInt64, modification: UInt64, flags: UInt32
    ) throws(WASIErrno) {
        let descriptor = try descriptors[fd]
        try descriptor.require(.fdFilestatSetTimes)
        let (access, modification) = try timeUpdates(access, modification, flags)
        switch descriptor.object {
        case .directory(let directory):
            try directory.setTimes(access: access, modification: modification)
        case .file(let file): try file.setTimes(access: access, modification: modification)
        case .socket: throw .notsup
        }
    }

    /// What `fstflags` ask for; "now" is the guest's clock.
    func timeUpdates(
        _ access: UInt64, _ modification: UInt64, _ flags: UInt32
    ) throws(WASIErrno) -> (access: TimeUpdate, modification: TimeUpdate) {
        guard let bits = UInt16(exactly: flags) else { throw .inval }
        let flags = FstFlags(rawValue: bits)
        guard flags.isSubset(of: .all), !flags.isSuperset(of: [.atim, .atimNow]),
            !flags.isSuperset(of: [.mtim, .mtimNow])
        else { throw .inval }
        let wantsNow = !flags.isDisjoint(with: [.atimNow, .mtimNow])
        let now = wantsNow ? clock.nanoseconds(.realtime) : 0
        let newAccess: TimeUpdate =
            flags.contains(.atim) ? .set(access) : flags.contains(.atimNow) ? .set(now) : .keep
        let newModification: TimeUpdate =
            flags.contains(.mtim)
            ? .set(modification) : flags.contains(.mtimNow) ? .set(now) : .keep
        return (newAccess, newModification)
    }
}
