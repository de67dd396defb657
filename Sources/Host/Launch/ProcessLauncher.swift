internal import Bytes
internal import Diagnostics
package import Platform
internal import Synchronization

/// Keeps as processes: no protection from this machine, but the whole protocol, and this machine's
/// protection from them. Inside a confidential virtual machine or Gramine it is the way to run one.
package final class ProcessLauncher: Launcher {
    package let name = "process"
    private let executable: FileDescriptor
    private let nothing: FileDescriptor
    private let directory: String
    private let simulatedTEE: PathName?
    private let takesCodeImages: Bool
    /// What shuts keeps off here.
    package let isolation: Isolation

    /// - Parameters:
    ///   - executable: `martlet-keep`.
    ///   - directory: where control sockets live; this user's only.
    ///   - simulatedTEE: the socket of `martlet-simtee serve`, when that plays the hardware.
    ///   - takesCodeImages: whether keeps run machine code that owners compiled. Between it and this
    ///     machine then stand only namespaces, Landlock and system call filter.
    package init(
        executable path: String, directory: String, simulatedTEE: String?,
        takesCodeImages: Bool = false
    ) throws(LaunchFailure) {
        guard let file = PathName(path) else { throw LaunchFailure("\(path) is no path") }
        do throws(Errno) {
            executable = try BorrowedDescriptor.currentDirectory.open(file, .readOnly)
            nothing = try BorrowedDescriptor.currentDirectory.open("/dev/null", .readWrite)
        } catch {
            throw LaunchFailure("can not open \(path): \(error)")
        }
        self.directory = directory
        self.takesCodeImages = takesCodeImages
        self.simulatedTEE = simulatedTEE.flatMap { PathName($0) }
        isolation = Isolation.available()
    }

    /// What this machine does not permit, for the log and `doctor`.
    package var missingIsolation: [String] {
        Isolation.names.filter { !isolation.contains($0.0) }.map(\.1)
    }

    package func start(_ request: LaunchRequest) throws(LaunchFailure) -> any RunningKeep {
        do throws(Errno) {
            return try launch(request)
        } catch .EACCES {
            // Below root, keeps are users of their own.
            throw LaunchFailure(
                "can not start a keep: EACCES; may everybody execute the file of martlet-keep?")
        } catch {
            throw LaunchFailure("can not start a keep: \(error)")
        }
    }

    private func launch(_ request: LaunchRequest) throws(Errno) -> ProcessKeep {
        let door = "\(directory)/\(request.id)\(HostLeftovers.doorSuffix)"
        guard let path = PathName(door) else { throw .EINVAL }
        let control = try LocalSocket.listen(at: path)
        let broker = try LocalSocket.packetPair()
        let lifeline = try LocalSocket.streamPair()
        let log = try LocalSocket.streamPair()
        var options = KeepProcessOptions()
        options.isolation = isolation
        options.cpuSeconds = request.budgets.cpuSeconds
        options.fileBytes = request.budgets.diskBytes
        options.openFiles = UInt64(request.budgets.connections) * 2 + 128
        options.arguments = [
            "martlet-keep", "--control", "3", "--broker", "4", "--lifeline", "5",
        ]
        var descriptors = [control.borrowed, broker.second.borrowed, lifeline.second.borrowed]
        let tee = try simulatedTEE.map { path throws(Errno) in
            try SimulatedLaunch.connect(path, hostData: request.ownerPin)
        }
        if let number = tee {
            descriptors.append(BorrowedDescriptor(number: number))
            options.arguments += ["--simulated-tee", "6"]
        }
        defer { if let tee { _ = FileDescriptor(owning: tee) } }
        if takesCodeImages { options.arguments.append("--code-images") }
        if let pin = request.ownerPin { options.arguments += ["--owner", pin.hexadecimal] }
        let group = ControlGroup(request.id, memoryBytes: request.budgets.memoryBytes)
        let process: KeepProcess
        do throws(KeepProcessFailure) {
            process = try KeepProcess(
                executable.borrowed, options, descriptors: descriptors, nothing: nothing.borrowed,
                log: log.second.borrowed, join: { group?.add($0) })
        } catch {
            request.log("can not start: \(error)")
            throw error.error
        }
        return try ProcessKeep(
            process, door: path, request: request, group: group,
            broker: broker.first.duplicate(), lifeline: lifeline.first.duplicate(),
            log: log.first.duplicate())
    }
}

/// The launch of a simulated TEE: the host gives its 32 bytes of data, as real launchers do.
enum SimulatedLaunch {
    /// Connects; a service that was started a moment ago gets five seconds to listen.
    private static func connectWaiting(_ path: PathName) throws(Errno) -> FileDescriptor {
        for _ in 0..<500 {
            do throws(Errno) {
                return try LocalSocket.connect(to: path)
            } catch {
                guard error == .ENOENT || error == .ECONNREFUSED else { throw error }
            }
            sleepFor(milliseconds: 10)
        }
        return try LocalSocket.connect(to: path)
    }

    /// Connects for one keep; the caller owns the number.
    static func connect(_ path: PathName, hostData: [UInt8]?) throws(Errno) -> Int32 {
        let socket = try connectWaiting(path)
        try socket.borrowed.writeAll(hostData ?? [UInt8](repeating: 0, count: 32))
        return socket.release()
    }
}
