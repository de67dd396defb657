internal import Bytes
internal import Diagnostics
package import Platform
internal import Synchronization

/// A keep in a process of its own.
package final class ProcessKeep: RunningKeep {
    private let process: KeepProcess
    private let door: PathName
    private let group: ControlGroup?
    private let request: LaunchRequest
    private let lifeline: Mutex<Int32>
    private let ended = Mutex<String?>(nil)
    private let started = SystemClockID.monotonic.nanoseconds

    init(
        _ process: KeepProcess, door: PathName, request: LaunchRequest, group: ControlGroup?,
        broker: consuming FileDescriptor, lifeline: consuming FileDescriptor,
        log: consuming FileDescriptor
    ) throws(Errno) {
        self.process = process
        self.door = door
        self.group = group
        self.request = request
        self.lifeline = Mutex(lifeline.release())
        let brokerNumber = broker.release()
        let logNumber = log.release()
        let resources = request.resources
        let write = request.log
        try startDetachedThread {
            BrokerServer(FileDescriptor(owning: brokerNumber), resources, log: write).run()
        }
        try startDetachedThread {
            LogReader(FileDescriptor(owning: logNumber), write).run()
        }
        try startDetachedThread { [self] in watch() }
    }

    package func connect() throws(LaunchFailure) -> FileDescriptor {
        do throws(Errno) {
            return try LocalSocket.connect(to: door)
        } catch {
            throw LaunchFailure("the keep does not take connections: \(error)")
        }
    }

    package func stop() {
        let number = lifeline.withLock { number in
            defer { number = -1 }
            return number
        }
        if number >= 0 { _ = FileDescriptor(owning: number) }
    }

    package func kill() { process.kill() }

    package var end: String? { ended.withLock { $0 } }

    package var usage: KeepUsage {
        var usage = KeepUsage()
        guard end == nil else { return usage }
        usage.pid = process.pid
        usage.memoryBytes = ProcessFiles.residentBytes(process.pid) ?? 0
        usage.cpuNanoseconds = ProcessFiles.cpuNanoseconds(process.pid) ?? 0
        return usage
    }

    /// Waits for the end; ends the keep when it outlives its time or outgrows its memory.
    private func watch() {
        let lifetime = request.budgets.lifetimeSeconds
        var end: KeepProcess.End?
        var pause = 1
        while end == nil {
            sleepFor(milliseconds: pause)
            pause = min(pause * 2, 50)
            end = process.reap()
            guard end == nil else { break }
            let age = (SystemClockID.monotonic.nanoseconds &- started) / 1_000_000_000
            if age >= lifetime {
                request.log("ended: it has lived for \(lifetime) seconds, its budget")
                process.kill()
            } else if group == nil,
                (ProcessFiles.residentBytes(process.pid) ?? 0) > request.budgets.memoryBytes
            {
                request.log("ended: more memory than its budget, \(request.budgets.memoryBytes)")
                process.kill()
            }
        }
        stop()
        let text = end.map { "\($0)" } ?? "ended"
        group?.remove()
        try? BorrowedDescriptor.currentDirectory.unlink(door)
        ended.withLock { $0 = text }
        request.log(text)
    }
}

/// What `/proc` tells about a process (proc(5)).
enum ProcessFiles {
    private static func words(_ path: String) -> [Substring] {
        guard let name = PathName(path),
            let file = try? BorrowedDescriptor.currentDirectory.open(name, .readOnly),
            let bytes = try? file.borrowed.readAll(limitBytes: 1 << 16)
        else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: " ")
    }

    static func residentBytes(_ pid: Int32) -> UInt64? {
        let words = words("/proc/\(pid)/statm")
        return words.count > 1 ? UInt64(words[1]).map { $0 * 4096 } : nil
    }

    /// User and system time, which the kernel counts in hundredths of a second.
    static func cpuNanoseconds(_ pid: Int32) -> UInt64? {
        let words = words("/proc/\(pid)/stat")
        guard words.count > 14, let user = UInt64(words[13]), let system = UInt64(words[14])
        else { return nil }
        return (user + system) * 10_000_000
    }
}

/// Lines that a keep writes for its log: bounded, escaped, believed by nobody.
struct LogReader: ~Copyable {
    private let source: FileDescriptor
    private let write: @Sendable (String) -> Void

    init(_ source: consuming FileDescriptor, _ write: @escaping @Sendable (String) -> Void) {
        self.source = source
        self.write = write
    }

    borrowing func run() {
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var lines = 0
        while true {
            let outcome = unsafe buffer.withUnsafeMutableBytes { bytes in
                // SAFETY: the buffer bounds the read.
                try? unsafe source.borrowed.read(into: bytes)
            }
            guard let count = outcome, count > 0 else { return }
            for byte in buffer[..<count] {
                if byte == 0x0a || pending.count >= 1024 {
                    // A machine's serial line ends lines with both.
                    if pending.last == 0x0d { pending.removeLast() }
                    lines += 1
                    if lines <= 10_000 {
                        let line = String(decoding: pending, as: UTF8.self)
                        write(line.escapedForDisplay(limit: 1024))
                    }
                    pending = []
                }
                if byte != 0x0a { pending.append(byte) }
            }
        }
    }
}
