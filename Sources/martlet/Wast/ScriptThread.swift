import Platform
import Synchronization
import Wasm
import WasmEngine

/// A `(thread …)` of a script: its commands run on a thread of their own, in a store of their own.
///
/// Source: threads proposal, `interpreter/README.md`, "Scripts".
final class ScriptThread {
    /// Memories that several stores use.
    ///
    /// SAFETY: it holds shared memories only, whose bytes any thread may use; nothing else of the
    /// store that made them is reached through it.
    struct SharedMemories: @unchecked Sendable {
        var exports: [(instance: String, name: String, memory: LinearMemory)] = []

        /// The shared memories that `instance` exports.
        mutating func add(_ instance: Instance, as instanceName: String) {
            for name in instance.exportNames {
                guard case .memory(let memory)? = instance.export(name), memory.type.isShared
                else { continue }
                exports.append((instanceName, name, memory))
            }
        }
    }

    private final class Outcome: Sendable {
        let report = Mutex(ScriptReport())
    }

    private let thread: HostThread
    private let outcome: Outcome

    init(
        _ commands: [ScriptCommand], _ engine: EngineChoice, shared: SharedMemories
    ) throws(Errno) {
        let outcome = Outcome()
        self.outcome = outcome
        thread = try HostThread {
            let report = ScriptRunner.run(commands, engine, shared: shared)
            outcome.report.withLock { $0 = report }
        }
    }

    /// Waits until the thread has ended; what became of its commands.
    func wait() -> ScriptReport {
        thread.join()
        return outcome.report.withLock { $0 }
    }
}
