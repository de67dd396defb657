internal import Vault

/// A workload on a store that fails once, or from some point on.
package enum StoreFaults {
    /// What came of a fault.
    package enum Outcome: Sendable {
        /// The workload ended before the fault came.
        case notReached
        /// An error was told, and the volume came back as it had to.
        case told
    }

    /// Runs a workload with one fault and then looks at what the store holds.
    package static func run(seed: UInt64) throws -> Outcome {
        var generator = SeededGenerator(seed: seed)
        let memory = MemoryBlockStore()
        let store = FaultyBlockStore(memory)
        var options = TestVolumes.options(seed: seed)
        options.cacheFrameCount = 32
        options.residentNodeCount = 8
        let volume = try TestVolumes.create(on: store, options: options)
        var workload = try Workload(volume, seed: seed)
        let operations: [StoreFailure.Operation] = [.read, .write, .write, .barrier, .resize]
        let errors: [Int32] = [5, 28, 0]
        store.arm(
            FaultyBlockStore.Fault(
                operations.randomElement(using: &generator) ?? .write,
                after: Int.random(in: 0..<120, using: &generator),
                errorNumber: errors.randomElement(using: &generator) ?? 5,
                isPermanent: Bool.random(using: &generator)))
        var allowed = [workload.model]
        var told = false
        for _ in 0..<150 {
            do {
                try workload.step()
            } catch is VaultFailure {
                told = true
                break
            }
            guard generator.next() % 7 == 0 else { continue }
            do {
                allowed.append(workload.model)
                try volume.sync()
                allowed = [workload.model]
            } catch {
                told = true
                // Trying again is allowed: it works, or the volume says that it has failed.
                if (try? volume.sync()) != nil { allowed = [workload.model] }
                break
            }
        }
        store.arm(nil)
        let again = try TestVolumes.open(memory, seed: seed &+ 1)
        let model = try Model(reading: again)
        guard allowed.contains(model) else {
            throw Discrepancy("seed \(seed): the store holds neither sync")
        }
        let report = try again.check(readsData: true)
        guard report.isClean else { throw Discrepancy("seed \(seed): \(report.findings)") }
        return told ? .told : .notReached
    }
}
