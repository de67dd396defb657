import Cryptography
import Foundation
import Platform
import Synchronization
import Vault
import VaultTorture

/// `vault-benchmark DIRECTORY [WORKLOAD…]`: the vault beside a plain file and a model of the SGX
/// protected file, on the same disk. One line of CSV a figure: workload, system, metric, value.
@main
struct VaultBenchmark {
    static let fileSize = 175_000_000 / 4096 * 4096
    static let blockSize = 4096

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let directory = arguments.first else {
            print("usage: vault-benchmark DIRECTORY [aead read write sequential files readers]")
            print("       vault-benchmark DIRECTORY (vault|plain)-(blocks|files) | rekey")
            return
        }
        let wanted = Set(arguments.dropFirst())
        let all: [(String, (String) throws -> Void)] = [
            ("aead", aead), ("read", randomReads), ("write", overwrites),
            ("sequential", sequential), ("files", smallFiles), ("readers", readers),
        ]
        let named: [(String, (String) throws -> Void)] = [
            ("vault-blocks", vaultBlocks), ("plain-blocks", plainBlocks),
            ("vault-files", smallFiles), ("plain-files", plainFiles), ("rekey", rekey),
        ]
        print("workload,system,metric,value")
        for (name, run) in all where wanted.isEmpty || wanted.contains(name) { try run(directory) }
        for (name, run) in named where wanted.contains(name) { try run(directory) }
    }

    static func report(_ workload: String, _ system: String, _ metric: String, _ value: Double) {
        print("\(workload),\(system),\(metric),\(String(format: "%.3f", value))")
    }

    /// Seconds that `body` takes, the best of some tries: by the clock, or of this process's CPU,
    /// which says more on a machine that others use too.
    static func best(
        of count: Int = 3, _ clock: SystemClockID = .monotonic, _ body: () throws -> Void
    ) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<count {
            let start = clock.nanoseconds
            try body()
            best = min(best, Double(clock.nanoseconds - start) / 1e9)
        }
        return best
    }

    // MARK: Systems

    static func path(_ directory: String, _ name: String) throws -> PathName {
        let text = "\(directory)/\(name)"
        _ = unsafe unlink(text)
        guard let path = PathName(text) else { throw Errno.EINVAL }
        return path
    }

    static func options() -> VolumeOptions {
        var options = VolumeOptions()
        options.now = { SystemClockID.realtime.nanoseconds }
        return options
    }

    static let key = UnlockKey.raw(SecretBytes(copying: [UInt8](repeating: 1, count: 32)))

    /// A vault on the disk with one file of 175 MB.
    static func filledVault(
        _ directory: String
    ) throws -> (volume: Volume, store: RecordingBlockStore, file: InodeNumber) {
        let store = RecordingBlockStore(
            try FileBlockStore(creating: path(directory, "bench.vault")), keepsEvents: false)
        let volume = try Volume.create(on: store, unlock: key, options: options())
        let file = try volume.createFile(Array("db".utf8), in: volume.root)
        let chunk = [UInt8](repeating: 7, count: 1 << 20)
        var offset = 0
        while offset < fileSize {
            try volume.write(
                file, at: UInt64(offset), Array(chunk.prefix(min(chunk.count, fileSize - offset))))
            offset += chunk.count
        }
        try volume.close()
        return (volume, store, file)
    }

    static func filledPlain(_ directory: String) throws -> FileDescriptor {
        let file = try BorrowedDescriptor.currentDirectory.open(
            path(directory, "bench.plain"), [.readWrite, .create, .truncate])
        let chunk = [UInt8](repeating: 7, count: fileSize)
        try file.borrowed.writeAll(chunk)
        try file.borrowed.synchronize(dataOnly: true)
        return file
    }

    static func filledModel(
        _ directory: String, synchronizes: Bool
    ) throws -> SGXProtectedFile {
        let model = try SGXProtectedFile(
            path: "\(directory)/bench.sgx", synchronizes: synchronizes)
        let node = [UInt8](repeating: 7, count: blockSize)
        for number in 0..<fileSize / blockSize { try model.write(node: number, node) }
        try model.commit()
        return model
    }

    // MARK: Workloads

    static func aead(_: String) throws {
        let key = try AESGCMKey(SecretBytes(count: 32, from: SystemEntropy()))
        let plain = [UInt8](repeating: 5, count: blockSize)
        var sealed = plain
        var tag = [UInt8](repeating: 0, count: 16)
        var nonce = [UInt8](repeating: 0, count: 12)
        let data = [UInt8](repeating: 3, count: 32)
        let count = 100_000
        func run(_ seals: Bool) throws -> Double {
            try best(of: 5, .processCPUTime) {
                for index in 0..<count {
                    nonce[0] = UInt8(truncatingIfNeeded: index)
                    nonce[1] = UInt8(truncatingIfNeeded: index >> 8)
                    try unsafe plain.withUnsafeBytes { plain in
                        try unsafe sealed.withUnsafeMutableBytes { sealed in
                            try unsafe tag.withUnsafeMutableBytes { tag in
                                try unsafe nonce.withUnsafeBytes { nonce in
                                    try unsafe data.withUnsafeBytes { data in
                                        try unsafe key.seal(
                                            plain, nonce: nonce, associatedData: data,
                                            into: sealed, tag: tag)
                                        guard !seals else { return }
                                        try unsafe key.open(
                                            UnsafeRawBufferPointer(sealed), nonce: nonce,
                                            associatedData: data,
                                            tag: UnsafeRawBufferPointer(tag), into: sealed)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        let seal = try run(true)
        let both = try run(false)
        let bytes = Double(count * blockSize) / 1e9
        report("aead 4 KiB", "vault", "seal GB/CPU s", bytes / seal)
        report("aead 4 KiB", "vault", "open GB/CPU s", bytes / (both - seal))
    }

    static func offsets(_ count: Int, seed: UInt64 = 1) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            Int.random(in: 0..<fileSize / blockSize, using: &generator) * blockSize
        }
    }

    static func randomReads(_ directory: String) throws {
        let offsets = offsets(40_000)
        var buffer = [UInt8](repeating: 0, count: blockSize)
        let plain = try filledPlain(directory)
        let plainTime = try best(.processCPUTime) {
            for offset in offsets {
                _ = try unsafe buffer.withUnsafeMutableBytes {
                    try unsafe plain.borrowed.read(into: $0, at: Int64(offset))
                }
            }
        }
        report("random read 4 KiB", "plain file", "CPU us", plainTime * 1e6 / Double(offsets.count))
        let (volume, store, file) = try filledVault(directory)
        try readAll(volume, file, Array(stride(from: 0, to: fileSize, by: 128 * 4096)), &buffer)
        store.resetCounts()
        let vaultTime = try best(.processCPUTime) {
            try readAll(volume, file, offsets, &buffer)
        }
        let reads = Double(store.counts.reads) / Double(3 * offsets.count)
        report("random read 4 KiB", "vault", "CPU us", vaultTime * 1e6 / Double(offsets.count))
        report("random read 4 KiB", "vault", "fetches", reads)
        report(
            "random read 4 KiB", "vault", "interior MiB",
            Double(volume.usage.residentNodeCount * blockSize) / 1_048_576)
        let model = try filledModel(directory, synchronizes: false)
        model.dropCache()
        model.resetCounts()
        let modelTime = try best(.processCPUTime) {
            for offset in offsets { try model.read(node: offset / blockSize, into: &buffer) }
        }
        report("random read 4 KiB", "sgx model", "CPU us", modelTime * 1e6 / Double(offsets.count))
        report(
            "random read 4 KiB", "sgx model", "fetches",
            Double(model.fetches) / Double(3 * offsets.count))
        report("random read 4 KiB", "vault", "times the model's speed", modelTime / vaultTime)
    }

    static func readAll(
        _ volume: Volume, _ file: InodeNumber, _ offsets: [Int], _ buffer: inout [UInt8]
    ) throws {
        for offset in offsets {
            let count = try unsafe buffer.withUnsafeMutableBytes {
                try unsafe volume.read(file, at: UInt64(offset), into: $0)
            }
            precondition(count == blockSize)
        }
    }

    static func overwrites(_ directory: String) throws {
        let offsets = offsets(1_000, seed: 2)
        let bytes = [UInt8](repeating: 9, count: blockSize)
        let total = Double(offsets.count)
        let plain = try filledPlain(directory)
        let plainTime = try best(of: 1) {
            for offset in offsets {
                _ = try unsafe bytes.withUnsafeBytes {
                    try unsafe plain.borrowed.write(from: $0, at: Int64(offset))
                }
                try plain.borrowed.synchronize(dataOnly: true)
            }
        }
        report("synced overwrite 4 KiB", "plain file", "us", plainTime * 1e6 / total)
        let (volume, store, file) = try filledVault(directory)
        store.resetCounts()
        let vaultTime = try best(of: 1) {
            for offset in offsets {
                try volume.write(file, at: UInt64(offset), bytes)
                try volume.sync()
            }
        }
        report("synced overwrite 4 KiB", "vault", "us", vaultTime * 1e6 / total)
        report(
            "synced overwrite 4 KiB", "vault", "bytes written / bytes",
            Double(store.counts.bytesWritten) / total / Double(blockSize))
        for synchronizes in [true, false] {
            let name = synchronizes ? "sgx model + fdatasync" : "sgx model"
            let model = try filledModel(directory, synchronizes: synchronizes)
            model.resetCounts()
            let time = try best(of: 1) {
                for offset in offsets {
                    try model.write(node: offset / blockSize, bytes)
                    try model.commit()
                }
            }
            report("synced overwrite 4 KiB", name, "us", time * 1e6 / total)
            report(
                "synced overwrite 4 KiB", name, "bytes written / bytes",
                Double(model.bytesWritten) / total / Double(blockSize))
        }
    }

    static func sequential(_ directory: String) throws {
        let chunk = [UInt8](repeating: 1, count: 256 << 10)
        var buffer = chunk
        let megabytes = Double(fileSize) / 1e6
        let count = fileSize / chunk.count
        let plain = try BorrowedDescriptor.currentDirectory.open(
            path(directory, "bench.plain"), [.readWrite, .create, .truncate])
        let plainWrite = try best(of: 1) {
            for _ in 0..<count { try plain.borrowed.writeAll(chunk) }
            try plain.borrowed.synchronize(dataOnly: true)
        }
        let plainRead = try best {
            for index in 0..<count {
                _ = try unsafe buffer.withUnsafeMutableBytes {
                    try unsafe plain.borrowed.read(into: $0, at: Int64(index * chunk.count))
                }
            }
        }
        report("sequential 256 KiB write + sync", "plain file", "MB/s", megabytes / plainWrite)
        report("sequential 256 KiB read", "plain file", "MB/s", megabytes / plainRead)
        let store = try FileBlockStore(creating: path(directory, "bench.vault"))
        let volume = try Volume.create(on: store, unlock: key, options: options())
        let file = try volume.createFile(Array("f".utf8), in: volume.root)
        let write = try best(of: 1) {
            for index in 0..<count {
                try volume.write(file, at: UInt64(index * chunk.count), chunk)
            }
            try volume.sync()
        }
        let read = try best {
            for index in 0..<count {
                _ = try unsafe buffer.withUnsafeMutableBytes {
                    try unsafe volume.read(file, at: UInt64(index * chunk.count), into: $0)
                }
            }
        }
        report("sequential 256 KiB write + sync", "vault", "MB/s", megabytes / write)
        report("sequential 256 KiB read", "vault", "MB/s", megabytes / read)
    }

    static func smallFiles(_ directory: String) throws {
        let count = 100_000
        let content = [UInt8](repeating: 3, count: 1024)
        let store = try FileBlockStore(creating: path(directory, "bench.vault"))
        let volume = try Volume.create(on: store, unlock: key, options: options())
        let write = try best(of: 1) {
            for number in 0..<count {
                let file = try volume.createFile(Array("file-\(number)".utf8), in: volume.root)
                try volume.write(file, at: 0, content)
            }
            try volume.sync()
        }
        var buffer = content
        let read = try best(of: 1) {
            for number in 0..<count {
                let file = try volume.lookup(Array("file-\(number)".utf8), in: volume.root)
                _ = try unsafe buffer.withUnsafeMutableBytes {
                    try unsafe volume.read(file, at: 0, into: $0)
                }
            }
        }
        report("100,000 files of 1 KiB, one directory", "vault", "create/s", Double(count) / write)
        report("100,000 files of 1 KiB, one directory", "vault", "read/s", Double(count) / read)
    }

    static func readers(_ directory: String) throws {
        let (volume, _, file) = try filledVault(directory)
        let perReader = 20_000
        func run(_ threads: Int) -> Double {
            best {
                DispatchQueue.concurrentPerform(iterations: threads) { reader in
                    var buffer = [UInt8](repeating: 0, count: blockSize)
                    try? readAll(
                        volume, file, offsets(perReader, seed: UInt64(reader)), &buffer)
                }
            }
        }
        let one = run(1)
        let eight = run(8)
        report("8 readers of one file", "vault", "times one reader", 8 * one / eight)
        // What the machine has to give just now: the same threads, nothing shared.
        let single = best { spin(1) }
        let many = best { spin(8) }
        report("8 threads that share nothing", "control", "times one thread", 8 * single / many)
    }

    /// Arithmetic on as many threads.
    static func spin(_ threads: Int) {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            var generator = SeededGenerator(seed: UInt64(thread))
            var sum: UInt64 = 0
            for _ in 0..<30_000_000 { sum &+= generator.next() }
            if sum == 1 { print(sum) }
        }
    }
}
