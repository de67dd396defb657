import Platform

/// A bar on standard error, shown only on a terminal and only for what takes over a second.
struct ProgressBar {
    private static let width = 30

    private let total: UInt64
    private let started = SystemClockID.monotonic.nanoseconds
    private let isShown = Terminal.isTerminal(.standardError)
    private var last: UInt64 = 0
    private var done: UInt64 = 0

    /// For `total` bytes.
    init(total: UInt64) { self.total = max(total, 1) }

    /// Counts bytes, and draws at most ten times a second.
    mutating func advance(by count: UInt64) {
        done += count
        let now = SystemClockID.monotonic.nanoseconds
        guard isShown, now - started > 1_000_000_000, now - last > 100_000_000 else { return }
        last = now
        let share = Double(min(done, total)) / Double(total)
        let filled = Int(share * Double(Self.width))
        let rate = Double(done) / (Double(now - started) / 1e9) / 1e6
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.width - filled)
        Console.write("\r[\(bar)] \(Int(share * 100)) % \(Int(rate)) MB/s ")
    }

    /// Takes the bar away.
    func finish() {
        if last > 0 { Console.write("\r" + String(repeating: " ", count: 60) + "\r") }
    }
}
