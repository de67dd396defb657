import ArgumentParser

/// A span of time as a person writes it: `500ms`, `10s`, `2m`, `1h`; a bare number is seconds.
struct TimeBudget: ExpressibleByArgument, Equatable, Sendable {
    var duration: Duration

    init?(argument: String) {
        let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let amount = Double(number), amount.isFinite, amount >= 0, amount < 1e9 else {
            return nil
        }
        switch argument.dropFirst(number.count) {
        case "ms": duration = .seconds(amount / 1000)
        case "", "s": duration = .seconds(amount)
        case "m", "min": duration = .seconds(amount * 60)
        case "h": duration = .seconds(amount * 3600)
        default: return nil
        }
    }
}
