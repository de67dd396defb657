package import Vault

/// What a volume should hold: plain dictionaries.
package struct Model: Equatable, Sendable {
    /// Content of files.
    package var files: [InodeNumber: [UInt8]] = [:]
    /// Targets of symbolic links.
    package var links: [InodeNumber: [UInt8]] = [:]
    /// Names in directories.
    package var directories: [InodeNumber: [[UInt8]: InodeNumber]] = [:]

    /// An empty volume.
    package init(root: InodeNumber) { directories[root] = [:] }

    /// How many names lead to a file or link.
    package func nameCount(_ inode: InodeNumber) -> Int {
        directories.values.reduce(0) { $0 + $1.values.count { $0 == inode } }
    }

    /// Everything that a volume holds, read through its ordinary interface, with sizes, kinds and
    /// link counts checked on the way.
    package init(reading volume: Volume) throws {
        var queue = [volume.root]
        while let directory = queue.popLast() {
            var names: [[UInt8]: InodeNumber] = [:]
            var cookie: UInt64 = 2
            while true {
                let entries = try volume.entries(of: directory, after: cookie, limit: 37)
                guard let last = entries.last else { break }
                cookie = last.cookie
                for entry in entries {
                    guard names.updateValue(entry.inode, forKey: entry.name) == nil else {
                        throw Discrepancy("a name is listed twice in \(directory)")
                    }
                    let attributes = try volume.attributes(of: entry.inode)
                    guard attributes.kind == entry.kind else {
                        throw Discrepancy("kind of \(entry.inode)")
                    }
                    switch entry.kind {
                    case .directory: queue.append(entry.inode)
                    case .symlink: links[entry.inode] = try volume.readSymlink(entry.inode)
                    case .file:
                        guard files[entry.inode] == nil else { continue }
                        files[entry.inode] = try volume.contents(of: entry.inode)
                    }
                }
            }
            directories[directory] = names
        }
        for inode in files.keys {
            let count = try volume.attributes(of: inode).linkCount
            guard Int(count) == nameCount(inode) else {
                throw Discrepancy("link count of \(inode): \(count)")
            }
        }
    }
}

/// A difference between what is and what should be.
package struct Discrepancy: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

extension Volume {
    /// A whole file.
    package func contents(of inode: InodeNumber) throws -> [UInt8] {
        let size = try attributes(of: inode).size
        return try read(inode, at: 0, count: Int(size))
    }

    /// Up to `count` bytes from `offset`.
    package func read(_ inode: InodeNumber, at offset: UInt64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xee, count: count)
        let got = try unsafe bytes.withUnsafeMutableBytes {
            try unsafe read(inode, at: offset, into: $0)
        }
        bytes.removeLast(count - got)
        return bytes
    }

    /// Writes an array.
    package func write(_ inode: InodeNumber, at offset: UInt64, _ bytes: [UInt8]) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe write(inode, at: offset, $0) }
    }
}
