import ArgumentParser
import Diagnostics
import Platform
import WasmEngine

/// Where a profile goes: `perf` for the profiler of that name, else a file for a flame graph.
enum ProfileOutput: ExpressibleByArgument, Equatable, Sendable {
    case perf
    case flameGraph(String)

    init?(argument: String) {
        if argument == "perf" {
            self = .perf
        } else if argument.hasSuffix(".svg") {
            self = .flameGraph(argument)
        } else {
            return nil
        }
    }

    /// Writes the map by which `perf report` finds the names of guests' functions.
    static func writePerfMap(_ module: LoadedModule) throws(CommandFailure) {
        let path = "/tmp/perf-\(ProcessEnvironment.processIdentifier).map"
        do throws(Diagnostic) {
            try InputFile.write(Array(module.perfMap.utf8), to: path)
        } catch {
            throw CommandFailure(.unavailable, error)
        }
    }
}
