internal import Platform

/// A file that remembers the version that a program told, for as long as the program is the same
/// file: path, inode, size and times of change.
struct VersionMemory {
    private static let limitBytes = 4096

    private let file: PathName
    private let key: String

    /// - Returns: nil when there is no such program.
    init?(file: String, program: String) {
        guard let path = PathName(program.utf8), let file = PathName(file.utf8),
            let open = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
            let status = try? open.borrowed.status()
        else { return nil }
        self.file = file
        key =
            [
                Int64(bitPattern: status.device), Int64(bitPattern: status.inode), status.sizeBytes,
                status.modificationTime, status.changeTime,
            ].map { String($0) }.joined(separator: " ") + " \(program)"
    }

    /// What the program told, when it is still the same.
    var version: String? {
        guard let open = try? BorrowedDescriptor.currentDirectory.open(file, .readOnly),
            let bytes = try? open.borrowed.readAll(limitBytes: Self.limitBytes)
        else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 2, lines[0] == key else { return nil }
        return String(lines[1])
    }

    /// Remembers; where there is no place for it, nothing is kept.
    func store(_ version: String) {
        let here = BorrowedDescriptor.currentDirectory
        let flags: OpenFlags = [.writeOnly, .create, .truncate]
        guard let open = try? here.open(file, flags, mode: 0o600) else { return }
        try? open.borrowed.writeAll(Array("\(key)\n\(version)\n".utf8))
    }
}
