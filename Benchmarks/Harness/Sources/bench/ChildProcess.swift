import Foundation

/// What one run of a program cost, and what it printed.
struct ProcessResult {
    /// User and system time of the process, in seconds (`wait4`).
    var cpuSeconds: Double
    var wallSeconds: Double
    /// The largest resident set, in MiB.
    var peakMiB: Double
    /// Exit status, or 128 and the signal's number.
    var status: Int32
    var output: Data
    /// The first line of standard error, for messages.
    var complaint: String
}

/// A problem that ends the benchmark: what happened, and how to mend it.
struct HarnessFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Prints a line at once, also when the output is a file.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

/// Runs programs one at a time, through `measure`, and reads what they cost.
struct ChildProcess {
    /// The program and its arguments; the first is an absolute path.
    var command: [String]
    var workingFolder: URL
    var timeoutSeconds: Double = 600

    /// The executable `measure`, built beside this one.
    static var measure: URL {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "measure")
    }

    /// Runs to the end, with output in files so that a full pipe never stalls the child.
    func run(scratch: URL) throws -> ProcessResult {
        let output = scratch.appending(path: "stdout.txt")
        let errors = scratch.appending(path: "stderr.txt")
        let report = scratch.appending(path: "report.txt")
        let process = Process()
        process.executableURL = Self.measure
        process.arguments =
            [
                report.path, String(Int(timeoutSeconds)), workingFolder.path, output.path,
                errors.path,
            ] + command
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw HarnessFailure("measure ended with \(process.terminationStatus)")
        }
        let figures = try String(contentsOf: report, encoding: .utf8).split { $0.isWhitespace }
            .compactMap { Double($0) }
        guard figures.count == 5 else { throw HarnessFailure("measure reported \(figures)") }
        let complaint = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        return ProcessResult(
            cpuSeconds: (figures[1] + figures[2]) / 1e6, wallSeconds: figures[3] / 1e6,
            peakMiB: figures[4] / 1024, status: Int32(figures[0]),
            output: try Data(contentsOf: output),
            complaint: complaint.split(separator: "\n").first.map(String.init) ?? "")
    }
}
