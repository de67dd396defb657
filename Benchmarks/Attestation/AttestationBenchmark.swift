import Attestation
import AttestationFuzz
import Foundation

/// Times verification and the refusing of hostile input: `attestation-benchmark [RESULTS.md]`.
///
/// Cold figures are of fresh processes, which this program starts itself: `… --cold CASE`.
@main
enum AttestationBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[1] == "--cold" {
            let sample = try GenuineSample.all().first { $0.name == arguments[2] }
            let time = try cpuTime { try sample?.verifyAndAppraise() }
            print(milliseconds(time))
            return
        }
        var lines = try heading() + verification() + refusal()
        lines.append("")
        let text = lines.joined(separator: "\n")
        if arguments.count == 2 {
            try Data(text.utf8).write(to: URL(filePath: arguments[1]))
        }
        print(text, terminator: "")
    }

    private static func heading() -> [String] {
        [
            "# Attestation results", "",
            "Written by `attestation-benchmark`; how to repeat it stands in [README.md](../README.md).",
            "CPU time on one core; medians of 101 runs (warm), of 11 processes (cold) and of 5 runs (refusal).",
            "",
        ]
    }

    /// Verification and appraisal of genuine evidence, from bytes to an accepted or refused result.
    private static func verification() throws -> [String] {
        var lines = [
            "## Verified and appraised", "", "| evidence | warm, ms (≤ 5) | cold, ms (≤ 15) |",
            "|---|---|---|",
        ]
        for sample in try GenuineSample.all() {
            let warm = try median(
                (0..<101).map { _ in
                    try cpuTime { try sample.verifyAndAppraise() }
                })
            let cold = try median((0..<11).map { _ in try coldRun(sample.name) })
            lines.append("| \(sample.title) | \(milliseconds(warm)) | \(milliseconds(cold)) |")
        }
        return lines + [""]
    }

    private static func coldRun(_ name: String) throws -> Duration {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--cold", name]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard let number = Double(text) else { throw CocoaError(.fileReadCorruptFile) }
        return .microseconds(number * 1000)
    }

    /// A megabyte of each kind of hostile input, and the worst that each reader takes whole.
    private static func refusal() -> [String] {
        var lines = [
            "## Hostile input refused", "",
            "Each reader is given each input; the slowest is told. Inputs are 1 MiB, or as large as the",
            "reader's own limit, beyond which it reads nothing.", "",
            "| reader | inputs | slowest, ms (≤ 10) | which |", "|---|---|---|---|",
        ]
        for target in AttestationFuzz.allCases {
            var worst = (time: Duration.zero, name: "")
            let inputs = HostileInput.all(for: target)
            for input in inputs {
                let time = typical(of: 5) { target.run(input.bytes) }
                if time > worst.time { worst = (time, input.name) }
            }
            lines.append(
                "| \(target.rawValue) | \(inputs.count) | \(milliseconds(worst.time)) | \(worst.name) |"
            )
        }
        return lines + wholeVerification()
    }

    /// The verifier given a bundle in which one part is hostile.
    private static func wholeVerification() -> [String] {
        var lines: [String] = []
        for format in EvidenceFormat.allCases {
            var worst = (time: Duration.zero, name: "")
            let bundles = HostileInput.bundles(format)
            for (name, bundle) in bundles {
                let time = typical(of: 5) {
                    _ = try? bundle.verify(
                        roots: .vendors, now: Instant(secondsSince1970: 1_760_000_000))
                }
                if time > worst.time { worst = (time, name) }
            }
            lines.append(
                "| verify \(format.rawValue) | \(bundles.count) | \(milliseconds(worst.time)) | "
                    + "\(worst.name) |")
        }
        return lines
    }

    /// The median of some runs, after one that warms up.
    private static func typical(of count: Int, _ body: () -> Void) -> Duration {
        body()
        return (0..<count).map { _ in cpuTime(body) }.sorted()[count / 2]
    }

    /// CPU time of this thread: other work on the machine disturbs it least.
    private static func cpuTime(_ body: () throws -> Void) rethrows -> Duration {
        let start = threadTime()
        try body()
        return threadTime() - start
    }

    private static func threadTime() -> Duration {
        var time = timespec()
        // SAFETY: the structure outlives the call.
        guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

    private static func milliseconds(_ time: Duration) -> String {
        let value =
            Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1e3
        return String(format: "%.2f", value)
    }
}
