import Testing
import Vault
import VaultTorture

private func n(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct MaintenanceTests {
    @Test(
        "a snapshot shows its epoch whatever happens after, and gives its blocks back",
        arguments: 1...4)
    func snapshots(seed: UInt64) throws {
        let store = MemoryBlockStore()
        var volume = try TestVolumes.create(on: store, seed: seed)
        var workload = try Workload(volume, seed: seed)
        var models: [String: Model] = [:]
        for round in 0..<4 {
            for _ in 0..<60 { try workload.step() }
            models["s\(round)"] = workload.model
            _ = try volume.takeSnapshot(named: "s\(round)")
        }
        #expect(throws: VaultFailure.exists) { try volume.takeSnapshot(named: "s0") }
        for _ in 0..<100 { try workload.step() }
        try volume.sync()
        volume = try TestVolumes.open(store, seed: seed + 9)
        for (name, model) in models {
            let mounted = try volume.mount(snapshotNamed: name)
            #expect(try Model(reading: mounted) == model)
            #expect(throws: VaultFailure.readOnly) {
                try mounted.createFile(n("x"), in: mounted.root)
            }
            #expect(throws: VaultFailure.busy) { try volume.removeSnapshot(named: name) }
            volume.unmount(mounted)
        }
        #expect(try volume.check(readsData: true).isClean)
        for name in ["s1", "s3", "s0", "s2"] {
            try volume.removeSnapshot(named: name)
            models[name] = nil
            #expect(try volume.check(readsData: true).isClean, "without \(name)")
            for (other, model) in models {
                let mounted = try volume.mount(snapshotNamed: other)
                #expect(try Model(reading: mounted) == model)
                volume.unmount(mounted)
            }
        }
        #expect(throws: VaultFailure.noEntry) { try volume.removeSnapshot(named: "s0") }
        #expect(try Model(reading: volume) == workload.model)
    }

    @Test("growing makes room, shrinking moves what is in the way", arguments: 1...3)
    func growAndShrink(seed: UInt64) throws {
        let store = MemoryBlockStore()
        var options = TestVolumes.options(seed: seed)
        options.growth = .fixed
        let volume = try TestVolumes.create(on: store, options: options, blockCount: 300)
        let first = try volume.createFile(n("first"), in: volume.root)
        #expect(throws: VaultFailure.noSpace) {
            try volume.write(first, at: 0, [UInt8](repeating: 1, count: 300 * 4096))
        }
        try volume.resize(first, to: 0)
        try volume.grow(toBlockCount: 40_000)
        try volume.write(first, at: 0, [UInt8](repeating: 1, count: 1000 * 4096))
        let last = try volume.createFile(n("last"), in: volume.root)
        try volume.write(last, at: 0, [UInt8](repeating: 2, count: 200 * 4096))
        try volume.sync()
        #expect(throws: VaultFailure.noSpace) { try volume.shrink(toBlockCount: 500) }
        try volume.unlink(n("first"), in: volume.root)
        try volume.shrink(toBlockCount: 500)
        #expect(store.image.count == 500 * 4096)
        #expect(volume.usage.blockCount == 500)
        #expect(try volume.check(readsData: true).isClean)
        let again = try TestVolumes.open(store)
        #expect(try again.contents(of: last) == [UInt8](repeating: 2, count: 200 * 4096))
        #expect(throws: VaultFailure.invalid) { try volume.shrink(toBlockCount: 10) }
    }

    @Test("interior blocks that do not fit their budget are dropped and read again")
    func smallBudget() throws {
        var options = TestVolumes.options()
        options.residentNodeCount = 8
        options.cacheFrameCount = 16
        let store = MemoryBlockStore()
        let volume = try TestVolumes.create(on: store, options: options)
        let file = try volume.createFile(n("f"), in: volume.root)
        var generator = SeededGenerator(seed: 1)
        var expected: [UInt64: UInt8] = [:]
        for _ in 0..<600 {
            let block = UInt64.random(in: 0..<20_000, using: &generator)
            let value = UInt8(truncatingIfNeeded: generator.next())
            try volume.write(file, at: block * 4096, [value])
            expected[block] = value
        }
        try volume.sync()
        for (block, value) in expected {
            #expect(try volume.read(file, at: block * 4096, count: 1) == [value])
        }
        #expect(volume.usage.residentNodeCount < 200)
        #expect(try volume.check(readsData: true).isClean)
        let again = try TestVolumes.open(store)
        for (block, value) in expected {
            #expect(try again.read(file, at: block * 4096, count: 1) == [value])
        }
    }
}
