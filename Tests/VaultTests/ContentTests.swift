import Testing
import Vault
import VaultTorture

private func n(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct ContentTests {
    let store = MemoryBlockStore()
    let volume: Volume
    let file: InodeNumber

    init() throws {
        volume = try TestVolumes.create(on: store)
        file = try volume.createFile(n("f"), in: volume.root)
    }

    @Test("a byte at 1 TiB takes a few blocks; the hole before it reads as zeros")
    func sparse() throws {
        let offset: UInt64 = 1 << 40
        try volume.write(file, at: offset, [42])
        try volume.sync()
        #expect(try volume.attributes(of: file).size == offset + 1)
        #expect(try volume.attributes(of: file).allocatedSize == 4096)
        #expect(try volume.read(file, at: offset - 5000, count: 6000).suffix(2) == [0, 42])
        #expect(try volume.read(file, at: 1 << 30, count: 3) == [0, 0, 0])
        #expect(try volume.read(file, at: offset + 1, count: 3) == [])
        let again = try TestVolumes.open(store)
        #expect(try again.read(file, at: offset, count: 10) == [42])
        #expect(throws: VaultFailure.fileTooLarge) { try volume.write(file, at: 1 << 44, [1]) }
        #expect(throws: VaultFailure.fileTooLarge) { try volume.write(file, at: .max, [1]) }
        #expect(throws: VaultFailure.fileTooLarge) { try volume.resize(file, to: 1 << 45) }
        try volume.resize(file, to: 0)
        try volume.sync()
        #expect(try volume.attributes(of: file).allocatedSize == 0)
        #expect(try volume.check(readsData: true).isClean)
    }

    @Test(
        "what was cut off does not come back when the file grows again",
        arguments: [1, 4095, 4096, 4097])
    func cutAndGrow(size: Int) throws {
        try volume.write(file, at: 0, [UInt8](repeating: 7, count: 9000))
        try volume.sync()
        try volume.resize(file, to: UInt64(size))
        try volume.resize(file, to: 9000)
        let expected =
            [UInt8](repeating: 7, count: size) + [UInt8](repeating: 0, count: 9000 - size)
        #expect(try volume.contents(of: file) == expected)
        try volume.close()
        #expect(try TestVolumes.open(store).contents(of: file) == expected)
    }

    @Test("nothing is durable before sync, everything after")
    func durability() throws {
        try volume.sync()
        try volume.write(file, at: 0, [1])
        #expect(try TestVolumes.open(MemoryBlockStore(bytes: store.image)).contents(of: file) == [])
        try volume.sync()
        #expect(
            try TestVolumes.open(MemoryBlockStore(bytes: store.image)).contents(of: file) == [1])
    }

    @Test("cache pressure makes no state of its own: one epoch a sync")
    func oneStatePerSync() throws {
        try volume.sync()
        let before = volume.durableState.epoch
        let image = store.image
        try volume.write(file, at: 0, [UInt8](repeating: 3, count: 8 << 20))
        #expect(volume.durableState.epoch == before)
        // The superblocks are the same bytes as before, though megabytes were written around them.
        #expect(store.image.count > image.count)
        #expect(store.image[..<16384] == image[..<16384])
        #expect(try volume.sync() == before + 1)
        #expect(try volume.sync() == before + 1)
    }

    @Test("a full volume refuses to write, still lets go of files, and then writes again")
    func full() throws {
        var options = TestVolumes.options()
        options.growth = .fixed
        let small = try TestVolumes.create(options: options, blockCount: 512)
        let big = try small.createFile(n("big"), in: small.root)
        let chunk = [UInt8](repeating: 1, count: 65_536)
        var offset: UInt64 = 0
        #expect(throws: VaultFailure.noSpace) {
            while true {
                try small.write(big, at: offset, chunk)
                offset += UInt64(chunk.count)
            }
        }
        #expect(offset > 512 * 4096 / 4)
        try small.sync()
        #expect(try small.contents(of: big).count >= Int(offset))
        try small.unlink(n("big"), in: small.root)
        try small.sync()
        let next = try small.createFile(n("next"), in: small.root)
        try small.write(next, at: 0, chunk)
        try small.sync()
        #expect(try small.check(readsData: true).isClean)
    }

    @Test("times are kept as set; writing moves two of them")
    func times() throws {
        try volume.setTimes(of: file, accessed: 5, modified: 6)
        var attributes = try volume.attributes(of: file)
        #expect((attributes.accessed, attributes.modified) == (5, 6))
        try volume.sync()
        attributes = try TestVolumes.open(store).attributes(of: file)
        #expect((attributes.accessed, attributes.modified) == (5, 6))
        try volume.write(file, at: 0, [1])
        attributes = try volume.attributes(of: file)
        #expect(attributes.accessed == 5)
        #expect(attributes.modified == 1_700_000_000_000_000_000)
    }

    @Test("locks: shared go together, exclusive do not, a range splits")
    func locks() throws {
        try volume.lock(file, FileLock(owner: 1, start: 0, end: 100, isExclusive: false))
        try volume.lock(file, FileLock(owner: 2, start: 50, end: 150, isExclusive: false))
        #expect(throws: VaultFailure.wouldBlock) {
            try volume.lock(file, FileLock(owner: 2, start: 0, end: 10, isExclusive: true))
        }
        try volume.lock(file, FileLock(owner: 2, start: 100, end: 150, isExclusive: true))
        volume.unlock(file, owner: 1, start: 20, end: 40)
        try volume.lock(file, FileLock(owner: 2, start: 20, end: 40, isExclusive: true))
        #expect(
            volume.conflict(
                with: FileLock(owner: 2, start: 40, end: 41, isExclusive: true), on: file)
                == FileLock(owner: 1, start: 40, end: 100, isExclusive: false))
        #expect(throws: VaultFailure.invalid) {
            try volume.lock(file, FileLock(owner: 1, start: 5, end: 5, isExclusive: true))
        }
    }

    @Test("reading in parallel with a writer gives one write or the other, never a mixture")
    func atomicReads() async throws {
        let size = 64 * 1024
        try volume.write(file, at: 0, [UInt8](repeating: 0, count: size))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<150 {
                        let bytes = try volume.read(file, at: 0, count: size)
                        #expect(bytes.allSatisfy { $0 == bytes[0] })
                    }
                }
            }
            group.addTask {
                for value: UInt8 in 1...120 {
                    try volume.write(file, at: 0, [UInt8](repeating: value, count: size))
                    if value % 3 == 0 { try volume.sync() }
                }
            }
            try await group.waitForAll()
        }
        #expect(try volume.contents(of: file) == [UInt8](repeating: 120, count: size))
    }
}
