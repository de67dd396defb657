/// An open directory of a tree: everything that a guest may do below it.
package final class TreeDirectory: DirectoryCapability {
    /// Cookies 1 and 2 come after `.` and `..`.
    package static let reservedCookies: UInt64 = 2

    /// Most symbolic links in one lookup, as on Linux.
    private static let linkLimit = 40

    let node: any TreeNode
    /// Keeps the file system alive, and tells one from another.
    let owner: AnyObject
    /// Whether everything that would change the tree fails with `rofs`.
    let isReadOnly: Bool

    /// - Parameter owner: the file system; the same object for all directories that `link` and
    ///   `rename` may connect.
    package init(_ node: any TreeNode, owner: AnyObject, isReadOnly: Bool = false) {
        self.node = node
        self.owner = owner
        self.isReadOnly = isReadOnly
    }

    // MARK: Opening

    package func open(
        _ path: GuestPath, _ request: OpenRequest
    ) throws(WASIErrno) -> OpenedObject {
        let creates = request.flags.contains(.creat)
        guard !creates || !request.flags.contains(.directory) else { throw .inval }
        let wantsWrite = request.wantsWrite && !request.flags.contains(.directory)
        if isReadOnly, wantsWrite || creates || request.flags.contains(.trunc) { throw .rofs }
        let excludes = creates && request.flags.contains(.excl)
        let found = try lookUp(path, request.followsLink && !excludes ? .follow : .keep)
        guard let existing = found.node else {
            guard creates else { throw .noent }
            let (parent, name) = try found.place(orElse: .isdir)
            guard !found.mustBeDirectory else { throw .isdir }
            return .file(
                TreeFile(try parent.makeFile(name), owner: owner, appends: request.appends))
        }
        if excludes { throw .exist }
        switch existing.kind {
        case .directory:
            guard !creates, !wantsWrite, !request.flags.contains(.trunc) else { throw .isdir }
            return .directory(TreeDirectory(existing, owner: owner, isReadOnly: isReadOnly))
        case .symbolicLink:
            throw request.flags.contains(.directory) ? .notdir : .loop
        default:
            guard !found.mustBeDirectory, !request.flags.contains(.directory) else {
                throw .notdir
            }
            if request.flags.contains(.trunc) { try existing.setSize(0) }
            return .file(TreeFile(existing, owner: owner, appends: request.appends))
        }
    }

    // MARK: Status and times

    package func status() throws(WASIErrno) -> FileStat { try node.status() }

    package func status(of path: GuestPath, followsLink: Bool) throws(WASIErrno) -> FileStat {
        try existing(path, followsLink ? .follow : .keep).status()
    }

    package func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno) {
        guard !isReadOnly else { throw .rofs }
        try node.setTimes(access: access, modification: modification)
    }

    package func setTimes(
        of path: GuestPath, followsLink: Bool, access: TimeUpdate, modification: TimeUpdate
    ) throws(WASIErrno) {
        guard !isReadOnly else { throw .rofs }
        try existing(path, followsLink ? .follow : .keep)
            .setTimes(access: access, modification: modification)
    }

    package func synchronize(dataOnly: Bool) throws(WASIErrno) {
        try node.synchronize(dataOnly: dataOnly)
    }

    private func existing(_ path: GuestPath, _ last: LastLink) throws(WASIErrno) -> any TreeNode {
        let found = try lookUp(path, last)
        guard let node = found.node else { throw .noent }
        guard !found.mustBeDirectory || node.kind == .directory else { throw .notdir }
        return node
    }

    // MARK: Names

    package func makeDirectory(_ path: GuestPath) throws(WASIErrno) {
        let (parent, name, _) = try free(path)
        try parent.makeDirectory(name)
    }

    package func makeSymbolicLink(_ path: GuestPath, target: [UInt8]) throws(WASIErrno) {
        let (parent, name, mustBeDirectory) = try free(path)
        guard !mustBeDirectory else { throw .noent }
        try parent.makeSymbolicLink(name, target: target)
    }

    package func readLink(_ path: GuestPath) throws(WASIErrno) -> [UInt8] {
        let node = try existing(path, .keep)
        guard node.kind == .symbolicLink else { throw .inval }
        return try node.linkTarget()
    }

    package func unlink(_ path: GuestPath) throws(WASIErrno) {
        guard !isReadOnly else { throw .rofs }
        let found = try lookUp(path, .never)
        let (parent, name) = try found.place(orElse: .isdir)
        guard let node = found.node else { throw .noent }
        guard node.kind != .directory else { throw .isdir }
        guard !found.mustBeDirectory else { throw .notdir }
        try parent.removeChild(name)
    }

    package func removeDirectory(_ path: GuestPath) throws(WASIErrno) {
        guard !isReadOnly else { throw .rofs }
        let found = try lookUp(path, .never)
        let (parent, name) = try found.place(orElse: .inval)
        guard let node = found.node else { throw .noent }
        guard node.kind == .directory else { throw .notdir }
        guard try node.isEmpty() else { throw .notempty }
        try parent.removeChild(name)
    }

    package func link(
        _ path: GuestPath, to directory: any DirectoryCapability, as newPath: GuestPath
    ) throws(WASIErrno) {
        let other = try sameTree(directory)
        let found = try lookUp(path, .never)
        guard let node = found.node else { throw .noent }
        guard node.kind == .directory || !found.mustBeDirectory else { throw .notdir }
        guard node.kind != .directory else { throw .perm }
        let (parent, name, mustBeDirectory) = try other.free(newPath)
        guard !mustBeDirectory else { throw .noent }
        try parent.link(node, as: name)
    }

    package func rename(
        _ path: GuestPath, to directory: any DirectoryCapability, as newPath: GuestPath
    ) throws(WASIErrno) {
        let other = try sameTree(directory)
        let old = try lookUp(path, .never)
        let (parent, name) = try old.place(orElse: .busy)
        guard let node = old.node else { throw .noent }
        let new = try other.lookUp(newPath, .never)
        let (newParent, newName) = try new.place(orElse: .busy)
        let isDirectory = node.kind == .directory
        guard isDirectory || !(old.mustBeDirectory || new.mustBeDirectory) else { throw .notdir }
        guard !newParent.isRemoved else { throw .noent }
        if isDirectory { try Self.checkNotInside(newParent, of: node) }
        if let victim = new.node {
            if victim === node { return }
            guard isDirectory == (victim.kind == .directory) else {
                throw isDirectory ? .notdir : .isdir
            }
            if isDirectory {
                guard try victim.isEmpty() else { throw .notempty }
            }
        }
        try parent.moveChild(name, to: newParent, as: newName)
    }

    /// A directory can not be moved below itself.
    private static func checkNotInside(
        _ directory: any TreeNode, of node: any TreeNode
    ) throws(WASIErrno) {
        var current: (any TreeNode)? = directory
        while let step = current {
            if step === node { throw .inval }
            current = try step.parent()
        }
    }

    private func sameTree(
        _ directory: any DirectoryCapability
    ) throws(WASIErrno) -> TreeDirectory {
        guard let other = directory as? TreeDirectory, other.owner === owner else { throw .xdev }
        guard !isReadOnly, !other.isReadOnly else { throw .rofs }
        return other
    }

    /// A place for something new.
    private func free(
        _ path: GuestPath
    ) throws(WASIErrno) -> (parent: any TreeNode, name: FileName, mustBeDirectory: Bool) {
        let found = try lookUp(path, .never)
        let (parent, name) = try found.place(orElse: .exist)
        guard found.node == nil else { throw .exist }
        guard !isReadOnly else { throw .rofs }
        guard !parent.isRemoved else { throw .noent }
        return (parent, name, found.mustBeDirectory)
    }

    // MARK: Lookup

    /// What to do with a symbolic link in the last place.
    private enum LastLink {
        /// Follow it.
        case follow
        /// Keep it, unless a slash comes after it.
        case keep
        /// Keep it in any case, as operations on names do.
        case never
    }

    private struct Found {
        /// Where the last component is or would be; nil when the path ends in `.` or `..`.
        var parentAndName: (any TreeNode, FileName)?
        var node: (any TreeNode)?
        /// Whether a slash came last.
        var mustBeDirectory: Bool

        func place(orElse error: WASIErrno) throws(WASIErrno) -> (any TreeNode, FileName) {
            guard let parentAndName else { throw error }
            return parentAndName
        }
    }

    /// Walks `path` from this directory. The last component need not exist; everything before it
    /// must be directories or links to them.
    private func lookUp(_ path: GuestPath, _ last: LastLink) throws(WASIErrno) -> Found {
        var walk = Walk(path.bytes[...])
        var current = node
        while let component = walk.next() {
            if component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                guard current !== node else { throw .perm }
                guard let parent = try current.parent() else { throw .noent }
                current = parent
                continue
            }
            let name = try FileName(component)
            let child = try current.child(name)
            let isLast = walk.isAtEnd
            let followed: Bool
            switch last {
            case .follow: followed = true
            case .keep: followed = !isLast || walk.mustBeDirectory
            case .never: followed = !isLast
            }
            if let child, child.kind == .symbolicLink, followed {
                try walk.follow(child.linkTarget(), limit: Self.linkLimit)
                continue
            }
            if isLast {
                return Found(
                    parentAndName: (current, name), node: child,
                    mustBeDirectory: walk.mustBeDirectory)
            }
            guard let child else { throw .noent }
            guard child.kind == .directory else { throw .notdir }
            current = child
        }
        return Found(parentAndName: nil, node: current, mustBeDirectory: true)
    }

    /// The components still to walk: those of the path, and of links met on the way.
    private struct Walk {
        private var pending: [ArraySlice<UInt8>]
        private var linkCount = 0
        private(set) var mustBeDirectory: Bool

        init(_ path: ArraySlice<UInt8>) {
            pending = Self.components(path).reversed()
            mustBeDirectory = path.last == UInt8(ascii: "/")
        }

        var isAtEnd: Bool { pending.isEmpty }

        mutating func next() -> ArraySlice<UInt8>? { pending.popLast() }

        mutating func follow(_ target: [UInt8], limit: Int) throws(WASIErrno) {
            linkCount += 1
            guard linkCount <= limit else { throw .loop }
            guard let first = target.first else { throw .noent }
            guard first != UInt8(ascii: "/") else { throw .perm }
            if pending.isEmpty, target.last == UInt8(ascii: "/") { mustBeDirectory = true }
            pending += Self.components(target[...]).reversed()
        }

        private static func components(_ path: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
            path.split(separator: UInt8(ascii: "/"))
        }
    }

    // MARK: Listing

    package func readEntries(
        from cookie: UInt64, _ visit: (DirectoryEntry) -> Bool
    ) throws(WASIErrno) {
        let own = try node.status().inode
        let dot = [UInt8(ascii: "."), UInt8(ascii: ".")]
        if cookie < 1 {
            let entry = DirectoryEntry(
                nextCookie: 1, inode: own, kind: .directory, name: dot[..<1])
            guard visit(entry) else { return }
        }
        if cookie < 2 {
            // What lies above the directory is not told.
            let entry = DirectoryEntry(nextCookie: 2, inode: own, kind: .directory, name: dot[...])
            guard visit(entry) else { return }
        }
        try node.readEntries(after: max(cookie, Self.reservedCookies), visit)
    }
}
