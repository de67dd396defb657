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
    /// The median the ratios are made of.
    var medianCPUSeconds: Double?
    /// Median over the baseline's median; nil for the suites that print absolute figures.
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
