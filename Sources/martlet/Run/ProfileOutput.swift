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

    /// Writes what `perf` needs to know guests' functions: a map of names, which `perf report` finds
    /// by itself, and a jitdump with the code, for `perf inject --jit` (record with `-k mono`).
    ///
    /// - Returns: the mapping that tells `perf record` of the jitdump; it must stay while the guest
    ///   runs.
    static func writePerfFiles(_ module: LoadedModule) throws(CommandFailure) -> FileMapping {
        let process = ProcessEnvironment.processIdentifier
        let dump = "/tmp/jit-\(process).dump"
        module.settleText()
        do throws(Diagnostic) {
            try InputFile.write(module.perfMap, to: "/tmp/perf-\(process).map")
            let bytes = module.jitDump(
                process: UInt32(process), timestamp: SystemClockID.monotonic.nanoseconds)
            try InputFile.write(bytes, to: dump)
        } catch {
            throw CommandFailure(.unavailable, error)
        }
        do throws(Errno) {
            guard let path = PathName(dump.utf8) else { throw .EINVAL }
            let file = try BorrowedDescriptor.currentDirectory.open(path, .readOnly)
            return try FileMapping(file.borrowed, byteCount: 4096, as: .readExecute)
        } catch {
            throw CommandFailure(
                .unavailable, Diagnostic(what: "can not map the jitdump: \(error)", where: dump))
        }
    }
}
