import Foundation
import Testing
import TierOracle

/// One module on several tiers: same results, traps, memory and globals.
@Suite struct TierTests {
    @Test("random modules do the same in all tiers that start at once")
    func randomModules() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["MARTLET_TIER_SEEDS"].flatMap { UInt64($0) } ?? 300
        let first = environment["MARTLET_TIER_FIRST"].flatMap { UInt64($0) } ?? 0
        for seed in first..<first + count {
            let oracle = try TierOracle(seed: seed)
            let expected = try oracle.outcome(.interpreter)
            for tier in [Tier.singlePass, .growing] {
                let difference = try oracle.difference(tier, from: expected)
                #expect(difference == nil, "\(String(describing: difference))")
            }
        }
    }

    @Test("the functions of a random module do something")
    func outcomesDiffer() throws {
        let outcomes = try (0..<40 as Range<UInt64>).map {
            try TierOracle(seed: $0).outcome(.interpreter)
        }
        let lines = outcomes.flatMap(\.lines)
        let trapped = lines.count { $0.contains(" trap ") }
        #expect(Set(lines).count > lines.count * 9 / 10)
        #expect(trapped > 0 && trapped < lines.count / 2)
    }
}
