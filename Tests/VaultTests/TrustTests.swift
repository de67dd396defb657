import Cryptography
import Synchronization
import Testing
import Vault
import VaultTorture

private func n(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct TrustTests {
    let store = MemoryBlockStore()

    /// A volume with one file, closed.
    private func filled(seed: UInt64 = 1, anchor: (any Anchor)? = nil) throws -> Volume {
        let volume = try TestVolumes.create(on: store, seed: seed, anchor: anchor)
        let file = try volume.createFile(n("secret-name"), in: volume.root)
        try volume.write(
            file, at: 0, Array(repeating: n("very secret content "), count: 1000).flatMap { $0 })
        try volume.close()
        return volume
    }

    @Test("a wrong key, a wrong passphrase and a store that is none are told apart")
    func wrongKeys() throws {
        _ = try filled()
        let options = TestVolumes.options()
        #expect(throws: VaultRejection.wrongKey) {
            try Volume.open(store, unlock: TestVolumes.key(8), options: options)
        }
        #expect(throws: VaultRejection.wrongKey) {
            try Volume.open(
                store, unlock: .passphrase(SecretBytes(copying: n("guess"))), options: options)
        }
        #expect(throws: VaultRejection.notAVault) {
            try TestVolumes.open(MemoryBlockStore(bytes: [UInt8](repeating: 0, count: 1 << 20)))
        }
        #expect(throws: VaultRejection.notAVault) { try TestVolumes.open(MemoryBlockStore()) }
        var image = store.image
        for block in 2...3 { image[block * 4096 + 8] = 9 }
        #expect(throws: VaultRejection.unsupportedVersion(9)) {
            try TestVolumes.open(MemoryBlockStore(bytes: image))
        }
    }

    @Test("an image cut short is refused, whatever is left of it")
    func truncated() throws {
        _ = try filled()
        let image = store.image
        for blocks in [1, 2, 3, 4, 100, image.count / 4096 - 1] {
            #expect(throws: VaultRejection.self) {
                try TestVolumes.open(MemoryBlockStore(bytes: Array(image.prefix(blocks * 4096))))
            }
        }
        #expect(
            throws: VaultRejection.truncated(
                expectedBlocks: UInt64(image.count / 4096), foundBlocks: 100)
        ) {
            try TestVolumes.open(MemoryBlockStore(bytes: Array(image.prefix(100 * 4096))))
        }
    }

    @Test("superblocks of another volume under the same key are refused")
    func crossVolume() throws {
        _ = try filled()
        let other = MemoryBlockStore()
        try TestVolumes.create(on: other, seed: 99).close()
        var image = store.image
        image.replaceSubrange(..<8192, with: other.image[..<8192])
        #expect(throws: VaultRejection.damaged(what: "both superblocks", address: 0)) {
            try TestVolumes.open(MemoryBlockStore(bytes: image))
        }
        var swapped = store.image
        swapped.replaceSubrange(..<4096, with: store.image[4096..<8192])
        let volume = try TestVolumes.open(MemoryBlockStore(bytes: swapped))
        #expect(volume.openReport.unreadableSuperblock == 0)
    }

    @Test("no name and no content shows in the image, and written blocks look random")
    func nothingShows() throws {
        let volume = try filled()
        _ = volume
        let image = store.image
        for needle in ["secret", "content", "first key"] {
            let pattern = n(needle)
            let found = image.indices.contains { start in
                image[start] == pattern[0] && image[start...].starts(with: pattern)
            }
            #expect(!found, "\(needle)")
        }
        for block in stride(from: 4 * 4096, to: image.count, by: 4096) {
            let bytes = image[block..<block + 4096]
            guard bytes.contains(where: { $0 != 0 }) else { continue }
            // 4,096 random bytes use 256 values about 16 times each; a run of 60 of one value has a
            // chance below 10^-15.
            var counts = [Int](repeating: 0, count: 256)
            for byte in bytes { counts[Int(byte)] += 1 }
            #expect((counts.max() ?? 0) < 60, "block \(block / 4096)")
        }
    }

    @Test("equal shapes with different names and content write the same blocks")
    func equalShapes() throws {
        func shape(_ name: String, _ byte: UInt8) throws -> [Bool] {
            let store = MemoryBlockStore()
            let volume = try TestVolumes.create(on: store, seed: UInt64(byte))
            let folder = try volume.createDirectory(n(name), in: volume.root)
            for number in 0..<20 {
                let file = try volume.createFile(n("\(name)\(number)"), in: folder)
                try volume.write(file, at: 0, [UInt8](repeating: byte, count: 6000))
                try volume.sync()
            }
            try volume.close()
            let image = store.image
            return stride(from: 0, to: image.count, by: 4096).map { start in
                image[start..<start + 4096].contains { $0 != 0 }
            }
        }
        #expect(try shape("abcdef", 1) == shape("uvwxyz", 2))
    }

    @Test("rollback and fork are named, with both epochs; a crash before the anchor is healed")
    func freshness() throws {
        let anchor = MemoryAnchor()
        var volume = try filled(anchor: anchor)
        let old = store.image
        #expect(volume.freshness == .anchored(epoch: volume.durableState.epoch))
        volume = try TestVolumes.open(store, anchor: anchor)
        _ = try volume.createFile(n("new"), in: volume.root)
        let before = MemoryAnchor()
        try before.advance(
            volume: volume.volumeID, from: nil, to: volume.durableState)
        try volume.sync()
        let epoch = volume.durableState.epoch
        #expect(throws: VaultRejection.rollback(volumeEpoch: epoch - 1, anchorEpoch: epoch)) {
            try TestVolumes.open(MemoryBlockStore(bytes: old), anchor: anchor)
        }
        // Crash after the superblock, before the anchor: the volume is one ahead and says of whom.
        let healed = try TestVolumes.open(MemoryBlockStore(bytes: store.image), anchor: before)
        #expect(healed.freshness == .anchored(epoch: epoch))
        #expect(try before.state(ofVolume: volume.volumeID)?.epoch == epoch)
        // Another state of the same age.
        let fork = MemoryBlockStore(bytes: old)
        let other = try TestVolumes.open(fork, seed: 50)
        #expect(other.freshness == .unanchored)
        _ = try other.createFile(n("other"), in: other.root)
        try other.sync()
        #expect(throws: VaultRejection.fork(volumeEpoch: epoch, anchorEpoch: epoch)) {
            try TestVolumes.open(fork, anchor: anchor)
        }
    }

    /// Counts how often it moved while something was written and not yet durable.
    private final class WatchingAnchor: Anchor {
        let hasty = Atomic(0)
        let moves = Atomic(0)
        private let inner = MemoryAnchor()
        private let store: RecordingBlockStore

        init(_ store: RecordingBlockStore) { self.store = store }

        func state(ofVolume volumeID: [UInt8]) throws(AnchorFailure) -> AnchoredState? {
            try inner.state(ofVolume: volumeID)
        }

        func advance(
            volume volumeID: [UInt8], from old: AnchoredState?, to new: AnchoredState
        ) throws(AnchorFailure) {
            if case .barrier? = store.events.last {} else { hasty.add(1, ordering: .relaxed) }
            moves.add(1, ordering: .relaxed)
            try inner.advance(volume: volumeID, from: old, to: new)
        }
    }

    @Test("an anchor moves on only to a state that a power cut cannot take back")
    func anchorAfterBarrier() throws {
        let volume = try filled()
        _ = try volume.createFile(n("later"), in: volume.root)
        try volume.sync()
        // What is opened may still be in the host's cache only.
        for isReadOnly in [true, false] {
            let recording = RecordingBlockStore(MemoryBlockStore(bytes: store.image))
            let anchor = WatchingAnchor(recording)
            var options = TestVolumes.options(seed: 9)
            options.isReadOnly = isReadOnly
            let again = try TestVolumes.open(recording, anchor: anchor, options: options)
            if !isReadOnly {
                _ = try again.createFile(n("last"), in: again.root)
                try again.sync()
            }
            #expect(anchor.moves.load(ordering: .relaxed) == (isReadOnly ? 1 : 2))
            #expect(anchor.hasty.load(ordering: .relaxed) == 0)
        }
    }

    @Test("of two writers of copies the anchor stops the second at its next sync")
    func twoWriters() throws {
        let anchor = MemoryAnchor()
        _ = try filled(anchor: anchor)
        let first = try TestVolumes.open(store, seed: 3, anchor: anchor)
        let second = try TestVolumes.open(
            MemoryBlockStore(bytes: store.image), seed: 4, anchor: anchor)
        _ = try first.createFile(n("x"), in: first.root)
        _ = try second.createFile(n("y"), in: second.root)
        let epoch = try first.sync()
        #expect(
            throws: VaultFailure.anchor(.conflict(expectedEpoch: epoch - 1, foundEpoch: epoch))
        ) { try second.sync() }
        #expect(throws: VaultFailure.failed) { try second.sync() }
    }

    @Test("keys are added, replaced and removed; the last one stays; older slots are refused")
    func keySlots() throws {
        let volume = try filled()
        let passphrase = UnlockKey.passphrase(SecretBytes(copying: n("correct horse")))
        let before = store.image
        #expect(try volume.addKey(passphrase, label: "person") == 1)
        #expect(
            try volume.keySlots().prefix(3).map(\.kind) == [.raw, .passphrase, .empty])
        #expect(try volume.keySlots()[1].label == "person")
        _ = try Volume.open(store, unlock: passphrase, options: TestVolumes.options())
        try volume.replaceKey(TestVolumes.key(), with: TestVolumes.key(5), label: "new")
        #expect(throws: VaultRejection.wrongKey) { try TestVolumes.open(store) }
        #expect(throws: VaultFailure.noEntry) {
            try volume.replaceKey(TestVolumes.key(), with: TestVolumes.key(6), label: "")
        }
        try volume.removeKey(slot: 1)
        #expect(throws: VaultFailure.notPermitted) { try volume.removeKey(slot: 0) }
        #expect(throws: VaultFailure.noEntry) { try volume.removeKey(slot: 7) }
        // The host brings the old slots back: the old key opens them, and is refused.
        var image = store.image
        image.replaceSubrange(8192..<16384, with: before[8192..<16384])
        #expect(
            throws: VaultRejection.damaged(
                what: "the key slots, older than the volume or changed", address: 2)
        ) { try TestVolumes.open(MemoryBlockStore(bytes: image)) }
        for number in 1..<8 {
            try volume.addKey(TestVolumes.key(UInt8(50 + number)), label: "\(number)")
        }
        #expect(throws: VaultFailure.noSpace) {
            try volume.addKey(TestVolumes.key(60), label: "one too many")
        }
    }

    @Test("changing keys writes the same few blocks however large the volume is")
    func rekeyIsSmall() throws {
        let recording = RecordingBlockStore(MemoryBlockStore(), keepsEvents: false)
        let volume = try TestVolumes.create(on: recording)
        let file = try volume.createFile(n("f"), in: volume.root)
        try volume.write(file, at: 0, [UInt8](repeating: 1, count: 20 << 20))
        try volume.close()
        recording.resetCounts()
        try volume.replaceKey(TestVolumes.key(), with: TestVolumes.key(9), label: "new")
        #expect(recording.counts.bytesWritten <= 16 * 4096)
    }

    @Test("no nonce is used twice under one key, though the host mounts one image again and again")
    func sessionsDiffer() throws {
        _ = try filled()
        let image = store.image
        var written: [[UInt8]] = []
        for seed: UInt64 in 10..<14 {
            let copy = MemoryBlockStore(bytes: image)
            let volume = try TestVolumes.open(copy, seed: seed)
            let file = try volume.createFile(n("same"), in: volume.root)
            try volume.write(file, at: 0, [UInt8](repeating: 0, count: 4096))
            try volume.sync()
            written.append(
                stride(from: 4 * 4096, to: image.count, by: 4096).first {
                    copy.image[$0..<$0 + 4096] != image[$0..<$0 + 4096]
                }.map { Array(copy.image[$0..<$0 + 4096]) } ?? [])
        }
        // The same plaintext at the same address in the same epoch: a repeated key and counter
        // would give the same bytes.
        #expect(Set(written).count == 4)
        #expect(written.allSatisfy { $0.count == 4096 })
    }

    @Test("a hundred mounts that write keep every session's key")
    func manySessions() throws {
        _ = try filled()
        for seed: UInt64 in 0..<130 {
            let volume = try TestVolumes.open(store, seed: 1000 + seed)
            let file = try volume.createFile(n("\(seed)"), in: volume.root)
            try volume.write(file, at: 0, [UInt8(seed)])
            try volume.sync()
        }
        let volume = try TestVolumes.open(store)
        for seed: UInt64 in 0..<130 {
            let file = try volume.lookup(n("\(seed)"), in: volume.root)
            #expect(try volume.contents(of: file) == [UInt8(seed)])
        }
        #expect(try volume.check(readsData: true).isClean)
    }

    @Test("the wrong byte anywhere in a data block is damage, and other files stay readable")
    func damageIsLocal() throws {
        let volume = try filled()
        let other = try volume.createFile(n("other"), in: volume.root)
        try volume.write(other, at: 0, [9])
        try volume.close()
        let report = try volume.check(readsData: true)
        #expect(report.isClean)
        #expect(report.inodeCount == 3)
        var image = store.image
        var damagedReads = 0
        for block in 4..<image.count / 4096 {
            image[block * 4096 + 77] ^= 1
            let copy = MemoryBlockStore(bytes: image)
            image[block * 4096 + 77] ^= 1
            guard let reopened = try? TestVolumes.open(copy) else { continue }
            let file = try? reopened.lookup(n("secret-name"), in: reopened.root)
            guard let file else { continue }
            do {
                _ = try reopened.contents(of: file)
            } catch let error as VaultFailure {
                #expect(error == .damaged(what: "a block", address: UInt64(block)))
                #expect(try reopened.contents(of: other) == [9])
                #expect(try !reopened.check(readsData: true).isClean)
                damagedReads += 1
            }
        }
        #expect(damagedReads >= 5)
    }
}
