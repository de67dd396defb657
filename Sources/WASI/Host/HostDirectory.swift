package import Platform

/// A directory of the host's and everything below it.
///
/// Every path is looked up by the kernel with RESOLVE_BENEATH from the open directory (openat2(2)),
/// so neither `..`, nor absolute or magic links, nor changes made meanwhile lead out of the tree.
/// Names are changed with the `…at` calls on a parent found that way and one last component, which
/// those calls never follow.
package final class HostDirectory: DirectoryCapability {
    let descriptor: FileDescriptor
    /// Whether everything that would change the tree fails with `rofs`.
    let isReadOnly: Bool
    /// Whether this is the top of what the guest sees, whose `..` must not be told.
    private let isTop: Bool
    var listing = HostListing()

    /// Opens the host's directory at `path` as the top of a tree.
    ///
    /// - Throws: what the kernel reports, such as `ENOENT` or `ENOTDIR`.
    package init(path: PathName, isReadOnly: Bool) throws(Errno) {
        descriptor = try BorrowedDescriptor.currentDirectory.open(path, .directory)
        self.isReadOnly = isReadOnly
        isTop = true
    }

    private init(below parent: HostDirectory, _ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
        isReadOnly = parent.isReadOnly
        isTop = false
    }

    // MARK: Opening

    package func open(
        _ path: GuestPath, _ request: OpenRequest
    ) throws(WASIErrno) -> OpenedObject {
        let flags = try openFlags(request)
        let mode: UInt32 = flags.contains(.create) ? 0o666 : 0
        let opened = try contained(path, flags, mode: mode)
        let status = try translating { () throws(Errno) in try opened.borrowed.status() }
        switch status.kind {
        case .directory:
            return .directory(HostDirectory(below: self, opened))
        case .regularFile:
            return .file(HostFile(opened: opened, appends: request.appends))
        case .symbolicLink, .characterDevice, .blockDevice, .pipe, .socket, .unknown:
            return .file(HostStream(owning: opened, status: status))
        }
    }

    private func openFlags(_ request: OpenRequest) throws(WASIErrno) -> OpenFlags {
        // A pipe's or device's open must not wait; a terminal must not become ours.
        var flags: OpenFlags = [.nonBlocking, .noControllingTerminal]
        if request.flags.contains(.directory) {
            guard !request.flags.contains(.creat) else { throw .inval }
            flags.insert(.directory)
        } else if request.wantsWrite {
            flags.insert(request.wantsRead ? .readWrite : .writeOnly)
        }
        if isReadOnly, request.wantsWrite || !request.flags.isDisjoint(with: [.creat, .trunc]) {
            throw .rofs
        }
        if request.flags.contains(.creat) { flags.insert(.create) }
        if request.flags.contains(.excl) { flags.insert(.exclusive) }
        if request.flags.contains(.trunc) { flags.insert(.truncate) }
        if request.appends { flags.insert(.append) }
        if !request.followsLink { flags.insert(.noFollow) }
        return flags
    }

    /// The contained lookup; a way out of the tree is `perm`.
    private func contained(
        _ path: GuestPath, _ flags: OpenFlags, mode: UInt32 = 0
    ) throws(WASIErrno) -> FileDescriptor {
        guard let name = PathName(path.bytes) else { throw .inval }
        do {
            return try descriptor.borrowed.openBeneath(name, flags, mode: mode)
        } catch {
            throw error == .EXDEV ? .perm : WASIErrno(error)
        }
    }

    // MARK: Status and times

    package func status() throws(WASIErrno) -> FileStat {
        FileStat(try translating { () throws(Errno) in try descriptor.borrowed.status() })
    }

    package func status(of path: GuestPath, followsLink: Bool) throws(WASIErrno) -> FileStat {
        if path.isSingleName, let name = PathName(path.bytes) {
            // One call suffices for a plain name here that is no link to follow.
            let status = try translating { () throws(Errno) in
                try descriptor.borrowed.status(of: name)
            }
            if status.kind != .symbolicLink || !followsLink { return FileStat(status) }
        }
        let place = try contained(path, followsLink ? .pathOnly : [.pathOnly, .noFollow])
        return FileStat(try translating { () throws(Errno) in try place.borrowed.status() })
    }

    package func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno) {
        guard !isReadOnly else { throw .rofs }
        try translating { () throws(Errno) in
            try descriptor.borrowed.setTimes(
                access: access.change, modification: modification.change)
        }
    }

    package func setTimes(
        of path: GuestPath, followsLink: Bool, access: TimeUpdate, modification: TimeUpdate
    ) throws(WASIErrno) {
        guard !isReadOnly else { throw .rofs }
        let place = try contained(path, followsLink ? .pathOnly : [.pathOnly, .noFollow])
        try translating { () throws(Errno) in
            try place.borrowed.setTimesOfPlace(
                access: access.change, modification: modification.change)
        }
    }

    package func synchronize(dataOnly: Bool) throws(WASIErrno) {
        try translating { () throws(Errno) in
            try descriptor.borrowed.synchronize(dataOnly: dataOnly)
        }
    }

    // MARK: Names

    package func makeDirectory(_ path: GuestPath) throws(WASIErrno) {
        try changing(path) { (parent, name) throws(Errno) in try parent.makeDirectory(name) }
    }

    package func makeSymbolicLink(_ path: GuestPath, target: [UInt8]) throws(WASIErrno) {
        guard let target = PathName(target) else { throw .inval }
        try changing(path) { (parent, name) throws(Errno) in
            try parent.makeSymbolicLink(name, to: target)
        }
    }

    package func readLink(_ path: GuestPath) throws(WASIErrno) -> [UInt8] {
        let target = try withParent(of: path) { (parent, name) throws(WASIErrno) in
            try translating { () throws(Errno) in try parent.readLink(name) }
        }
        // The host's text: the guest is promised UTF-8.
        guard String(validating: target, as: UTF8.self) != nil else { throw .ilseq }
        return target
    }

    package func removeDirectory(_ path: GuestPath) throws(WASIErrno) {
        try changing(path) { (parent, name) throws(Errno) in try parent.removeDirectory(name) }
    }

    package func unlink(_ path: GuestPath) throws(WASIErrno) {
        try changing(path) { (parent, name) throws(Errno) in try parent.unlink(name) }
    }

    package func link(
        _ path: GuestPath, to directory: any DirectoryCapability, as newPath: GuestPath
    ) throws(WASIErrno) {
        try pairing(path, directory, newPath) { (from, name, to, newName) throws(Errno) in
            try from.link(name, to: to, as: newName)
        }
    }

    package func rename(
        _ path: GuestPath, to directory: any DirectoryCapability, as newPath: GuestPath
    ) throws(WASIErrno) {
        try pairing(path, directory, newPath) { (from, name, to, newName) throws(Errno) in
            try from.rename(name, to: to, as: newName)
        }
    }

    private func pairing(
        _ path: GuestPath, _ directory: any DirectoryCapability, _ newPath: GuestPath,
        _ body: (BorrowedDescriptor, PathName, BorrowedDescriptor, PathName) throws(Errno) -> Void
    ) throws(WASIErrno) {
        guard let other = directory as? HostDirectory else { throw .xdev }
        guard !isReadOnly, !other.isReadOnly else { throw .rofs }
        try withParent(of: path) { (from, name) throws(WASIErrno) in
            try other.withParent(of: newPath) { (to, newName) throws(WASIErrno) in
                try translating { () throws(Errno) in try body(from, name, to, newName) }
            }
        }
    }

    private func changing(
        _ path: GuestPath, _ body: (BorrowedDescriptor, PathName) throws(Errno) -> Void
    ) throws(WASIErrno) {
        guard !isReadOnly else { throw .rofs }
        try withParent(of: path) { (parent, name) throws(WASIErrno) in
            try translating { () throws(Errno) in try body(parent, name) }
        }
    }

    /// Finds the directory that holds the last component and calls `body` with it and that
    /// component: a single name or `.`, with one slash after it if the path ended in one.
    private func withParent<R>(
        of path: GuestPath, _ body: (BorrowedDescriptor, PathName) throws(WASIErrno) -> R
    ) throws(WASIErrno) -> R {
        let (parent, last) = path.split
        if last.elementsEqual("..".utf8) {
            // Where it leads is looked up whole; `.` there fails as `..` would, without a way out.
            let place = try contained(path, [.pathOnly, .directory])
            return try body(place.borrowed, ".")
        }
        let ending: [UInt8] = path.hasTrailingSlash ? [UInt8(ascii: "/")] : []
        guard let name = PathName(last + ending) else { throw .inval }
        if parent.isEmpty { return try body(descriptor.borrowed, name) }
        let place = try contained(try GuestPath(Array(parent)), [.pathOnly, .directory])
        return try body(place.borrowed, name)
    }

    // MARK: Listing

    package func readEntries(
        from cookie: UInt64, _ visit: (DirectoryEntry) -> Bool
    ) throws(WASIErrno) {
        var own: UInt64?
        if isTop { own = try status().inode }
        try listing.read(descriptor.borrowed, from: cookie) { record in
            var inode = record.inode
            if let own, record.name.elementsEqual("..".utf8) { inode = own }
            // A name that is not UTF-8 can not be said to the guest, nor opened by it.
            guard String(validating: record.name, as: UTF8.self) != nil else { return true }
            return visit(
                DirectoryEntry(
                    nextCookie: UInt64(bitPattern: record.nextOffset), inode: inode,
                    kind: kind(of: record), name: record.name))
        }
    }

    /// Some file systems do not say the kind in the directory.
    private func kind(of record: DirectoryRecord) -> FileKind {
        if record.kind == .unknown, let name = PathName(record.name),
            let status = try? descriptor.borrowed.status(of: name)
        {
            return FileKind(status.kind)
        }
        return FileKind(record.kind)
    }
}
