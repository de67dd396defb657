import Platform

/// How far a compilation is, on standard error when that is a terminal.
final class CompilationBar: Sendable {
    private let isShown = Terminal.isTerminal(.standardError)
    private let started = SystemClockID.monotonic.nanoseconds

    /// Draws once a second has passed; goes away with the last part.
    func show(_ done: Int, of count: Int) {
        guard isShown, SystemClockID.monotonic.nanoseconds - started > 1_000_000_000 else { return }
        let filled = 30 * done / max(count, 1)
        let bar =
            String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        Console.write(
            done < count
                ? "\r[\(bar)] \(done) of \(count) parts "
                : "\r" + String(repeating: " ", count: 60) + "\r")
    }
}
