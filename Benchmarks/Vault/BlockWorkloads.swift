import Cryptography
import Platform
import Vault
import VaultTorture

/// The same work on a vault and on files of a directory, which may be a mount of anything.
extension VaultBenchmark {
    private static let sizes = [4096, 262_144]

    /// Writes, synced writes and reads of one block size, in turn, on whatever the closures reach.
    private static func blocks(
        _ size: Int, write: (Int, [UInt8]) throws -> Void,
        read: (Int, inout [UInt8]) throws -> Void, sync: () throws -> Void
    ) throws {
        let label = "\(size / 1024) KiB"
        var bytes = [UInt8](repeating: 5, count: size)
        let span = 134_217_728
        let inOrder = Array(stride(from: 0, to: span, by: size))
        let megabytes = Double(span) / 1e6
        let filled = try best(of: 1) {
            for offset in inOrder { try write(offset, bytes) }
            try sync()
        }
        report("\(label) writes in order, one sync", "", "MB/s", megabytes / filled)
        var generator = SeededGenerator(seed: 3)
        let anyWhere = inOrder.shuffled(using: &generator)
        let scattered = try best(of: 1) {
            for offset in anyWhere { try write(offset, bytes) }
            try sync()
        }
        report("\(label) writes at random, one sync", "", "MB/s", megabytes / scattered)
        let few = anyWhere.prefix(300)
        let synced = try best(of: 1) {
            for offset in few {
                try write(offset, bytes)
                try sync()
            }
        }
        report("\(label) writes at random, each synced", "", "a second", 300 / synced)
        let read1 = try best(of: 2) { for offset in inOrder { try read(offset, &bytes) } }
        report("\(label) reads in order", "", "MB/s", megabytes / read1)
        let read2 = try best(of: 2) { for offset in anyWhere { try read(offset, &bytes) } }
        report("\(label) reads at random", "", "MB/s", megabytes / read2)
    }

    static func vaultBlocks(_ directory: String) throws {
        for size in sizes {
            let store = try FileBlockStore(creating: path(directory, "bench.blocks"))
            let volume = try Volume.create(on: store, unlock: key, options: options())
            let file = try volume.createFile(Array("f".utf8), in: volume.root)
            try blocks(
                size, write: { try volume.write(file, at: UInt64($0), $1) },
                read: { offset, bytes in
                    _ = try unsafe bytes.withUnsafeMutableBytes {
                        try unsafe volume.read(file, at: UInt64(offset), into: $0)
                    }
                }, sync: { try volume.sync() })
            _ = try path(directory, "bench.blocks")
        }
    }

    static func plainBlocks(_ directory: String) throws {
        for size in sizes {
            let file = try BorrowedDescriptor.currentDirectory.open(
                path(directory, "bench.blocks"), [.readWrite, .create, .truncate])
            try blocks(
                size,
                write: { offset, bytes in
                    _ = try unsafe bytes.withUnsafeBytes {
                        try unsafe file.borrowed.write(from: $0, at: Int64(offset))
                    }
                },
                read: { offset, bytes in
                    _ = try unsafe bytes.withUnsafeMutableBytes {
                        try unsafe file.borrowed.read(into: $0, at: Int64(offset))
                    }
                }, sync: { try file.borrowed.synchronize(dataOnly: true) })
            _ = try path(directory, "bench.blocks")
        }
    }

    /// 100,000 files of 1 KiB in a directory; one sync of the directory at the end, which on ext4
    /// commits them all.
    static func plainFiles(_ directory: String) throws {
        let count = 100_000
        var content = [UInt8](repeating: 3, count: 1024)
        let folder = try BorrowedDescriptor.currentDirectory.open(
            PathName(directory) ?? path(directory, "."), [.readOnly, .directory])
        func name(_ number: Int) throws -> PathName {
            guard let name = PathName("file-\(number)") else { throw Errno.EINVAL }
            return name
        }
        let made = try best(of: 1) {
            for number in 0..<count {
                let file = try folder.borrowed.open(
                    name(number), [.writeOnly, .create, .truncate])
                _ = try unsafe content.withUnsafeBytes {
                    try unsafe file.borrowed.write(from: $0, at: 0)
                }
            }
            try folder.borrowed.synchronize(dataOnly: false)
        }
        let read = try best(of: 1) {
            for number in 0..<count {
                let file = try folder.borrowed.open(name(number), [.readOnly])
                _ = try unsafe content.withUnsafeMutableBytes {
                    try unsafe file.borrowed.read(into: $0, at: 0)
                }
            }
        }
        report("100,000 files of 1 KiB, one directory", "", "create/s", Double(count) / made)
        report("100,000 files of 1 KiB, one directory", "", "read/s", Double(count) / read)
        for number in 0..<count { _ = try path(directory, "file-\(number)") }
    }

    /// A volume of 10 GB, all of it written, and the time that changing its key takes.
    static func rekey(_ directory: String) throws {
        let store = try FileBlockStore(creating: path(directory, "bench.vault"))
        let volume = try Volume.create(on: store, unlock: key, options: options())
        let file = try volume.createFile(Array("f".utf8), in: volume.root)
        let chunk = [UInt8](repeating: 7, count: 1 << 20)
        for index in 0..<9_540 { try volume.write(file, at: UInt64(index) << 20, chunk) }
        try volume.close()
        report("rekey", "vault", "GB in use", Double(volume.usage.usedBytes) / 1e9)
        let new = UnlockKey.raw(SecretBytes(copying: [UInt8](repeating: 2, count: 32)))
        let seconds = try best(of: 1) { try volume.replaceKey(key, with: new, label: "new") }
        report("rekey", "vault", "ms", seconds * 1000)
        _ = try path(directory, "bench.vault")
    }
}

extension VolumeUsage {
    fileprivate var usedBytes: UInt64 { (blockCount - freeBlockCount) * UInt64(blockSize) }
}
