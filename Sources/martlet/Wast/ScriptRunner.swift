import Diagnostics
import Platform
import Wasm
import WasmEngine

/// Runs the commands of one WAST script in a fresh store.
struct ScriptRunner {
    let store: Store
    var imports = Imports()
    /// Modules by identifier, and the last one.
    private var definitions: [String: LoadedModule] = [:]
    private var lastDefinition: LoadedModule?
    /// Instances by identifier, and the last one.
    private var instances: [String: Instance] = [:]
    private var lastInstance: Instance?
    /// Shared memories of other stores, by the identifier of their instance.
    private var foreign: [String: [(name: String, memory: LinearMemory)]] = [:]
    private var threads: [String: ScriptThread] = [:]
    /// References that stand for numbers, so that equal numbers are equal references.
    var hostReferences: [UInt32: Reference] = [:]
    private var report = ScriptReport()
    private var compilation: ModuleCompilation

    // MARK: Running

    /// Runs the script with this text.
    static func run(_ bytes: [UInt8], _ engine: EngineChoice) -> ScriptReport {
        do throws(TextError) {
            return run(
                try ScriptParser.parse(bytes), engine, shared: ScriptThread.SharedMemories())
        } catch {
            return ScriptReport(failure: ScriptFailure(line: error.line, "\(error)"))
        }
    }

    /// Runs commands; `shared` holds what another thread's script shares with this one.
    static func run(
        _ commands: [ScriptCommand], _ engine: EngineChoice, shared: ScriptThread.SharedMemories
    ) -> ScriptReport {
        do throws(InstantiationError) {
            var runner = try ScriptRunner(engine, shared)
            for command in commands { runner.run(command) }
            return runner.report
        } catch {
            return ScriptReport(failure: ScriptFailure("no store: \(error.diagnostic)"))
        }
    }

    private init(
        _ engine: EngineChoice, _ shared: ScriptThread.SharedMemories
    ) throws(InstantiationError) {
        compilation = ModuleCompilation(engine: engine, isQuick: true)
        compilation.options.checksExceptions = true
        var configuration = EngineConfiguration()
        configuration.isDeterministic = false
        configuration.runsMachineCode = compilation.usesMachineCode
        store = try Store(configuration)
        for export in shared.exports {
            foreign[export.instance, default: []].append((export.name, export.memory))
        }
        try SpectestModule.define(in: &imports, store)
    }

    private mutating func run(_ command: ScriptCommand) {
        do throws(ScriptFailure) {
            try execute(command.operation)
            report.passed += 1
        } catch {
            report.failures.append(ScriptFailure(line: command.line, error.what))
        }
    }

    private mutating func execute(
        _ operation: ScriptCommand.Operation
    ) throws(ScriptFailure) {
        switch operation {
        case .module(let module): try define(module)
        case .instance(let name, let definition): try instantiate(name, definition)
        case .register(let module, let instance): try register(module, instance)
        case .action(let action): try expectValues(action, nil)
        case .assertReturn(let action, let expected): try expectValues(action, expected)
        case .assertTrap(let action, let message): try expectTrap(action, message)
        case .assertException(let action): try expectException(action)
        case .assertExhaustion(let action, let message): try expectTrap(action, message)
        case .assertModuleTrap(let module, let message): try expectModuleTrap(module, message)
        case .assertUnlinkable(let module, let message): try expectUnlinkable(module, message)
        case .assertInvalid(let module, let message): try expectInvalid(module, message)
        case .assertMalformed(let module, let message): try expectMalformed(module, message)
        case .assertMalformedCustom(let module, let message),
            .assertInvalidCustom(let module, let message):
            try expectMalformed(module, message)
        case .thread(let name, let shared, let commands): try start(name, shared, commands)
        case .wait(let thread): try wait(thread)
        }
    }

    // MARK: Modules and instances

    private mutating func define(_ module: ScriptModule) throws(ScriptFailure) {
        lastDefinition = nil
        if module.role != .definition { lastInstance = nil }
        let loaded: LoadedModule
        do throws(ModuleRejection) {
            loaded = try load(module)
        } catch {
            throw ScriptFailure("module is rejected: \(error)")
        }
        lastDefinition = loaded
        if let name = module.name { definitions[name] = loaded }
        if module.role != .definition { try instantiate(module.name, loaded) }
    }

    private mutating func instantiate(
        _ name: String?, _ definition: String?
    ) throws(ScriptFailure) {
        let loaded = definition.map { definitions[$0] } ?? lastDefinition
        guard let loaded else { throw ScriptFailure("there is no such module definition") }
        try instantiate(name, loaded)
    }

    private mutating func instantiate(
        _ name: String?, _ module: LoadedModule
    ) throws(ScriptFailure) {
        lastInstance = nil
        if let name { instances[name] = nil }
        try prepare(module)
        do throws(InstantiationError) {
            let instance = try store.instantiate(module, imports: imports)
            lastInstance = instance
            if let name { instances[name] = instance }
        } catch {
            throw ScriptFailure("module can not be instantiated: \(error.diagnostic)")
        }
    }

    /// Compiles a module once, however often it is instantiated.
    func prepare(_ module: LoadedModule) throws(ScriptFailure) {
        do throws(CommandFailure) {
            try compilation.prepare(module)
        } catch {
            throw ScriptFailure("module can not be compiled: \(error.diagnostic)")
        }
    }

    /// The instance with this identifier, or the last one.
    func instance(_ name: String?) throws(ScriptFailure) -> Instance {
        let instance = name.map { instances[$0] } ?? lastInstance
        guard let instance else {
            throw ScriptFailure("there is no instance \(name?.escapedForDisplay() ?? "yet")")
        }
        return instance
    }

    private mutating func register(
        _ module: String, _ name: String?
    ) throws(ScriptFailure) {
        if let name, let memories = foreign[name] {
            for export in memories { imports[module, export.name] = .memory(export.memory) }
            return
        }
        imports.define(module, exportsOf: try instance(name))
    }

    // MARK: Threads

    private mutating func start(
        _ name: String, _ shared: [String], _ commands: [ScriptCommand]
    ) throws(ScriptFailure) {
        var memories = ScriptThread.SharedMemories()
        for instanceName in shared { memories.add(try instance(instanceName), as: instanceName) }
        do throws(Errno) {
            threads[name] = try ScriptThread(commands, compilation.engine, shared: memories)
        } catch {
            throw ScriptFailure("no thread: \(error)")
        }
    }

    private mutating func wait(_ name: String) throws(ScriptFailure) {
        guard let thread = threads.removeValue(forKey: name) else {
            throw ScriptFailure("there is no thread \(name.escapedForDisplay())")
        }
        report.add(thread.wait())
    }
}
