import Foundation

/// Everything one run of the harness found out; the JSON file is this structure.
struct Results: Codable {
    var started: String
    var finished: String
    var commandLine: String
    var rounds: Int
    var machine: Machine
    var engines: [EngineRecord]
    var rows: [Row]
}

/// An engine as it took part, or why it did not.
struct EngineRecord: Codable {
    var name: String
    var summary: String
    var version: String
    /// Nil when the engine took part.
    var absent: String?
    /// CPU seconds of a whole hello-world process (median of three).
    var startCPUSeconds: Double?
    /// Whether that start is taken off each figure (only where the start is another language's).
    var startIsSubtracted: Bool
}

/// One workload in one engine.
struct Row: Codable {
    enum Outcome: String, Codable { case measured, wrongOutput, failed, unsupported }

    var suite: String
    var workload: String
    var engine: String
    var outcome: Outcome
    var detail: String = ""
    var command: String = ""
    /// CPU seconds of every round, as measured (nothing taken off).
    var cpuSeconds: [Double] = []
    var wallSeconds: [Double] = []
    var peakMiB: Double = 0
    /// CPU seconds of the compilation ahead of time, where there is one.
    var prepareCPUSeconds: Double?
    var medianCPUSeconds: Double?
    /// Median of each round's time over the baseline's of that round; nil without a baseline.
    var ratio: Double?
    /// Bytes of the module's code section, where it is validated or compiled ahead of time.
    var codeBytes: Int?
}

enum Statistics {
    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    static func geometricMean(_ values: [Double]) -> Double? {
        guard !values.isEmpty, values.allSatisfy({ $0 > 0 }) else { return nil }
        return exp(values.map { log($0) }.reduce(0, +) / Double(values.count))
    }
}

/// An engine's times over the baseline's, round by round: a machine that runs slower for a while
/// slows both of a round, and most of it cancels.
struct PairedRatios {
    private let values: [Double]

    /// - Parameters:
    ///   - times: One figure of each round, from the first on; later rounds may be missing.
    ///   - base: The baseline's, of the same rounds.
    init(_ times: [Double], _ base: [Double]) {
        values = zip(times, base).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
    }

    var median: Double? { Statistics.median(values) }

    /// The median's standard error over the median, were the ratios normally distributed
    /// (the deviation is estimated from the median absolute deviation); 1 when nothing is known.
    var relativeError: Double {
        guard let median, median > 0, values.count > 1 else { return 1 }
        let deviation = 1.4826 * (Statistics.median(values.map { abs($0 - median) }) ?? 0)
        return (Double.pi / 2).squareRoot() * deviation / Double(values.count).squareRoot() / median
    }
}
