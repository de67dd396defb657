import Testing
import Vault
import VaultTorture

private func n(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Counts of store operations: promises of the design that do not depend on any clock.
@Suite struct CostTests {
    @Test(
        "cold random 4 KiB reads take one fetch each, with all interior blocks in 2 MiB per 175 MB")
    func coldRandomReads() throws {
        let store = RecordingBlockStore(MemoryBlockStore(), keepsEvents: false)
        let size: UInt64 = 175_000_000
        do {
            let volume = try TestVolumes.create(on: store)
            let file = try volume.createFile(n("db"), in: volume.root)
            let chunk = [UInt8](repeating: 1, count: 1 << 20)
            var offset: UInt64 = 0
            while offset < size {
                let count = min(UInt64(chunk.count), size - offset)
                try volume.write(file, at: offset, Array(chunk.prefix(Int(count))))
                offset += count
            }
            try volume.close()
        }
        let volume = try TestVolumes.open(store)
        let file = try volume.lookup(n("db"), in: volume.root)
        // Once over everything, one byte every 512 KiB: brings the interior blocks in.
        for offset in stride(from: UInt64(0), to: size, by: 512 << 10) {
            _ = try volume.read(file, at: offset, count: 1)
        }
        #expect(volume.usage.residentNodeCount * 4096 <= 2 << 20)
        var generator = SeededGenerator(seed: 3)
        store.resetCounts()
        var blocks: Set<UInt64> = []
        while blocks.count < 2000 {
            let block = UInt64.random(in: 0..<size / 4096, using: &generator)
            guard block % 128 != 0, blocks.insert(block).inserted else { continue }
            #expect(try volume.read(file, at: block * 4096, count: 4096).count == 4096)
        }
        #expect(store.counts.reads == 2000)
        #expect(store.counts.bytesRead == 2000 * 4096)
    }

    @Test("a synced 4 KiB overwrite in a 175 MB file writes at most three times its size")
    func overwrites() throws {
        let store = RecordingBlockStore(MemoryBlockStore(), keepsEvents: false)
        let volume = try TestVolumes.create(on: store)
        let file = try volume.createFile(n("db"), in: volume.root)
        let chunk = [UInt8](repeating: 1, count: 1 << 20)
        for index in 0..<167 { try volume.write(file, at: UInt64(index) << 20, chunk) }
        try volume.close()
        var generator = SeededGenerator(seed: 4)
        store.resetCounts()
        let count = 4000
        for _ in 0..<count {
            let block = UInt64.random(in: 0..<167 * 256, using: &generator)
            try volume.write(file, at: block * 4096, generator.bytes(4096))
            try volume.sync()
        }
        let amplification = Double(store.counts.bytesWritten) / Double(count * 4096)
        print("synced 4 KiB overwrites: \(amplification) times bytes written")
        #expect(amplification <= 3)
        #expect(store.counts.barriers == 2 * count)
    }
}
