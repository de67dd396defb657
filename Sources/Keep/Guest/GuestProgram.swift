internal import Diagnostics
internal import KeepProtocol
internal import Platform
internal import Vault
internal import WASI
internal import Wasm
internal import WasmEngine

/// What one run left behind.
struct GuestResult: Sendable {
    var outcome: GuestOutcome
    var usage = Receipt.Usage()
    var vaults: [String: Receipt.VaultState] = [:]
    /// Files of the memory directories, by absolute path.
    var files: [String: [UInt8]] = [:]
    var endedAt: UInt64 = 0
}

/// One run of a program in this keep: engine, WASI, files and sockets as its manifest names them, and
/// nothing else.
final class GuestProgram: Sendable {
    private let launch: Launch
    private let resources: any HostResources
    private let hub: OutputHub
    private let input: GuestInput
    private let channels: GuestChannels
    private let attestation: GuestAttestation
    private let interruptHandle = InterruptHandle()
    private let interruption: Interruption

    init(
        _ launch: Launch, resources: any HostResources, hub: OutputHub, input: GuestInput,
        channels: GuestChannels, attestation: GuestAttestation
    ) throws(Errno) {
        self.launch = launch
        self.resources = resources
        self.hub = hub
        self.input = input
        self.channels = channels
        self.attestation = attestation
        let now = SystemClockID.monotonic.nanoseconds
        let seconds = launch.workload.manifest.budgets.timeSeconds
        let deadline = seconds.map { now &+ min($0, 1 << 32) &* 1_000_000_000 }
        interruption = try Interruption(deadlineNanoseconds: deadline ?? .max)
    }

    /// Ends the program from another thread.
    func interrupt() {
        interruptHandle.interrupt()
        interruption.trip()
    }

    /// Runs to the end, on the thread that calls it.
    func run() -> GuestResult {
        let start = SystemClockID.monotonic.nanoseconds
        let cpu = SystemClockID.threadCPUTime.nanoseconds
        let written = hub.totalBytes
        var result = GuestResult(outcome: .failed(""))
        let files = GuestFiles(launch, resources)
        do {
            try files.open()
            result.outcome = try execute(files, &result.usage)
        } catch let error as Diagnostic {
            result.outcome = .failed(error.description)
        } catch {
            result.outcome = .failed("\(error)")
        }
        do {
            result.vaults = try files.close()
        } catch {
            result.outcome = .failed("the vault could not be made durable: \(error)")
        }
        result.files = files.contents()
        result.usage.wallNanoseconds = SystemClockID.monotonic.nanoseconds &- start
        result.usage.cpuNanoseconds = SystemClockID.threadCPUTime.nanoseconds &- cpu
        result.usage.outputBytes = hub.totalBytes &- written
        result.endedAt = SystemClockID.realtime.nanoseconds / 1_000_000_000
        return result
    }

    private func execute(
        _ files: GuestFiles, _ usage: inout Receipt.Usage
    ) throws -> GuestOutcome {
        let manifest = launch.workload.manifest
        let code = try GuestCode(launch.workload)
        let module = try ModuleValidator.validate(
            try ModuleDecoder.decode(launch.workload.module), bodies: .deferred)
        var configuration = configuration
        configuration.runsMachineCode = code.isCompiled
        let store = try Store(configuration, interruptHandle: interruptHandle)
        let host = try WASIHost(try wasi(files))
        var imports = Imports()
        host.define(in: &imports, for: module.module.imports, store: store)
        attestation.define(in: &imports, for: module.module.imports, store: store) {
            host.socket(at: $0)
        }
        defer {
            if let fuel = manifest.budgets.fuel { usage.fuel = fuel - (store.fuel ?? fuel) }
        }
        do {
            let loaded = try LoadedModule(module)
            try code.prepare(loaded)
            let instance = try store.instantiate(loaded, imports: imports)
            guard let start = instance.function("_start") else {
                throw Diagnostic(
                    what: "the module exports no _start",
                    remedy: "link the program with an entry point")
            }
            _ = try start.call()
            return .exited(code: 0)
        } catch let trap as Trap {
            return Self.outcome(trap)
        } catch InstantiationError.trap(let trap) {
            return Self.outcome(trap)
        } catch let error as InstantiationError {
            throw error.diagnostic
        }
    }

    private var configuration: EngineConfiguration {
        let budgets = launch.workload.manifest.budgets
        var configuration = EngineConfiguration()
        configuration.memoryPages = budgets.memoryBytes >> 16
        configuration.heapBytes = budgets.memoryBytes
        configuration.stackBytes = Int(clamping: budgets.stackBytes)
        configuration.fuel = budgets.fuel
        configuration.isInterruptible = true
        if interruption.deadlineNanoseconds != .max {
            configuration.deadlineNanoseconds = interruption.deadlineNanoseconds
        }
        return configuration
    }

    private func wasi(_ files: GuestFiles) throws -> WASIConfiguration {
        let manifest = launch.workload.manifest
        var configuration = WASIConfiguration()
        configuration.arguments = [manifest.name] + manifest.arguments
        configuration.environment =
            manifest.environment.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            + files.secretVariables()
        configuration.interruption = interruption
        configuration.limits.outputByteCount = manifest.budgets.outputBytes
        configuration.limits.descriptorCount = Int(clamping: manifest.budgets.descriptors)
        if manifest.standardInput == .owner { configuration.standardInput = input }
        if manifest.standardOutput == .owner {
            configuration.standardOutput = GuestOutput(hub, stream: 1)
        }
        if manifest.standardError == .owner {
            configuration.standardError = GuestOutput(hub, stream: 2)
        }
        configuration.preopens = try files.preopens()
        for listener in manifest.listeners {
            configuration.sockets.append(try channels.listener(listener, resources))
        }
        for connection in manifest.connections {
            configuration.sockets.append(try channels.connection(connection, resources))
        }
        return configuration
    }

    private static func outcome(_ trap: Trap) -> GuestOutcome {
        switch trap.reason {
        case .exit(let code): .exited(code: code)
        case .outOfFuel, .deadlineExceeded: .outOfBudget(.time, trap.message)
        case .budgetExceeded(let what) where what.contains("output"): .outOfBudget(.output, what)
        case .budgetExceeded(let what): .outOfBudget(.memory, what)
        case .interrupted: .stopped
        default:
            .trapped(trap.message + (trap.backtraceText.isEmpty ? "" : "\n" + trap.backtraceText))
        }
    }
}
