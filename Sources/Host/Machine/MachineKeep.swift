internal import Bytes
internal import Diagnostics
internal import Platform
internal import Synchronization

/// A keep in a virtual machine.
final class MachineKeep: RunningKeep {
    private struct State {
        /// The emulator; nil until it was started.
        var process: KeepProcess?
        var isReady = false
        var end: String?
        var listeners: Set<UInt16> = []
    }

    private let port: UInt16
    private let group: ControlGroup?
    private let request: LaunchRequest
    /// The machine's serial line; -1 when the keep was told to stop.
    private let console: Mutex<Int32>
    private let monitor: FileDescriptor
    private let state = Mutex(State())
    private let started = SystemClockID.monotonic.nanoseconds

    init(
        port: UInt16, request: LaunchRequest, group: ControlGroup?,
        console: consuming FileDescriptor, monitor: consuming FileDescriptor,
        errors: consuming FileDescriptor
    ) throws(Errno) {
        self.port = port
        self.request = request
        self.group = group
        self.monitor = monitor
        let reading = try console.duplicate().release()
        self.console = Mutex(console.release())
        let errorNumber = errors.release()
        let write = request.log
        try startDetachedThread { [self] in
            LogReader(FileDescriptor(owning: reading)) { [self] line in hear(line) }.run()
        }
        try startDetachedThread { LogReader(FileDescriptor(owning: errorNumber), write).run() }
    }

    /// Starts the emulator and returns when it runs.
    ///
    /// The thread that starts it stays until it has ended: the kernel ends the emulator with that
    /// thread, and so with this process, even one that is killed. A machine hears of nothing.
    ///
    /// - Parameter launch: forks, on the new thread.
    func start(
        _ launch: @escaping @Sendable () throws(KeepProcessFailure) -> KeepProcess
    ) throws(Errno) {
        try startDetachedThread { [self] in
            do throws(KeepProcessFailure) {
                let process = try launch()
                state.withLock { $0.process = process }
                watch(process)
            } catch {
                hasEnded("could not start: \(error)")
            }
        }
        while state.withLock({ $0.process == nil && $0.end == nil }) { sleepFor(milliseconds: 1) }
    }

    /// Waits for the keep's first word.
    func waitUntilReady() -> Bool {
        let end = started &+ MachineLauncher.startSeconds * 1_000_000_000
        while SystemClockID.monotonic.nanoseconds < end {
            let (isReady, ended) = state.withLock { ($0.isReady, $0.end != nil) }
            if isReady || ended { return isReady }
            sleepFor(milliseconds: 5)
        }
        return false
    }

    /// A line from the machine, which may be hostile: it can ask for a forwarded port, and for a
    /// name for the spare disk; both are the host's to refuse.
    private func hear(_ line: String) {
        request.log(line)
        let prefix = "martlet-keep: "
        guard line.hasPrefix(prefix) else { return }
        let words = line.dropFirst(prefix.count).split(separator: " ")
        switch words.first {
        case "ready,": state.withLock { $0.isReady = true }
        case "listening" where words.count == 4 && words[1] == "on" && words[2] == "port":
            if let port = UInt16(words[3]) { publish(port) }
        case "disk" where words.count == 5 && words[1] == MachineDisks.spare && words[3] == "vault":
            name(String(words[4]))
        default: break
        }
    }

    /// Gives the spare disk a vault's name. A machine that begins a vault which is here, on a disk that
    /// it did not get, ends: it would work on an empty one in that one's place.
    private func name(_ vault: String) {
        guard !request.resources.nameSpareVault(vault) else { return }
        request.log("ended: the disk can not become vault \(vault): there is one, or it is no name")
        kill()
    }

    /// Forwards a port of the host to the same port of the machine.
    private func publish(_ port: UInt16) {
        do throws(ResourceRefusal) {
            let isNew = state.withLock { $0.listeners.insert(port).inserted }
            guard isNew else { return }
            // Opened and closed: whether the operator's rules and the machine allow it.
            _ = try request.resources.listener(port: port)
            let command = "hostfwd_add network tcp:127.0.0.1:\(port)-10.0.2.15:\(port)\n"
            try? monitor.borrowed.writeAll(Array(command.utf8))
            request.log("port \(port) leads to the machine")
        } catch {
            request.log("refused port \(port): \(error.reason)")
        }
    }

    func connect() throws(LaunchFailure) -> FileDescriptor {
        try ExternalKeep(SocketAddress(.loopbackV4, port: port)).connect()
    }

    /// A byte on the serial line is the word to stop.
    func stop() {
        let number = console.withLock { number in
            defer { number = -1 }
            return number
        }
        guard number >= 0 else { return }
        let line = FileDescriptor(owning: number)
        try? line.borrowed.writeAll(Array("stop\n".utf8))
    }

    func kill() { state.withLock { $0.process }?.kill() }

    var end: String? { state.withLock { $0.end } }

    var usage: KeepUsage {
        var usage = KeepUsage()
        let process = state.withLock { $0.end == nil ? $0.process : nil }
        guard let process else { return usage }
        usage.pid = process.pid
        usage.memoryBytes = ProcessFiles.residentBytes(process.pid) ?? 0
        usage.cpuNanoseconds = ProcessFiles.cpuNanoseconds(process.pid) ?? 0
        return usage
    }

    /// Waits for the end; ends the machine when it outlives its time.
    private func watch(_ process: KeepProcess) {
        var end: KeepProcess.End?
        while end == nil {
            sleepFor(milliseconds: 20)
            end = process.reap()
            let age = (SystemClockID.monotonic.nanoseconds &- started) / 1_000_000_000
            if end == nil, age >= request.budgets.lifetimeSeconds {
                request.log("ended: its lifetime is \(request.budgets.lifetimeSeconds) seconds")
                process.kill()
            }
        }
        hasEnded(end.map { "\($0)" } ?? "ended")
    }

    /// Gives back what the machine had.
    private func hasEnded(_ text: String) {
        group?.remove()
        request.resources.dropSpareVault()
        let number = console.withLock { number in
            defer { number = -1 }
            return number
        }
        if number >= 0 { _ = FileDescriptor(owning: number) }
        state.withLock { $0.end = text }
        request.log("the machine \(text)")
    }
}
