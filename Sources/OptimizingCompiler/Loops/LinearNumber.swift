/// An `i32` that is a sum of locals, each times a number, and a number; modulo 2^32.
///
/// The locals stand for what they hold when a round of a loop begins.
struct LinearNumber: Hashable, Sendable {
    /// A local times a number that is not 0.
    struct Term: Hashable, Sendable {
        var local: UInt32
        var factor: UInt32
    }

    /// Sorted by local, each local once.
    private(set) var terms: [Term] = []
    var constant: UInt32 = 0

    /// Longer sums are not followed: code has few, and each costs work at the loop's start.
    private static let termLimit = 6

    init(constant: UInt32) { self.constant = constant }

    init(local: UInt32) { terms = [Term(local: local, factor: 1)] }

    /// The sum; nil when it has too many terms.
    func adding(_ other: LinearNumber) -> LinearNumber? {
        var factors: [UInt32: UInt32] = [:]
        for term in terms + other.terms { factors[term.local, default: 0] &+= term.factor }
        var sum = LinearNumber(constant: constant &+ other.constant)
        sum.terms = factors.filter { $0.value != 0 }.map { Term(local: $0.key, factor: $0.value) }
            .sorted { $0.local < $1.local }
        return sum.terms.count <= Self.termLimit ? sum : nil
    }

    func times(_ factor: UInt32) -> LinearNumber {
        var product = LinearNumber(constant: constant &* factor)
        product.terms = terms.map { Term(local: $0.local, factor: $0.factor &* factor) }
            .filter { $0.factor != 0 }
        return product
    }
}
