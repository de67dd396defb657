/// A file, directory or symbolic link in memory.
final class MemoryNode: TreeNode {
    let kind: FileKind
    let number: UInt64
    var linkCount: UInt64 = 0
    private let space: MemorySpace
    private var accessTime: UInt64
    private var modificationTime: UInt64
    private var changeTime: UInt64

    private var contents: MemoryContents
    private var target: [UInt8] = []
    private var entries = MemoryEntries()
    /// A directory is held by the one above it, except the root and removed ones.
    private unowned var directoryAbove: MemoryNode?
    private(set) var isRemoved = false

    init(_ kind: FileKind, space: MemorySpace, number: UInt64) {
        self.kind = kind
        self.space = space
        self.number = number
        contents = MemoryContents(space: space)
        accessTime = space.now()
        modificationTime = accessTime
        changeTime = accessTime
    }

    deinit {
        if number > 1 { space.give(MemorySpace.nodeByteCount + UInt64(target.count)) }
    }

    /// For taking the tree apart.
    func takeChildren() -> [MemoryNode] {
        let children = entries.all
        entries = MemoryEntries()
        for (name, _) in children { space.give(Self.cost(of: name)) }
        return children.map { $0.node }
    }

    // MARK: Anything

    func status() throws(WASIErrno) -> FileStat {
        var status = FileStat()
        status.device = space.device
        status.inode = number
        status.kind = kind
        status.linkCount = linkCount
        status.sizeBytes = kind == .symbolicLink ? UInt64(target.count) : contents.byteCount
        status.accessTime = accessTime
        status.modificationTime = modificationTime
        status.changeTime = changeTime
        return status
    }

    func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno) {
        if case .set(let time) = access { accessTime = time }
        if case .set(let time) = modification { modificationTime = time }
        changeTime = space.now()
    }

    func synchronize(dataOnly: Bool) throws(WASIErrno) {}

    private func touchContents() {
        modificationTime = space.now()
        changeTime = modificationTime
    }

    // MARK: Regular files

    func sizeBytes() throws(WASIErrno) -> UInt64 { contents.byteCount }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(WASIErrno) -> Int {
        // As Linux does by default (relatime): once after each change.
        if accessTime <= modificationTime { accessTime = space.now() }
        // SAFETY: the caller's buffer is passed on.
        return unsafe contents.read(at: offset, into: buffer)
    }

    func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws(WASIErrno) -> Int {
        defer { touchContents() }
        // SAFETY: the caller's buffer is passed on.
        return try unsafe contents.write(at: offset, from: buffer)
    }

    func setSize(_ byteCount: UInt64) throws(WASIErrno) {
        try contents.setSize(byteCount)
        touchContents()
    }

    func allocate(offset: UInt64, byteCount: UInt64) throws(WASIErrno) {
        try contents.allocate(offset: offset, count: byteCount)
        touchContents()
    }

    // MARK: Symbolic links

    func linkTarget() throws(WASIErrno) -> [UInt8] { target }

    // MARK: Directories

    func parent() throws(WASIErrno) -> (any TreeNode)? { directoryAbove }
    func isEmpty() throws(WASIErrno) -> Bool { entries.isEmpty }
    func child(_ name: FileName) throws(WASIErrno) -> (any TreeNode)? { entries[name] }

    func makeFile(_ name: FileName) throws(WASIErrno) -> any TreeNode {
        try make(.regularFile, name)
    }

    func makeDirectory(_ name: FileName) throws(WASIErrno) {
        let node = try make(.directory, name)
        // Its own `.`, and its `..` in this one.
        node.linkCount += 1
        linkCount += 1
        node.directoryAbove = self
    }

    func makeSymbolicLink(_ name: FileName, target: [UInt8]) throws(WASIErrno) {
        try space.take(UInt64(target.count))
        do throws(WASIErrno) {
            try make(.symbolicLink, name).target = target
        } catch {
            space.give(UInt64(target.count))
            throw error
        }
    }

    private func make(_ kind: FileKind, _ name: FileName) throws(WASIErrno) -> MemoryNode {
        guard !isRemoved else { throw .noent }
        try space.take(MemorySpace.nodeByteCount)
        let node = MemoryNode(kind, space: space, number: space.makeNumber())
        // From here on the node gives back its own share when it goes.
        try insert(node, name)
        return node
    }

    func link(_ node: any TreeNode, as name: FileName) throws(WASIErrno) {
        guard let node = node as? MemoryNode else { throw .xdev }
        try insert(node, name)
    }

    private func insert(_ node: MemoryNode, _ name: FileName) throws(WASIErrno) {
        try space.take(Self.cost(of: name))
        entries.insert(node, as: name)
        node.linkCount += 1
        node.changeTime = space.now()
        touchContents()
    }

    func removeChild(_ name: FileName) throws(WASIErrno) {
        guard let node = detach(name) else { throw .noent }
        if node.kind == .directory {
            node.isRemoved = true
            node.linkCount = 0
        }
    }

    /// Takes an entry out; a directory under it is then held by nobody.
    private func detach(_ name: FileName) -> MemoryNode? {
        guard let node = entries.remove(name) else { return nil }
        space.give(Self.cost(of: name))
        node.linkCount -= 1
        node.changeTime = space.now()
        if node.kind == .directory {
            linkCount -= 1
            node.directoryAbove = nil
        }
        touchContents()
        return node
    }

    func moveChild(
        _ name: FileName, to directory: any TreeNode, as newName: FileName
    ) throws(WASIErrno) {
        guard let directory = directory as? MemoryNode else { throw .xdev }
        // Room first, so that nothing fails half way.
        try space.take(Self.cost(of: newName))
        space.give(Self.cost(of: newName))
        guard let node = detach(name) else { throw .noent }
        if directory.entries[newName] != nil { try directory.removeChild(newName) }
        try directory.insert(node, newName)
        if node.kind == .directory {
            node.directoryAbove = directory
            directory.linkCount += 1
        }
    }

    func readEntries(
        after cookie: UInt64, _ visit: (DirectoryEntry) -> Bool
    ) throws(WASIErrno) {
        if accessTime <= modificationTime { accessTime = space.now() }
        entries.visit(after: cookie) { name, node, cookie in
            visit(
                DirectoryEntry(
                    nextCookie: cookie, inode: node.number, kind: node.kind,
                    name: name.bytes[...]))
        }
    }

    private static func cost(of name: FileName) -> UInt64 {
        MemorySpace.entryByteCount + UInt64(name.bytes.count)
    }
}
