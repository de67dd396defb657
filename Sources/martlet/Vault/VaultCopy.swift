import Diagnostics
import Platform
import Vault

/// Copies files and trees between the host and a vault.
struct VaultCopy {
    private static let chunkByteCount = 1 << 20
    /// Deepest tree; a deeper one is refused rather than followed for ever.
    private static let maximumDepth = 256

    let volume: Volume
    let recursive: Bool
    var progress: ProgressBar

    /// Bytes in a host file or tree, for the progress bar.
    static func size(of path: PathName, in folder: BorrowedDescriptor, depth: Int = 0) -> UInt64 {
        guard depth < maximumDepth, let status = try? folder.status(of: path) else { return 0 }
        guard status.kind == .directory else { return UInt64(max(status.sizeBytes, 0)) }
        guard let opened = try? folder.open(path, [.readOnly, .directory]) else { return 0 }
        let names = (try? HostNames.list(opened.borrowed)) ?? []
        return names.reduce(0) { $0 + size(of: $1, in: opened.borrowed, depth: depth + 1) }
    }

    // MARK: In

    /// Copies what stands at `path` on the host to a name in the vault.
    mutating func copyIn(
        _ path: PathName, in folder: BorrowedDescriptor, to name: [UInt8],
        in directory: InodeNumber, depth: Int = 0
    ) throws {
        guard depth < Self.maximumDepth else { throw VaultFailure.loop }
        let status = try folder.status(of: path)
        switch status.kind {
        case .regularFile:
            let file = try folder.open(path, [.readOnly])
            try copyIn(file.borrowed, to: name, in: directory)
        case .symbolicLink:
            _ = try volume.createSymlink(to: try folder.readLink(path), name, in: directory)
        case .directory:
            guard recursive else { throw VaultFailure.isDirectory }
            let opened = try folder.open(path, [.readOnly, .directory])
            let target = try existingDirectory(name, in: directory)
            for entry in try HostNames.list(opened.borrowed) {
                try copyIn(
                    entry, in: opened.borrowed, to: Array(entry.bytes), in: target,
                    depth: depth + 1)
            }
        default: throw Errno.EINVAL
        }
        let inode = try volume.lookup(name, in: directory)
        try volume.setTimes(
            of: inode, accessed: UInt64(max(status.accessTime, 0)),
            modified: UInt64(max(status.modificationTime, 0)))
    }

    private func existingDirectory(
        _ name: [UInt8], in directory: InodeNumber
    ) throws -> InodeNumber {
        do {
            return try volume.createDirectory(name, in: directory)
        } catch VaultFailure.exists {
            let found = try volume.lookup(name, in: directory)
            guard try volume.attributes(of: found).kind == .directory else {
                throw VaultFailure.notDirectory
            }
            return found
        }
    }

    /// Copies an open host file over or to a name.
    mutating func copyIn(
        _ source: BorrowedDescriptor, to name: [UInt8], in directory: InodeNumber
    ) throws {
        let inode: InodeNumber
        do {
            inode = try volume.createFile(name, in: directory)
        } catch VaultFailure.exists {
            inode = try volume.lookup(name, in: directory)
            try volume.resize(inode, to: 0)
        }
        var buffer = [UInt8](repeating: 0, count: Self.chunkByteCount)
        var offset: UInt64 = 0
        while true {
            let count = try unsafe buffer.withUnsafeMutableBytes {
                try unsafe source.read(into: $0)
            }
            if count == 0 { return }
            try unsafe buffer.prefix(count).withUnsafeBytes {
                try unsafe volume.write(inode, at: offset, $0)
            }
            offset += UInt64(count)
            progress.advance(by: UInt64(count))
        }
    }

    // MARK: Out

    /// Bytes in a file or tree of the vault.
    static func size(of inode: InodeNumber, in volume: Volume) throws -> UInt64 {
        let attributes = try volume.attributes(of: inode)
        guard attributes.kind == .directory else { return attributes.size }
        return try allEntries(of: inode, in: volume).reduce(0) {
            try $0 + size(of: $1.inode, in: volume)
        }
    }

    /// All entries but "." and "..".
    static func allEntries(
        of inode: InodeNumber, in volume: Volume
    ) throws -> [Vault.DirectoryEntry] {
        var entries: [Vault.DirectoryEntry] = []
        while true {
            let more = try volume.entries(of: inode, after: entries.last?.cookie ?? 2, limit: 1024)
            if more.isEmpty { return entries }
            entries += more
        }
    }

    /// Copies an inode of the vault to a name on the host.
    mutating func copyOut(
        _ inode: InodeNumber, to name: PathName, in folder: BorrowedDescriptor
    ) throws {
        switch try volume.attributes(of: inode).kind {
        case .file:
            let file = try folder.open(name, [.writeOnly, .create, .truncate], mode: 0o600)
            try copyOut(inode, to: file.borrowed)
        case .symlink:
            guard let target = PathName(try volume.readSymlink(inode)) else { throw Errno.EINVAL }
            try folder.makeSymbolicLink(name, to: target)
        case .directory:
            guard recursive else { throw VaultFailure.isDirectory }
            do throws(Errno) {
                try folder.makeDirectory(name, mode: 0o700)
            } catch {
                guard error == .EEXIST else { throw error }
            }
            let opened = try folder.open(name, [.readOnly, .directory, .noFollow])
            for entry in try Self.allEntries(of: inode, in: volume) {
                guard let child = PathName(entry.name) else { throw Errno.EINVAL }
                try copyOut(entry.inode, to: child, in: opened.borrowed)
            }
        }
    }

    /// Writes a file of the vault to an open descriptor.
    mutating func copyOut(_ inode: InodeNumber, to target: BorrowedDescriptor) throws {
        var buffer = [UInt8](repeating: 0, count: Self.chunkByteCount)
        var offset: UInt64 = 0
        while true {
            let count = try unsafe buffer.withUnsafeMutableBytes {
                try unsafe volume.read(inode, at: offset, into: $0)
            }
            if count == 0 { return }
            try target.writeAll(Array(buffer.prefix(count)))
            offset += UInt64(count)
            progress.advance(by: UInt64(count))
        }
    }
}

/// Names in a host directory.
enum HostNames {
    /// All names but "." and "..", sorted.
    static func list(_ directory: BorrowedDescriptor) throws -> [PathName] {
        var names: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let end = try unsafe buffer.withUnsafeMutableBytes {
                try unsafe directory.readDirectory(into: $0)
            }
            if end == 0 { break }
            var offset = 0
            while offset < end, let record = DirectoryRecord(in: buffer, at: offset, end: end) {
                let name = Array(record.name)
                if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
                offset += record.recordByteCount
            }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { PathName($0) }
    }
}
