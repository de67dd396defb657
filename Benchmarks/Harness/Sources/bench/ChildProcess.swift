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

/// Runs programs one at a time and reads their resource use.
struct ChildProcess {
    /// The program and its arguments; the first is an absolute path.
    var command: [String]
    var workingFolder: URL
    var timeoutSeconds: Double = 600

    /// Runs to the end, with output in files so that a full pipe never stalls the child.
    func run(scratch: URL) throws -> ProcessResult {
        let outputFile = scratch.appending(path: "stdout.txt")
        let errorFile = scratch.appending(path: "stderr.txt")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, outputFile.path, flags, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errorFile.path, flags, 0o644)

        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let start = ContinuousClock.now
        // The child inherits the folder; the harness has no other thread that could mind.
        let files = FileManager.default
        let before = files.currentDirectoryPath
        guard files.changeCurrentDirectoryPath(workingFolder.path) else {
            throw HarnessFailure("cannot enter \(workingFolder.path)")
        }
        let problem = posix_spawn(&process, command[0], &actions, nil, arguments, environ)
        _ = files.changeCurrentDirectoryPath(before)
        guard problem == 0 else {
            throw HarnessFailure(
                "cannot start \(command[0]): \(String(cString: strerror(problem)))")
        }
        let usage = wait(for: process)
        let elapsed = ContinuousClock.now - start
        let complaint = String(decoding: try Data(contentsOf: errorFile), as: UTF8.self)
        return ProcessResult(
            cpuSeconds: seconds(usage.resources.ru_utime) + seconds(usage.resources.ru_stime),
            wallSeconds: elapsed / .seconds(1),
            peakMiB: Double(usage.resources.ru_maxrss) / 1024,
            status: usage.status,
            output: try Data(contentsOf: outputFile),
            complaint: complaint.split(separator: "\n").first.map(String.init) ?? "")
    }

    /// Waits for the process, and ends it (by its own number) when its time is over.
    private func wait(for process: pid_t) -> (status: Int32, resources: rusage) {
        let timer = DispatchWorkItem { kill(process, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + timeoutSeconds, execute: timer)
        defer { timer.cancel() }
        var status: Int32 = 0
        var resources = rusage()
        while wait4(process, &status, 0, &resources) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        return (signal == 0 ? (status >> 8) & 0xff : 128 + signal, resources)
    }

    private func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
