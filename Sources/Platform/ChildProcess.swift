internal import CPlatform
internal import Glibc

/// A program run to its end in a process of its own, within limits. It ends with this process,
/// however that ends, and leaves no files.
package struct ChildProcess: Sendable {
    /// What a child may use up.
    package struct Limits: Sendable {
        /// CPU time in seconds; the kernel kills what uses more.
        package var seconds: Int
        /// Address space in bytes.
        package var memoryBytes: Int
        /// Bytes of its output; the kernel kills what writes more.
        package var outputBytes: Int

        package init(seconds: Int, memoryBytes: Int, outputBytes: Int) {
            self.seconds = seconds
            self.memoryBytes = memoryBytes
            self.outputBytes = outputBytes
        }
    }

    /// How a child ended.
    package enum Ending: Equatable, Sendable {
        case exited(status: Int32)
        case killed(signal: Int32)
    }

    /// What became of a child.
    package struct Outcome: Sendable {
        package let ending: Ending
        /// What it wrote to its output.
        package let output: [UInt8]
        /// What it wrote to its error stream, or the first 16 MiB of that.
        package let errors: [UInt8]
    }

    /// Absolute path of the program.
    package var program: String
    package var arguments: [String]
    package var limits: Limits

    private static let errorByteCount = 1 << 24

    package init(program: String, arguments: [String], limits: Limits) {
        self.program = program
        self.arguments = arguments
        self.limits = limits
    }

    /// Whether a path names a file that this process may run.
    package static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

    /// Starts the program, with an environment that holds a plain `PATH`, and waits for its end.
    ///
    /// - Parameter input: what it can read from its input.
    package func run(input: [UInt8] = []) throws(Errno) -> Outcome {
        let input = try memoryFile(input)
        let output = try memoryFile([])
        let errors = try memoryFile([])
        let child = try start((input.number, output.number, errors.number))
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == Glibc.EINTR else { throw .last }
        }
        let signal = status & 0x7F
        return Outcome(
            ending: signal == 0 ? .exited(status: status >> 8 & 0xFF) : .killed(signal: signal),
            output: try content(output, limitBytes: limits.outputBytes),
            errors: try content(errors, limitBytes: Self.errorByteCount))
    }

    private func start(_ streams: (Int32, Int32, Int32)) throws(Errno) -> pid_t {
        // SAFETY: copies of the words, ended by null and freed here; the child only reads them.
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) }
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        unsafe words.append(nil)
        var environment = unsafe [strdup("PATH=/usr/bin:/bin"), nil]
        defer { unsafe free(environment[0]) }
        let number = unsafe words.withUnsafeMutableBufferPointer { words in
            unsafe environment.withUnsafeMutableBufferPointer { environment in
                guard let name = unsafe words[0], let words = words.baseAddress,
                    let environment = environment.baseAddress
                else { return -Int(Glibc.ENOMEM) }
                var child = unsafe martlet_child(
                    program: name, arguments: words, environment: environment,
                    streams: streams, seconds: UInt64(limits.seconds),
                    memory: UInt64(limits.memoryBytes), output: UInt64(limits.outputBytes))
                return unsafe martlet_child_start(&child)
            }
        }
        guard number > 0 else { throw Errno(rawValue: Int32(truncatingIfNeeded: -number)) }
        return pid_t(truncatingIfNeeded: number)
    }

    /// A file without a name, in memory, to be read from its start.
    private func memoryFile(_ bytes: [UInt8]) throws(Errno) -> FileDescriptor {
        let number = martlet_memory_file()
        guard number >= 0 else { throw Errno(rawValue: Int32(truncatingIfNeeded: -number)) }
        let file = FileDescriptor(owning: Int32(truncatingIfNeeded: number))
        try unsafe bytes.withUnsafeBufferPointer { (all) throws(Errno) in
            try unsafe file.borrowed.writeAll(from: UnsafeRawBufferPointer(all), at: 0)
        }
        return file
    }

    private func content(
        _ file: borrowing FileDescriptor, limitBytes: Int
    ) throws(Errno) -> [UInt8] {
        let count = min(Int(clamping: try file.borrowed.status().sizeBytes), limitBytes)
        var bytes = [UInt8](repeating: 0, count: count)
        let done = try unsafe bytes.withUnsafeMutableBufferPointer { (all) throws(Errno) in
            try unsafe file.borrowed.readAll(into: UnsafeMutableRawBufferPointer(all), at: 0)
        }
        guard done == count else { throw .EIO }
        return bytes
    }
}
