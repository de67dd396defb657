import Testing
import Vault
import VaultTorture

@Suite struct ModelTests {
    @Test(
        "random operations leave what a model says, now and after opening again", arguments: 1...12)
    func randomOperations(seed: UInt64) throws {
        let store = MemoryBlockStore()
        var volume = try TestVolumes.create(on: store, seed: seed)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<8 {
            var workload = try Workload(volume, seed: seed * 100 + UInt64(round))
            for _ in 0..<60 {
                try workload.step()
                if Int.random(in: 0..<12, using: &generator) == 0 { try volume.sync() }
            }
            #expect(try Model(reading: volume) == workload.model, "seed \(seed), round \(round)")
            if Bool.random(using: &generator) { try volume.sync() } else { try volume.close() }
            volume = try TestVolumes.open(store, seed: seed * 1000 + UInt64(round))
            #expect(try Model(reading: volume) == workload.model, "seed \(seed), round \(round)")
        }
    }
}
