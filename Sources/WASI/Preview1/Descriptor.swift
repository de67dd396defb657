/// One entry of the guest's descriptor table.
final class Descriptor {
    enum Object {
        case file(any OpenFile)
        case directory(any DirectoryCapability)
        case socket(any GuestSocket)
    }

    let object: Object
    var rights: Rights
    var inheriting: Rights
    var flags: FdFlags
    /// The name under which the guest knows a preopened directory.
    let preopenName: [UInt8]?
    /// Whether what is written counts as output.
    let isOutput: Bool

    init(
        _ object: Object, rights: Rights, inheriting: Rights = [], flags: FdFlags = [],
        preopenName: [UInt8]? = nil, isOutput: Bool = false
    ) {
        self.object = object
        self.rights = rights
        self.inheriting = inheriting
        self.flags = flags
        self.preopenName = preopenName
        self.isOutput = isOutput
    }

    /// The file, stream or socket.
    ///
    /// - Throws: `badf` for a directory, `notcapable` without the rights.
    @inline(__always)
    func file(_ needed: Rights) throws(WASIErrno) -> any OpenFile {
        let file: any OpenFile
        switch object {
        case .file(let open): file = open
        case .socket(let socket): file = socket
        case .directory: throw .badf
        }
        guard rights.isSuperset(of: needed) else { throw .notcapable }
        return file
    }

    /// The directory.
    ///
    /// - Throws: `notdir` for anything else, `notcapable` without the rights.
    func directory(_ needed: Rights) throws(WASIErrno) -> any DirectoryCapability {
        guard case .directory(let directory) = object else { throw .notdir }
        guard rights.isSuperset(of: needed) else { throw .notcapable }
        return directory
    }

    /// The socket.
    ///
    /// - Throws: `notsock` for anything else, `notcapable` without the rights.
    func socket(_ needed: Rights) throws(WASIErrno) -> any GuestSocket {
        guard case .socket(let socket) = object else { throw .notsock }
        guard rights.isSuperset(of: needed) else { throw .notcapable }
        return socket
    }

    var kind: FileKind {
        switch object {
        case .file(let file): file.kind
        case .socket(let socket): socket.kind
        case .directory: .directory
        }
    }

    func require(_ needed: Rights) throws(WASIErrno) {
        guard rights.isSuperset(of: needed) else { throw .notcapable }
    }
}

/// The guest's open descriptors, by number.
struct DescriptorTable {
    private var entries: [Descriptor?] = []
    private var openCount = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Throws: `badf` when nothing is open under the number.
    @inline(__always)
    subscript(number: UInt32) -> Descriptor {
        get throws(WASIErrno) {
            guard Int(number) < entries.count, let entry = entries[Int(number)] else {
                throw .badf
            }
            return entry
        }
    }

    /// Whether one more can be opened.
    ///
    /// - Throws: `mfile` when not.
    func checkRoom() throws(WASIErrno) {
        guard openCount < limit else { throw .mfile }
    }

    /// Opens under the lowest free number.
    mutating func insert(_ descriptor: Descriptor) throws(WASIErrno) -> UInt32 {
        try checkRoom()
        openCount += 1
        if openCount <= entries.count, let free = entries.firstIndex(where: { $0 == nil }) {
            entries[free] = descriptor
            return UInt32(free)
        }
        entries.append(descriptor)
        return UInt32(entries.count - 1)
    }

    mutating func remove(_ number: UInt32) throws(WASIErrno) {
        _ = try self[number]
        entries[Int(number)] = nil
        openCount -= 1
    }

    /// Moves what is open under `from` to `to`, closing what was there.
    mutating func renumber(_ from: UInt32, to: UInt32) throws(WASIErrno) {
        let moved = try self[from]
        _ = try self[to]
        guard from != to else { return }
        entries[Int(to)] = moved
        entries[Int(from)] = nil
        openCount -= 1
    }
}
