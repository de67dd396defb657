import Vault
import VaultTorture

/// `martlet-torture [SCALE]`: every attack on a vault, counted; exits with 1 when one went unseen.
///
/// Scale 1, the default, tries 10,000 changes by the host, cuts the power at every write of five
/// workloads, and lets the store fail 2,000 times.
@main
struct TortureCommand {
    static func main() throws {
        let scale = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 1
        try mutateImages(count: Int(10_000 * scale))
        try cutPower(workloads: max(1, Int(5 * scale)))
        try failStores(count: Int(2_000 * scale))
        print("torture: nothing went unseen")
    }

    static func mutateImages(count: Int) throws {
        var total = HostMutations.Counts()
        var tried = 0
        var byKind: [HostMutations.Kind: HostMutations.Counts] = [:]
        for seed: UInt64 in 1...10 {
            var host = try HostMutations(seed: seed)
            for number in 0..<count / 10 {
                try host.tryOne(seed: seed * 1_000_000 + UInt64(number))
                tried += 1
            }
            for (kind, counts) in host.counts { byKind[kind, default: .init()].add(counts) }
            total.add(host.total)
        }
        print("host mutations (seeds 1 to 10): \(total)")
        for kind in HostMutations.Kind.allCases {
            if let counts = byKind[kind] { print("  \(kind): \(counts)") }
        }
        guard total.undetected == 0 else { throw Discrepancy("\(total.undetected) undetected") }
    }

    static func cutPower(workloads: Int) throws {
        for seed in 1...UInt64(workloads) {
            var cut = try PowerCut(seed: seed, steps: 150)
            try cut.run(variants: 6)
            print("power cuts, seed \(seed), \(cut.cutCount) places: \(cut.counts)")
        }
    }

    static func failStores(count: Int) throws {
        var told = 0
        for seed in 1...UInt64(count) where try StoreFaults.run(seed: seed) == .told { told += 1 }
        print("store faults: \(count) runs, \(told) faults told, 0 wrong states")
    }
}
