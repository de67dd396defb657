internal import GuestKit
internal import SwiftSuite

/// Arguments, environment, clocks, entropy, waiting; and the standard library on top of them.
@main
struct ProcessCases {
    static func main() {
        var suite = Suite()
        environment(&suite)
        time(&suite)
        library(&suite)
        suite.finish()
    }

    private static func environment(_ suite: inout Suite) {
        suite.test("Process: arguments with spaces and scripts") { () throws(Errno) in
            let arguments = Process.arguments.dropFirst().prefix(3)
            return holds(Array(arguments) == ["one", "zwei Wörter", "三"], "the three arguments")
        }
        suite.test("Process: a variable, an empty one, one that is not there") { () throws(Errno) in
            holds(
                Process.environment("HOME") == "/home/gästin" && Process.environment("EMPTY") == ""
                    && Process.environment("NOT_THERE") == nil, "the variables")
        }
        suite.test("Process: all of the environment, in order") { () throws(Errno) in
            holds(
                Process.environment.map { $0.name } == ["HOME", "EMPTY", "ACCENT"],
                "HOME, EMPTY, ACCENT")
        }
        suite.test("Process: a value that starts with an accent") { () throws(Errno) in
            holds(Process.environment("ACCENT") == "\u{301}a=b", "the accent")
        }
        suite.test("Process: yield") { () throws(Errno) in
            try Process.yield()
            return nil
        }
    }

    private static func time(_ suite: inout Suite) {
        suite.test("Clock: monotonic goes forward, realtime is after 2020") { () throws(Errno) in
            let first = try Clock.monotonic.now()
            let second = try Clock.monotonic.now()
            let now = try Clock.realtime.now()
            return holds(second >= first && now > 1_577_836_800_000_000_000, "time")
        }
        suite.test("Clock: a resolution") { () throws(Errno) in
            holds(try Clock.monotonic.resolution() > 0, "more than 0")
        }
        suite.test("sleep: at least as long as asked") { () throws(Errno) in
            let start = try Clock.monotonic.now()
            try sleep(nanoseconds: 3_000_000)
            return holds(try Clock.monotonic.now() - start >= 3_000_000, "3 ms")
        }
        suite.test("poll: the ready stream, not the clock") { () throws(Errno) in
            let events = try poll([
                .clock(.monotonic, nanoseconds: 60_000_000_000), .writable(.standardOutput),
            ])
            return holds(events.count == 1 && events[0].index == 1, "the stream's event")
        }
        suite.test("HostRandom: differs, and serves the standard library") { () throws(Errno) in
            var generator = HostRandom()
            var numbers = Set<UInt64>()
            for _ in 0..<100 { numbers.insert(generator.next()) }
            let dice = (0..<1000).map { _ in Int.random(in: 1...6, using: &generator) }
            return holds(numbers.count == 100 && Set(dice).count == 6, "100 numbers, 6 sides")
        }
    }

    private static func library(_ suite: inout Suite) {
        suite.test("Swift: dictionaries, sets and sorting") { () throws(Errno) in
            var counts: [String: Int] = [:]
            for word in "to be or not to be".split(separator: " ") {
                counts[String(word), default: 0] += 1
            }
            let sorted = counts.keys.sorted()
            return holds(counts["be"] == 2 && sorted == ["be", "not", "or", "to"], "the words")
        }
        suite.test("Swift: characters, not bytes") { () throws(Errno) in
            let text = "e\u{301}🇨🇭👩‍🔬"
            return holds(text.count == 3 && text.unicodeScalars.count == 7, "3 characters")
        }
        suite.test("Swift: canonical equality and case") { () throws(Errno) in
            holds("é" == "e\u{301}" && "straße".uppercased() == "STRASSE", "Unicode's rules")
        }
        suite.test("Swift: numbers as text") { () throws(Errno) in
            holds(
                "\(0.1 + 0.2) \(-42) \(String(255, radix: 16))" == "0.30000000000000004 -42 ff",
                "0.30000000000000004 -42 ff")
        }
        suite.test("Swift: 128-bit integers") { () throws(Errno) in
            let big: UInt128 = 1 << 100
            return holds(big / 3 * 3 + big % 3 == big && (big * 5) / 5 == big, "exact arithmetic")
        }
        suite.test("Swift: a class is released at its last use") { () throws(Errno) in
            var log: [String] = []
            do {
                let one = Witness { log.append("gone") }
                one.touch()
            }
            return holds(log == ["gone"], "deinit once")
        }
    }
}

/// Tells when it goes.
final class Witness {
    private let onEnd: () -> Void

    init(_ onEnd: @escaping () -> Void) { self.onEnd = onEnd }

    func touch() {}

    deinit { onEnd() }
}
