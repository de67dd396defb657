/// An open file or directory; closed when the value goes.
public struct File: ~Copyable {
    /// What a file is opened for.
    public enum Mode: Sendable {
        /// Reading; it must exist.
        case read
        /// Reading and writing; it must exist.
        case update
        /// Writing from the start; created or cut to 0 bytes.
        case replace
        /// Writing at the end; created when needed.
        case append
        /// Reading and writing; created, and it must not exist.
        case createNew

        var flags: OpenFlags {
            switch self {
            case .read, .update: []
            case .replace: [.create, .truncate]
            case .append: .create
            case .createNew: [.create, .exclusive]
            }
        }

        var rights: Rights {
            let reading: Rights = [.fdRead, .fdSeek, .fdTell, .fdStatus, .fdAdvise, .poll]
            let writing: Rights = [
                .fdWrite, .fdSeek, .fdTell, .fdStatus, .fdSync, .fdDatasync, .fdAllocate,
                .fdSetSize, .fdSetTimes, .fdSetFlags, .poll,
            ]
            switch self {
            case .read: return reading
            case .replace, .append: return writing
            case .update, .createNew: return reading.union(writing)
            }
        }
    }

    /// The descriptor; valid as long as this value.
    public let descriptor: FileDescriptor

    /// Takes over a descriptor.
    public init(owning descriptor: FileDescriptor) { self.descriptor = descriptor }

    /// Opens a file by its full path.
    public init(_ path: String, _ mode: Mode) throws(Errno) {
        let place = try FileSystem.resolve(path)
        descriptor = try place.directory.open(
            place.path, mode.flags, rights: mode.rights, inheriting: [],
            descriptorFlags: mode == .append ? .append : [])
    }

    deinit {
        do throws(Errno) {
            try descriptor.close()
        } catch {
            // Nothing is open any more; what was written was reported by `write` and `sync`.
        }
    }

    /// The bytes from the position to the end.
    public func readToEnd() throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try descriptor.read(into: &piece)
            if count == 0 { return bytes }
            guard count <= piece.count else { throw .io }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    /// The entries of a directory, without `.` and `..`, in the host's order.
    public func entries() throws(Errno) -> [DirectoryEntry] {
        var found: [DirectoryEntry] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var cookie: UInt64 = 0
        while true {
            let used = try readEntries(into: &buffer, after: cookie)
            let entries = DirectoryEntry.decode(buffer[..<used])
            guard let last = entries.last else {
                // An entry that does not fit needs a larger buffer; less than full is the end.
                if used < buffer.count { return found }
                buffer = [UInt8](repeating: 0, count: buffer.count * 2)
                continue
            }
            cookie = last.next
            found.append(contentsOf: entries.filter { $0.name != "." && $0.name != ".." })
            if used < buffer.count { return found }
        }
    }

    private func readEntries(
        into buffer: inout [UInt8], after cookie: UInt64
    ) throws(Errno) -> Int {
        var result: Result<Int, Errno> = .success(0)
        unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            do throws(Errno) {
                result = .success(try unsafe descriptor.readDirectory(into: bytes, after: cookie))
            } catch {
                result = .failure(error)
            }
        }
        let used = try result.get()
        guard used <= buffer.count else { throw .io }
        return used
    }
}
