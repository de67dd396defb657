internal import Vault
internal import WASI

/// A file, directory or symbolic link of a vault.
///
/// It keeps the inode alive while somebody holds the node, even after its last name is gone.
final class VaultNode: TreeNode {
    let kind: WASI.FileKind
    let inode: InodeNumber
    // The tree keeps nodes weakly, so this makes no cycle.
    private let tree: VaultTree

    private var volume: Volume { tree.volume }

    init(_ inode: InodeNumber, of tree: VaultTree) throws(WASIErrno) {
        self.inode = inode
        self.tree = tree
        kind = try translated { () throws(VaultFailure) in
            try tree.volume.retain(inode)
            return WASI.FileKind(try tree.volume.attributes(of: inode).kind)
        }
    }

    deinit { try? tree.volume.release(inode) }

    private func attributes() throws(WASIErrno) -> Attributes {
        try translated { () throws(VaultFailure) in try volume.attributes(of: inode) }
    }

    // MARK: Anything

    func status() throws(WASIErrno) -> FileStat {
        let attributes = try attributes()
        var status = FileStat()
        status.device = tree.device
        status.inode = inode
        status.kind = kind
        status.linkCount = UInt64(attributes.linkCount)
        status.sizeBytes = attributes.size
        status.accessTime = attributes.accessed
        status.modificationTime = attributes.modified
        status.changeTime = attributes.changed
        return status
    }

    func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno) {
        try translated { () throws(VaultFailure) in
            try volume.setTimes(
                of: inode, accessed: access.nanoseconds, modified: modification.nanoseconds)
        }
    }

    func synchronize(dataOnly: Bool) throws(WASIErrno) {
        // A sync is of the whole volume, in one step: nothing smaller would be cheaper.
        _ = try translated { () throws(VaultFailure) in try volume.sync() }
    }

    // MARK: Regular files

    func sizeBytes() throws(WASIErrno) -> UInt64 { try attributes().size }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(WASIErrno) -> Int {
        // SAFETY: the caller's buffer is passed on.
        try translated { () throws(VaultFailure) in
            try unsafe volume.read(inode, at: offset, into: buffer)
        }
    }

    func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws(WASIErrno) -> Int {
        // SAFETY: the caller's buffer is passed on.
        try translated { () throws(VaultFailure) in
            try unsafe volume.write(inode, at: offset, buffer)
        }
        return buffer.count
    }

    func setSize(_ byteCount: UInt64) throws(WASIErrno) {
        try translated { () throws(VaultFailure) in try volume.resize(inode, to: byteCount) }
    }

    func allocate(offset: UInt64, byteCount: UInt64) throws(WASIErrno) {
        try translated { () throws(VaultFailure) in
            try volume.allocate(inode, offset: offset, byteCount: byteCount)
        }
    }

    // MARK: Symbolic links

    func linkTarget() throws(WASIErrno) -> [UInt8] {
        try translated { () throws(VaultFailure) in try volume.readSymlink(inode) }
    }

    // MARK: Directories

    func parent() throws(WASIErrno) -> (any TreeNode)? {
        guard inode != volume.root, !isRemoved else { return nil }
        let parent = try translated { () throws(VaultFailure) in
            try volume.lookup([0x2e, 0x2e], in: inode)
        }
        return try tree.node(parent)
    }

    var isRemoved: Bool { (try? volume.attributes(of: inode).linkCount) ?? 0 == 0 }

    func isEmpty() throws(WASIErrno) -> Bool {
        try translated { () throws(VaultFailure) in
            try volume.entries(of: inode, after: TreeDirectory.reservedCookies, limit: 1).isEmpty
        }
    }

    func child(_ name: FileName) throws(WASIErrno) -> (any TreeNode)? {
        let found: InodeNumber
        do throws(VaultFailure) {
            found = try volume.lookup(name.bytes, in: inode)
        } catch .noEntry {
            return nil
        } catch {
            throw WASIErrno(error)
        }
        return try tree.node(found)
    }

    func makeFile(_ name: FileName) throws(WASIErrno) -> any TreeNode {
        let made = try translated { () throws(VaultFailure) in
            try volume.createFile(name.bytes, in: inode)
        }
        return try tree.node(made)
    }

    func makeDirectory(_ name: FileName) throws(WASIErrno) {
        _ = try translated { () throws(VaultFailure) in
            try volume.createDirectory(name.bytes, in: inode)
        }
    }

    func makeSymbolicLink(_ name: FileName, target: [UInt8]) throws(WASIErrno) {
        _ = try translated { () throws(VaultFailure) in
            try volume.createSymlink(to: target, name.bytes, in: inode)
        }
    }

    func link(_ node: any TreeNode, as name: FileName) throws(WASIErrno) {
        guard let node = node as? VaultNode else { throw .xdev }
        try translated { () throws(VaultFailure) in
            try volume.link(node.inode, as: name.bytes, in: inode)
        }
    }

    func removeChild(_ name: FileName) throws(WASIErrno) {
        guard let child = try child(name) else { throw .noent }
        try translated { () throws(VaultFailure) in
            if child.kind == .directory {
                try volume.removeDirectory(name.bytes, in: inode)
            } else {
                try volume.unlink(name.bytes, in: inode)
            }
        }
    }

    func moveChild(
        _ name: FileName, to directory: any TreeNode, as newName: FileName
    ) throws(WASIErrno) {
        guard let directory = directory as? VaultNode else { throw .xdev }
        try translated { () throws(VaultFailure) in
            try volume.rename(name.bytes, in: inode, to: newName.bytes, in: directory.inode)
        }
    }

    func readEntries(
        after cookie: UInt64, _ visit: (WASI.DirectoryEntry) -> Bool
    ) throws(WASIErrno) {
        var next = max(cookie, TreeDirectory.reservedCookies)
        while true {
            let after = next
            let entries = try translated { () throws(VaultFailure) in
                try volume.entries(of: inode, after: after, limit: 128)
            }
            guard let last = entries.last else { return }
            for entry in entries {
                let goesOn = visit(
                    WASI.DirectoryEntry(
                        nextCookie: entry.cookie, inode: entry.inode,
                        kind: WASI.FileKind(entry.kind), name: entry.name[...]))
                guard goesOn else { return }
            }
            next = last.cookie
        }
    }
}

