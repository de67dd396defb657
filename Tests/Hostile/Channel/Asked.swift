import Synchronization

/// Counts how often a thing was asked for.
final class Asked: Sendable {
    private let total = Atomic<Int>(0)

    func note() { total.wrappingAdd(1, ordering: .relaxed) }

    var count: Int { total.load(ordering: .relaxed) }
}
