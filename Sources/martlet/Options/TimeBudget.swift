import ArgumentParser

/// A span of time as a person writes it: `500ms`, `10s`, `2m`, `1h`; a bare number is seconds.
struct TimeBudget: ExpressibleByArgument, Equatable, Sendable {
    var nanoseconds: UInt64

    init?(argument: String) {
        let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let amount = Double(number), amount.isFinite, amount >= 0, amount < 1e9 else {
            return nil
        }
        let unitNanoseconds: Double
        switch argument.dropFirst(number.count) {
        case "ms": unitNanoseconds = 1e6
        case "", "s": unitNanoseconds = 1e9
        case "m", "min": unitNanoseconds = 60e9
        case "h": unitNanoseconds = 3600e9
        default: return nil
        }
        // Thirty years are for ever; more would overflow the clock.
        nanoseconds = UInt64(min(amount * unitNanoseconds, 1e18))
    }
}
