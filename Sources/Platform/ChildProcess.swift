internal import Glibc

/// A program run to its end in a process of its own, within limits.
package struct ChildProcess: Sendable {
    /// What a child may use up.
    package struct Limits: Sendable {
        /// CPU time in seconds; the kernel kills what uses more.
        package var seconds: Int
        /// Address space in bytes.
        package var memoryBytes: Int

        package init(seconds: Int, memoryBytes: Int) {
            self.seconds = seconds
            self.memoryBytes = memoryBytes
        }
    }

    /// How a child ended.
    package enum Outcome: Equatable, Sendable {
        case exited(status: Int32)
        case killed(signal: Int32)
    }

    /// Absolute path of the program.
    package var program: String
    package var arguments: [String]
    package var limits: Limits
    /// A file that gets what the child writes to its error stream.
    package var errorFile: String
    /// A file that gets what it writes to its output.
    package var outputFile: String

    package init(
        program: String, arguments: [String], limits: Limits, errorFile: String,
        outputFile: String = "/dev/null"
    ) {
        self.program = program
        self.arguments = arguments
        self.limits = limits
        self.errorFile = errorFile
        self.outputFile = outputFile
    }

    /// Whether a path names a file that this process may run.
    package static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

    /// Starts the program, with no input and an empty environment, and waits for its end.
    ///
    /// The limits are set by a shell that becomes the program.
    package func run() throws(Errno) -> Outcome {
        let script = "ulimit -c 0; ulimit -t \"$1\"; ulimit -v \"$2\"; shift 2; exec \"$@\""
        let words =
            ["/bin/sh", "-c", script, "sh", "\(limits.seconds)", "\(limits.memoryBytes / 1024)"]
            + [program] + arguments
        let child = try spawn(words)
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == Glibc.EINTR else { throw .last }
        }
        let signal = status & 0x7F
        return signal == 0 ? .exited(status: status >> 8 & 0xFF) : .killed(signal: signal)
    }

    private func spawn(_ words: [String]) throws(Errno) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(
            &actions, 1, outputFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_addopen(
            &actions, 2, errorFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // SAFETY: copies of the words, ended by null and freed here; spawn only reads them.
        var pointers = unsafe words.map { unsafe strdup($0) }
        defer {
            for index in unsafe pointers.indices { unsafe free(pointers[index]) }
        }
        unsafe pointers.append(nil)
        var environment = unsafe [strdup("PATH=/usr/bin:/bin"), nil]
        defer { unsafe free(environment[0]) }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, "/bin/sh", &actions, nil, pointers, &environment)
        guard code == 0 else { throw Errno(rawValue: code) }
        return child
    }
}
