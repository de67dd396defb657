internal import CPlatform
internal import Glibc

/// What shuts a process off from its machine.
package struct Isolation: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Own user namespace: the user that starts it, or one that nobody else is when that is root.
    package static let users = Isolation(rawValue: 1 << 0)
    /// Own mount namespace with an empty root.
    package static let mounts = Isolation(rawValue: 1 << 1)
    /// Own network namespace without interfaces.
    package static let network = Isolation(rawValue: 1 << 2)
    /// Own process numbers.
    package static let processes = Isolation(rawValue: 1 << 3)
    /// Landlock: no file, no TCP socket.
    package static let landlock = Isolation(rawValue: 1 << 4)
    /// An allow-list of system calls.
    package static let seccomp = Isolation(rawValue: 1 << 5)

    package static let all: Isolation = [
        .users, .mounts, .network, .processes, .landlock, .seccomp,
    ]

    /// Each by its name.
    package static let names: [(Isolation, String)] = [
        (.users, "user namespace"), (.mounts, "mount namespace"),
        (.network, "network namespace"), (.processes, "pid namespace"), (.landlock, "Landlock"),
        (.seccomp, "seccomp"),
    ]

    /// The largest part of all that this machine permits.
    package static func available() -> Isolation {
        var found: Isolation = Landlock.interfaceVersion > 0 ? [.landlock, .seccomp] : [.seccomp]
        let spaces: Isolation = [.users, .mounts, .network, .processes]
        if martlet_keep_probe(spaces.rawValue) == 0 { return found.union(spaces) }
        for space in [Isolation.mounts, .network, .processes] {
            let wanted = found.union(space).intersection(spaces)
            if martlet_keep_probe(wanted.rawValue) == 0 { found.insert(space) }
        }
        return found
    }
}

/// How a process is started that may do next to nothing.
package struct KeepProcessOptions: Sendable {
    package var arguments: [String] = []
    package var isolation = Isolation.all
    /// Seconds of processor time; nil for no limit.
    package var cpuSeconds: UInt64?
    /// Largest file it may write; nil for no limit.
    package var fileBytes: UInt64?
    package var openFiles: UInt64 = 1024
    /// Whether the kernel kills it when the thread that started it ends, however that comes about
    /// (prctl(2), PR_SET_PDEATHSIG).
    package var endsWithThread = false

    package init() {}
}

/// A child that could not be started: how far it came, and why it went no further.
package struct KeepProcessFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let stage: String
    package let error: Errno

    package var description: String { "\(stage): \(error)" }
}

/// A child process.
package struct KeepProcess: Sendable {
    package let pid: Int32

    private static let stages = [
        "fork", "wait", "descriptors", "own user", "mount namespace", "limits", "dropping rights",
        "end with its parent", "Landlock", "seccomp", "exec",
    ]

    /// Starts an executable.
    ///
    /// - Parameters:
    ///   - descriptors: become 3, 4, … of the child.
    ///   - nothing: its standard input. `log`: its standard output and error.
    ///   - join: called with its process number before it runs, for a control group.
    package init(
        _ executable: BorrowedDescriptor, _ options: KeepProcessOptions,
        descriptors: [BorrowedDescriptor], nothing: BorrowedDescriptor, log: BorrowedDescriptor,
        join: (Int32) -> Void = { _ in }
    ) throws(KeepProcessFailure) {
        var child = martlet_keep_child()
        let status = Self.fork(executable, options, descriptors, nothing, log, &child)
        guard status == 0 else {
            throw KeepProcessFailure(stage: "fork", error: Errno(rawValue: Int32(-status)))
        }
        pid = child.pid
        join(pid)
        let go = FileDescriptor(owning: child.go)
        let told = FileDescriptor(owning: child.status)
        try? go.borrowed.writeAll([1])
        let bytes = (try? told.borrowed.readAll(limitBytes: 8)) ?? []
        guard bytes.isEmpty else {
            _ = martlet_kill(pid, SIGKILL)
            while martlet_reap(pid) == 0 { sleepFor(milliseconds: 1) }
            throw Self.failure(bytes)
        }
    }

    private static func failure(_ bytes: [UInt8]) -> KeepProcessFailure {
        func number(_ start: Int) -> Int32 {
            bytes.dropFirst(start).prefix(4).reversed().reduce(0) { $0 << 8 | Int32($1) }
        }
        let stage = Int(number(0))
        return KeepProcessFailure(
            stage: stages.indices.contains(stage) ? stages[stage] : "start",
            error: Errno(rawValue: number(4)))
    }

    private static func fork(
        _ executable: BorrowedDescriptor, _ options: KeepProcessOptions,
        _ descriptors: [BorrowedDescriptor], _ nothing: BorrowedDescriptor,
        _ log: BorrowedDescriptor, _ child: inout martlet_keep_child
    ) -> Int {
        let numbers = descriptors.map(\.number)
        let texts = options.arguments.map { Array($0.utf8.filter { $0 != 0 }) + [0] }
        let whole = texts.flatMap { $0 }.map { CChar(bitPattern: $0) }
        // SAFETY: all arrays live through the call; pointers into `whole` are at the starts of its
        // terminated texts; the child has its own copy of this memory.
        return unsafe whole.withUnsafeBufferPointer { characters in
            var offset = 0
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for text in texts {
                unsafe pointers.append(characters.baseAddress.map { unsafe $0 + offset })
                offset += text.count
            }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { list in
                unsafe numbers.withUnsafeBufferPointer { numbers in
                    guard let first = list.baseAddress, let files = numbers.baseAddress else {
                        return -Int(EINVAL)
                    }
                    var launch = unsafe martlet_keep_launch(
                        executable: executable.number, arguments: first, descriptors: files,
                        descriptorCount: numbers.count, nothing: nothing.number, log: log.number,
                        isolation: options.isolation.rawValue, cpuSeconds: options.cpuSeconds ?? 0,
                        fileBytes: options.fileBytes ?? 0, openFiles: options.openFiles,
                        endsWithThread: options.endsWithThread ? 1 : 0)
                    return unsafe martlet_keep_fork(&launch, &child)
                }
            }
        }
    }

    /// How a process ended.
    package enum End: Equatable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)

        package var description: String {
            switch self {
            case .exited(let code): "exited with \(code)"
            case .killed(let signal): "was killed by signal \(signal)"
            }
        }
    }

    /// How it ended, once; nil while it runs.
    package func reap() -> End? {
        let status = martlet_reap(pid)
        guard status != 0 else { return nil }
        guard status > 0 else { return .exited(0) }
        let word = Int32(truncatingIfNeeded: status)
        return word & 0x7f == 0 ? .exited(word >> 8 & 0xff) : .killed(signal: word & 0x7f)
    }

    /// Ends it at once.
    package func kill() { _ = martlet_kill(pid, SIGKILL) }

    /// For the process that calls it: no core dump, no tracing, and memory that is never swapped when
    /// that is permitted; tells whether it is.
    package static func hardenThisOne() -> Bool { martlet_harden_process() != 0 }
}