/// Runs `body` with its error in WASI's words.
private func translated<Result>(
    _ body: () throws(VaultFailure) -> Result
) throws(WASIErrno) -> Result {
    do throws(VaultFailure) { return try body() } catch { throw WASIErrno(error) }
}

extension WASIErrno {
    /// A failure of a vault as the guest sees it. Damage and failing stores are all `io`.
    init(_ failure: VaultFailure) {
        self =
            switch failure {
            case .noEntry: .noent
            case .exists: .exist
            case .notDirectory: .notdir
            case .isDirectory: .isdir
            case .notEmpty: .notempty
            case .noSpace: .nospc
            case .fileTooLarge: .fbig
            case .invalid: .inval
            case .loop: .loop
            case .tooManyLinks: .mlink
            case .nameTooLong: .nametoolong
            case .notPermitted: .perm
            case .readOnly: .rofs
            case .wouldBlock: .again
            case .busy: .busy
            case .store, .damaged, .failed, .anchor: .io
            }
    }
}

extension WASI.FileKind {
    /// The kind of an inode.
    fileprivate init(_ kind: Vault.FileKind) {
        self =
            switch kind {
            case .file: .regularFile
            case .directory: .directory
            case .symlink: .symbolicLink
            }
    }
}

extension TimeUpdate {
    /// The time to set, if any.
    fileprivate var nanoseconds: UInt64? {
        switch self {
        case .keep: nil
        case .set(let nanoseconds): nanoseconds
        }
    }
}
