import Diagnostics
import Platform
import WASI
import Wasm
import WasmEngine

/// One run of a program: from its file to its exit code.
struct GuestRun {
    let command: RunSettings

    init(_ command: RunSettings) { self.command = command }

    /// Runs the program and returns the exit code for this process.
    func start() throws -> Int32 {
        let volumes = try openVaults()
        let status: Int32
        do {
            status = try run(volumes)
        } catch {
            // What the program wrote before it failed is kept, like on any disk.
            try? close(volumes)
            throw error
        }
        try close(volumes)
        return status
    }

    private func run(_ volumes: [GuestVolume]) throws(CommandFailure) -> Int32 {
        // The program has ended; closing its files may take its time.
        defer { Signals.answerTermination() }
        let file = try ModuleFile(reading: command.file)
        let compilation = compilation(file)
        let known = file.image ?? compilation.knownImage
        // The bodies of a module whose code is there are of use to nobody.
        let module = try file.validModule(
            bodies: .deferred, found: known == nil ? .found : .later)
        let interruption = try makeInterruption()
        do {
            var configuration = engineConfiguration(interruption)
            configuration.runsMachineCode = compilation.usesMachineCode || file.image != nil
            let store = try Store(configuration)
            let host = try WASIHost(try wasiConfiguration(interruption, volumes))
            var imports = Imports()
            host.define(in: &imports, for: module.module.imports, store: store)
            let loaded = try LoadedModule(module)
            if let image = file.image {
                try install(image, in: loaded)
            } else if known.flatMap({ try? loaded.install($0) }) == nil {
                try compilation.prepare(loaded)
            }
            defer { compilation.keepGrownCode(loaded) }
            try endOnSignals(loaded, interruption)
            return try profiled(store, loaded) {
                try call(try store.instantiate(loaded, imports: imports))
            }
        } catch let trap as Trap {
            return try status(of: trap)
        } catch InstantiationError.trap(let trap) {
            return try status(of: trap)
        } catch let error as InstantiationError {
            throw CommandFailure(error.status, error.diagnostic.inFile(command.file))
        } catch let diagnostic as Diagnostic {
            throw CommandFailure(.usage, diagnostic)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.internal, Diagnostic(what: "\(error)"))
        }
    }

    // MARK: Machine code

    /// Runs the body and writes the profile that the command line asks for, however it ends.
    private func profiled(
        _ store: Store, _ module: LoadedModule, _ body: () throws -> Int32
    ) throws -> Int32 {
        switch command.profile {
        case nil: return try body()
        case .perf:
            let mapping = try ProfileOutput.writePerfFiles(module)
            return try withExtendedLifetime(mapping) { try body() }
        case .flameGraph(let path):
            guard let profile = CodeProfile(intervalMicroseconds: 1000) else {
                throw CommandFailure(
                    .unavailable, Diagnostic(what: "this machine takes no samples"))
            }
            let result = Result { try body() }
            let picture = FlameGraph(profile.finish(store)).svg()
            try InputFile.write(Array(picture.utf8), to: path)
            return try result.get()
        }
    }

    private func compilation(_ file: ModuleFile) -> ModuleCompilation {
        var compilation = ModuleCompilation(engine: command.engine)
        let budgets = command.budgets
        compilation.file = file.identity
        compilation.options.isMetered = budgets.fuel != nil || budgets.timeout != nil
        compilation.isWhole = command.profile == .perf
        compilation.options.isDeterministic = command.deterministic != nil
        return compilation
    }

    private func install(
        _ image: MappedImage, in module: LoadedModule
    ) throws(CommandFailure) {
        do throws(CodeImageRejection) {
            try module.install(image)
        } catch {
            throw CommandFailure(.data, error.diagnostic.inFile(command.file))
        }
    }

    // MARK: Configuration

    private func makeInterruption() throws(CommandFailure) -> Interruption {
        var deadline = UInt64.max
        if let timeout = command.budgets.timeout {
            deadline = SystemClockID.monotonic.nanoseconds &+ timeout.nanoseconds
        }
        do throws(Errno) {
            return try Interruption(deadlineNanoseconds: deadline)
        } catch {
            throw CommandFailure(
                .unavailable, Diagnostic(what: "can not set up the time budget: \(error)"))
        }
    }

    /// Lets Ctrl-C and a request to terminate end the guest, not this process: files are closed as
    /// after any other end. A second one ends the process.
    private func endOnSignals(
        _ module: LoadedModule, _ interruption: Interruption
    ) throws(CommandFailure) {
        do throws(Errno) {
            try Signals.tripOnTermination(interruption) { module.stopRunning() }
        } catch {
            throw CommandFailure(
                .unavailable, Diagnostic(what: "can not wait for signals: \(error)"))
        }
    }

    private func engineConfiguration(_ interruption: Interruption) -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.memoryPages = command.budgets.maxMemory.bytes >> 16
        configuration.heapBytes = command.budgets.maxMemory.bytes
        configuration.stackBytes = Int(command.budgets.maxStack.bytes)
        configuration.fuel = command.budgets.fuel
        configuration.interruption = interruption
        if command.budgets.timeout != nil {
            configuration.deadlineNanoseconds = interruption.deadlineNanoseconds
        }
        configuration.isDeterministic = command.deterministic != nil
        return configuration
    }

    private func wasiConfiguration(
        _ interruption: Interruption, _ volumes: [GuestVolume]
    ) throws(CommandFailure) -> WASIConfiguration {
        var configuration = WASIConfiguration()
        configuration.arguments = [command.file] + command.arguments
        configuration.environment = command.capabilities.env.map { ($0.name, $0.value) }
        configuration.interruption = interruption
        if let seed = command.deterministic {
            configuration.entropy = SeededEntropy(seed: seed)
            configuration.clock = VirtualClock()
        }
        if let limit = command.budgets.maxOutput {
            configuration.limits.outputByteCount = limit.bytes
        }
        try connectStreams(&configuration)
        try openDirectories(&configuration)
        try addVaults(volumes, &configuration)
        try openSockets(&configuration)
        return configuration
    }

    private func connectStreams(
        _ configuration: inout WASIConfiguration
    ) throws(CommandFailure) {
        do throws(Errno) {
            configuration.standardInput = try HostStream.standard(.standardInput)
            configuration.standardOutput = try HostStream.standard(.standardOutput)
            configuration.standardError = try HostStream.standard(.standardError)
        } catch {
            throw CommandFailure(
                .unavailable,
                Diagnostic(
                    what: "a standard stream is closed: \(error)",
                    remedy: "redirect it to or from /dev/null"))
        }
    }

    private func openDirectories(
        _ configuration: inout WASIConfiguration
    ) throws(CommandFailure) {
        for mapping in command.capabilities.dir {
            guard let path = PathName(mapping.host.utf8) else { continue }
            do throws(Errno) {
                let directory = try HostDirectory(path: path, isReadOnly: mapping.isReadOnly)
                configuration.preopens.append((mapping.guest, directory))
            } catch {
                throw CommandFailure(
                    .unavailable,
                    Diagnostic(
                        what: "can not open the directory: \(error)",
                        where: "--dir \(mapping.host.escapedForDisplay())",
                        remedy: "create it, or name another"))
            }
        }
        let clock = configuration.clock
        for guest in command.capabilities.memDir {
            let tree = MemoryTree(limitBytes: command.budgets.maxFiles.bytes) {
                clock.nanoseconds(.realtime)
            }
            configuration.preopens.append((guest, tree.root()))
        }
    }

    private func openSockets(
        _ configuration: inout WASIConfiguration
    ) throws(CommandFailure) {
        let capabilities = command.capabilities
        for endpoint in capabilities.tcpListen {
            configuration.sockets.append(
                try socket("--tcp-listen", endpoint) { address throws(Errno) in
                    try HostSocket.listener(on: address)
                })
        }
        for endpoint in capabilities.tcpConnect {
            configuration.sockets.append(
                try socket("--tcp-connect", endpoint) { address throws(Errno) in
                    try HostSocket.connection(
                        to: address, timeoutNanoseconds: Self.connectTimeoutNanoseconds)
                })
        }
        configuration.network.tcpListen = capabilities.allowListen.map(\.range)
        configuration.network.tcpConnect = capabilities.allowConnect.map(\.range)
        configuration.network.udpBind = capabilities.allowUdp.map(\.range)
        configuration.network.udpSend = capabilities.allowUdp.map(\.range)
        configuration.network.resolvableNames = capabilities.allowResolve.map { $0.lowercased() }
        configuration.network.resolver = { SystemNameResolution.addresses(of: $0) }
    }

    /// How long `--tcp-connect` waits for the other side.
    private static let connectTimeoutNanoseconds: UInt64 = 30_000_000_000

    private func socket(
        _ option: String, _ endpoint: Endpoint,
        _ open: (SocketAddress) throws(Errno) -> HostSocket
    ) throws(CommandFailure) -> HostSocket {
        do throws(Errno) {
            return try open(endpoint.address)
        } catch {
            throw CommandFailure(
                .unavailable,
                Diagnostic(
                    what: "can not open the socket: \(error)",
                    where: "\(option) \(endpoint.address)",
                    remedy: "check that the address is this machine's and free, or reachable"))
        }
    }

    // MARK: Calling

    private func call(_ instance: Instance) throws -> Int32 {
        if let initialize = instance.function("_initialize"), command.invoke != nil {
            _ = try initialize.call()
        }
        guard let name = command.invoke else {
            guard let start = instance.function("_start") else {
                throw CommandFailure(.data, missingExport("_start", instance))
            }
            _ = try start.call()
            return 0
        }
        guard let function = instance.function(name) else {
            throw CommandFailure(.usage, missingExport(name, instance))
        }
        let arguments = try ValueText.values(
            command.arguments, for: function.type.parameters, of: name)
        for value in try function.call(arguments) { print(ValueText.text(of: value)) }
        return 0
    }

    private func missingExport(_ name: String, _ instance: Instance) -> Diagnostic {
        let functions = instance.exportNames.filter { instance.function($0) != nil }
        let list = functions.prefix(12).map { $0.escapedForDisplay() }.joined(separator: ", ")
        return Diagnostic(
            what: "the module exports no function \"\(name.escapedForDisplay())\"",
            where: command.file.escapedForDisplay(),
            remedy: functions.isEmpty
                ? "link the program with an entry point"
                : "name one of its functions with --invoke: \(list)")
    }

    // MARK: Outcomes

    /// The exit code of a trap that is an exit; reports every other one.
    private func status(of trap: Trap) throws(CommandFailure) -> Int32 {
        if case .exit(let status) = trap.reason {
            // A process can tell its parent eight bits; a failure must not become success.
            return status & 0xFF != 0 || status == 0 ? status & 0xFF : 1
        }
        let signal = Signals.terminationSignal
        if case .interrupted = trap.reason, signal != 0 {
            Console.write("martlet: the program was ended by \(Signals.name(signal))\n")
            return 128 + signal
        }
        throw CommandFailure(trap.reason.exitStatus, trap.report(command.file))
    }
}

extension Trap.Reason {
    fileprivate var exitStatus: ExitStatus {
        switch self {
        case .outOfFuel, .deadlineExceeded: .time
        case .budgetExceeded: .memory
        case .unreachable, .integerDivideByZero, .integerOverflow, .invalidConversion,
            .memoryOutOfBounds, .tableOutOfBounds, .arrayOutOfBounds, .indirectCallTypeMismatch,
            .uninitializedElement, .nullReference, .castFailure, .stackExhausted, .interrupted,
            .uncaughtException, .unalignedAtomic, .waitOnUnsharedMemory, .invalidFunction, .host,
            .exit:
            .data
        }
    }
}

extension Trap {
    /// The trap as a person reads it: the reason, then the Wasm backtrace.
    fileprivate func report(_ file: String) -> Diagnostic {
        var diagnostic = self.diagnostic
        let frames = backtraceText
        diagnostic.location = file.escapedForDisplay()
        diagnostic.what = "the program trapped: \(message)"
        if !frames.isEmpty { diagnostic.what += "\n" + frames }
        return diagnostic
    }
}

extension InstantiationError {
    var status: ExitStatus {
        if case .budgetExceeded = self { return .memory }
        return .data
    }
}
