import Testing
import Vault
import VaultTorture

/// A bounded sample of what `martlet-torture` does in full.
@Suite struct TortureTests {
    @Test("a power cut anywhere leaves the last sync or the one under way", arguments: 1...3)
    func powerCuts(seed: UInt64) throws {
        var cut = try PowerCut(seed: seed, steps: 120)
        try cut.run()
        let counts = cut.counts
        print("power cuts, seed \(seed): \(counts)")
        #expect(counts.images > 150)
        #expect(counts.lastSync + counts.syncUnderWay == counts.images)
        #expect(counts.syncUnderWay > 0)
    }

    @Test("no change of the image by the host goes unseen", arguments: 1...2)
    func hostMutations(seed: UInt64) throws {
        var host = try HostMutations(seed: seed)
        for number in 0..<500 { try host.tryOne(seed: seed * 100_000 + UInt64(number)) }
        let total = host.total
        print("host mutations, seed \(seed): \(total)")
        for (kind, counts) in host.counts {
            #expect(counts.undetected == 0, "\(kind)")
        }
        #expect(total.tried == 500)
        #expect(total.refusedToOpen > 50)
        #expect(total.failedToRead > 20)
    }

    @Test("a failing store is told to the guest and leaves a volume that opens")
    func storeFaults() throws {
        var told = 0
        for seed: UInt64 in 1...150 where try StoreFaults.run(seed: seed) == .told { told += 1 }
        print("store faults: \(told) told of 150")
        #expect(told > 50)
    }
}
