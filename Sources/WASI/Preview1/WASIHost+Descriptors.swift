/// The descriptor table: states, rights, closing, preopens and directory listings.
extension WASIHost {
    /// `fd_close`.
    package func fdClose(fd: UInt32) throws(WASIErrno) {
        try descriptors.remove(fd)
    }

    /// `fd_renumber`.
    package func fdRenumber(from: UInt32, to: UInt32) throws(WASIErrno) {
        try descriptors.renumber(from, to: to)
    }

    /// `fd_fdstat_get`.
    package func fdFdstatGet(
        _ memory: GuestMemory, fd: UInt32, result: UInt32
    ) throws(WASIErrno) {
        let descriptor = try descriptors[fd]
        try memory.zero(at: result, byteCount: 24)
        try memory.store(descriptor.kind.rawValue, at: result)
        try memory.store(descriptor.flags.rawValue, at: result, offset: 2)
        try memory.store(descriptor.rights.rawValue, at: result, offset: 8)
        try memory.store(descriptor.inheriting.rawValue, at: result, offset: 16)
    }

    /// `fd_fdstat_set_flags`.
    package func fdFdstatSetFlags(fd: UInt32, flags: UInt32) throws(WASIErrno) {
        let descriptor = try descriptors[fd]
        let flags = try Self.fdFlags(flags)
        try descriptor.require(.fdFdstatSetFlags)
        switch descriptor.object {
        case .file(let file): try file.setFlags(flags)
        case .socket(let socket): try socket.setFlags(flags)
        case .directory: break
        }
        descriptor.flags = flags
    }

    static func fdFlags(_ value: UInt32) throws(WASIErrno) -> FdFlags {
        guard let bits = UInt16(exactly: value), FdFlags(rawValue: bits).isSubset(of: .all)
        else { throw .inval }
        return FdFlags(rawValue: bits)
    }

    /// `fd_fdstat_set_rights`: only ever takes rights away.
    package func fdFdstatSetRights(
        fd: UInt32, base: UInt64, inheriting: UInt64
    ) throws(WASIErrno) {
        let descriptor = try descriptors[fd]
        let rights = Rights(rawValue: base)
        let inherited = Rights(rawValue: inheriting)
        guard rights.isSubset(of: descriptor.rights),
            inherited.isSubset(of: descriptor.inheriting)
        else { throw .notcapable }
        descriptor.rights = rights
        descriptor.inheriting = inherited
    }

    /// `fd_prestat_get`; `badf` for what is not a preopened directory, where a guest's search for
    /// them ends.
    package func fdPrestatGet(
        _ memory: GuestMemory, fd: UInt32, result: UInt32
    ) throws(WASIErrno) {
        guard let name = try descriptors[fd].preopenName else { throw .badf }
        try memory.zero(at: result, byteCount: 8)
        try memory.store(UInt32(clamping: name.count), at: result, offset: 4)
    }

    /// `fd_prestat_dir_name`: the name without a terminator.
    package func fdPrestatDirName(
        _ memory: GuestMemory, fd: UInt32, path: UInt32, byteCount: UInt32
    ) throws(WASIErrno) {
        guard let name = try descriptors[fd].preopenName else { throw .badf }
        guard name.count <= Int(byteCount) else { throw .nametoolong }
        try memory.check(at: path, byteCount: byteCount)
        try memory.store(bytes: name, at: path)
    }

    /// `fd_readdir`: as many `dirent` structures with names as fit, the last one maybe cut.
    package func fdReaddir(
        _ memory: GuestMemory, fd: UInt32, buffer: UInt32, byteCount: UInt32, cookie: UInt64,
        result: UInt32
    ) throws(WASIErrno) {
        let directory = try descriptors[fd].directory(.fdReaddir)
        try memory.check(at: result, byteCount: 4)
        // SAFETY: the slice is checked, and used during this call only.
        let room = try unsafe memory.slice(at: buffer, byteCount: byteCount)
        var used = 0
        if byteCount > 0 {
            try directory.readEntries(from: cookie) { entry in
                let image = Self.direntImage(entry) + entry.name
                let count = min(image.count, room.count - used)
                // SAFETY: at most what is left of the room is written.
                unsafe UnsafeMutableRawBufferPointer(rebasing: room[used..<used + count])
                    .copyBytes(from: image[..<count])
                used += count
                return used < room.count
            }
        }
        try memory.store(UInt32(used), at: result)
    }

    /// The 24 bytes of a `dirent`.
    private static func direntImage(_ entry: DirectoryEntry) -> [UInt8] {
        var image = [UInt8]()
        image.reserveCapacity(24 + entry.name.count)
        func append(_ value: UInt64, _ count: UInt64) {
            for index in 0..<count { image.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        }
        append(entry.nextCookie, 8)
        append(entry.inode, 8)
        append(UInt64(entry.name.count), 4)
        append(UInt64(entry.kind.rawValue), 4)
        return image
    }
}
