import Foundation
import Platform
import Synchronization
import Testing
import Vault
import VaultTorture

private func n(_ text: String) -> [UInt8] { Array(text.utf8) }

/// What threads report back: the first error of any, and whether to go on.
private final class Shared: Sendable {
    let isOver = Atomic(false)
    private let failure = Mutex<String?>(nil)

    var problem: String? { failure.withLock { $0 } }

    func run(_ body: () throws -> Void) {
        do { try body() } catch { failure.withLock { $0 = $0 ?? "\(error)" } }
    }
}

@Suite struct ConcurrencyTests {
    @Test("a check and the removal of snapshots go on beside a writer, and find nothing wrong")
    func onlineMaintenance() throws {
        let store = MemoryBlockStore()
        var options = TestVolumes.options(seed: 5)
        options.cacheFrameCount = 64
        let volume = try TestVolumes.create(on: store, options: options)
        var before = try Workload(volume, seed: 5)
        for _ in 0..<150 { try before.step() }
        let shared = Shared()
        let stepsDone = Atomic(0)
        let last = Mutex<Model?>(nil)
        let writer = try HostThread {
            shared.run {
                var workload = try Workload(volume, seed: 6)
                while !shared.isOver.load(ordering: .relaxed) {
                    try workload.step()
                    if stepsDone.add(1, ordering: .relaxed).newValue % 7 == 0 { try volume.sync() }
                }
                last.withLock { $0 = workload.model }
            }
        }
        for round in 0..<12 {
            let seen = stepsDone.load(ordering: .relaxed)
            _ = try volume.takeSnapshot(named: "s\(round)")
            let report = try volume.check(readsData: true)
            #expect(report.isClean, "round \(round): \(report.findings)")
            if round % 3 == 2 {
                for number in [round - 1, round, round - 2] {
                    try volume.removeSnapshot(named: "s\(number)")
                }
            }
            while stepsDone.load(ordering: .relaxed) < seen + 10, shared.problem == nil {
                sleepFor(milliseconds: 1)
            }
        }
        shared.isOver.store(true, ordering: .relaxed)
        writer.join()
        #expect(shared.problem == nil)
        #expect(volume.snapshots.isEmpty)
        let report = try volume.check(readsData: true)
        #expect(report.isClean, "\(report.findings)")
        let model = try #require(last.withLock { $0 })
        #expect(try Model(reading: volume) == model)
        try volume.close()
        #expect(try Model(reading: TestVolumes.open(store)) == model)
    }

    @Test("a second check or removal beside the first is refused as busy, not mixed up with it")
    func oneAtATime() throws {
        let store = SlowStore()
        let volume = try TestVolumes.create(on: store)
        for number in 0..<40 {
            let file = try volume.createFile(n("f\(number)"), in: volume.root)
            try volume.write(file, at: 0, [UInt8](repeating: 1, count: 9000))
        }
        _ = try volume.takeSnapshot(named: "s")
        let shared = Shared()
        store.gate.store(true, ordering: .releasing)
        let checker = try HostThread {
            shared.run {
                let report = try volume.check(readsData: true)
                if !report.isClean { throw VaultFailure.invalid }
            }
        }
        store.waitUntilReached()
        #expect(throws: VaultFailure.busy) { try volume.check(readsData: false) }
        #expect(throws: VaultFailure.busy) { try volume.removeSnapshot(named: "s") }
        // Others are not kept waiting by the check that stands still.
        let file = try volume.createFile(n("meanwhile"), in: volume.root)
        try volume.write(file, at: 0, [1, 2, 3])
        try volume.sync()
        store.gate.store(false, ordering: .releasing)
        checker.join()
        #expect(shared.problem == nil)
        try volume.removeSnapshot(named: "s")
        #expect(try volume.check(readsData: true).isClean)
    }

    @Test("readers, writers of one file, appenders and syncs at once: every block is of one write")
    func underLoad() throws {
        var options = TestVolumes.options(seed: 8)
        options.cacheFrameCount = 32
        let store = MemoryBlockStore()
        let volume = try TestVolumes.create(on: store, options: options)
        let file = try volume.createFile(n("shared"), in: volume.root)
        let log = try volume.createFile(n("log"), in: volume.root)
        try volume.write(file, at: 0, [UInt8](repeating: 0, count: 60 * 4096))
        let shared = Shared()
        var threads: [HostThread] = []
        for writer in 1...2 as ClosedRange<UInt8> {
            threads.append(
                try HostThread {
                    shared.run {
                        var generator = SeededGenerator(seed: UInt64(writer))
                        for round in 0..<300 {
                            let block = UInt64.random(in: 0..<60, using: &generator)
                            let value = writer &* 100 &+ UInt8(round % 100)
                            try volume.write(
                                file, at: block * 4096, [UInt8](repeating: value, count: 4096))
                            _ = try unsafe [writer, value].withUnsafeBytes {
                                try unsafe volume.append(log, $0)
                            }
                            if round % 16 == 0 { try volume.sync() }
                        }
                    }
                })
        }
        for reader in 1...3 as ClosedRange<UInt64> {
            threads.append(
                try HostThread {
                    shared.run {
                        var generator = SeededGenerator(seed: 50 + reader)
                        for _ in 0..<600 {
                            let block = UInt64.random(in: 0..<60, using: &generator)
                            let bytes = try volume.read(file, at: block * 4096, count: 4096)
                            guard Set(bytes).count == 1 else { throw VaultFailure.invalid }
                        }
                    }
                })
        }
        for thread in threads { thread.join() }
        #expect(shared.problem == nil)
        let entries = try volume.contents(of: log)
        #expect(entries.count == 2 * 600)
        #expect(entries.enumerated().count { $0.offset % 2 == 0 && $0.element == 1 } == 300)
        #expect(try volume.check(readsData: true).isClean)
        try volume.sync()
        #expect(try Model(reading: TestVolumes.open(store)) == Model(reading: volume))
    }

    @Test("a thread whose changes another one's commit took along makes no commit of its own")
    func groupCommit() throws {
        let volume = try TestVolumes.create()
        let file = try volume.createFile(n("f"), in: volume.root)
        try volume.sync()
        let first = volume.durableState.epoch
        #expect(try volume.sync() == first)
        try volume.write(file, at: 0, [1])
        #expect(try volume.sync() == first + 1)
        #expect(try volume.sync() == first + 1)
    }

    @Test("of many processes that advance one anchor file from the same state, one succeeds")
    func anchorFileCompareAndSet() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "vault-anchor-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path()
        let volume = [UInt8](repeating: 7, count: 16)
        let start = AnchoredState(epoch: 1, rootTag: [UInt8](repeating: 1, count: 32))
        let anchor = try #require(FileAnchor(directory: path, name: "anchor"))
        try anchor.advance(volume: volume, from: nil, to: start)
        let winners = Atomic(0)
        let conflicts = Atomic(0)
        var threads: [HostThread] = []
        for number in 0..<8 as Range<UInt8> {
            threads.append(
                try HostThread {
                    // An anchor of its own, as another process would have.
                    guard let mine = FileAnchor(directory: path, name: "anchor") else { return }
                    let next = AnchoredState(
                        epoch: 2, rootTag: [UInt8](repeating: number, count: 32))
                    do throws(AnchorFailure) {
                        try mine.advance(volume: volume, from: start, to: next)
                        winners.add(1, ordering: .relaxed)
                    } catch {
                        if error == .conflict(expectedEpoch: 1, foundEpoch: 2) {
                            conflicts.add(1, ordering: .relaxed)
                        }
                    }
                })
        }
        for thread in threads { thread.join() }
        #expect(winners.load(ordering: .relaxed) == 1)
        #expect(conflicts.load(ordering: .relaxed) == 7)
        #expect(try anchor.state(ofVolume: volume)?.epoch == 2)
    }
}
