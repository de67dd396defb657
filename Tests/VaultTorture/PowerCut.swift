internal import Vault

/// Cuts the power of a recorded workload everywhere, and looks at what is left.
package struct PowerCut {
    /// What was tried.
    package struct Counts: Equatable, Sendable {
        /// Images that were opened.
        package var images = 0
        /// Images that held the last sync that had returned.
        package var lastSync = 0
        /// Images that held the sync that was under way.
        package var syncUnderWay = 0
        /// Images that were also checked and written to again.
        package var continued = 0
    }

    /// A sync of the workload.
    private struct Sync {
        /// Events before it began and when it returned.
        var began: Int
        var returned: Int
        var model: Model
    }

    private let seed: UInt64
    private var events: [StoreEvent] = []
    private var syncs: [Sync] = []
    private var firstEvent = 0
    package private(set) var counts = Counts()

    /// Records `steps` random operations with a sync after about every sixth.
    package init(seed: UInt64, steps: Int, reach: UInt64 = 60_000) throws {
        self.seed = seed
        let store = RecordingBlockStore(MemoryBlockStore())
        var options = TestVolumes.options(seed: seed)
        options.cacheFrameCount = 64
        let volume = try TestVolumes.create(on: store, options: options)
        var workload = try Workload(volume, seed: seed)
        workload.reach = reach
        firstEvent = store.eventCount
        syncs.append(Sync(began: 0, returned: firstEvent, model: workload.model))
        for _ in 0..<steps {
            try workload.step()
            guard Int.random(in: 0..<6, using: &workload.generator) == 0 else { continue }
            let began = store.eventCount
            switch Int.random(in: 0..<10, using: &workload.generator) {
            case 0: try volume.close()
            // Each makes two commits of one state.
            case 1, 2: try Self.changeSnapshots(volume)
            case 3: _ = try volume.check(readsData: false)
            default: try volume.sync()
            }
            try volume.sync()
            syncs.append(
                Sync(began: began, returned: store.eventCount, model: workload.model))
        }
        events = store.events
    }

    /// Takes a snapshot, or gives up the older of two.
    private static func changeSnapshots(_ volume: Volume) throws {
        if volume.snapshots.count < 2 {
            _ = try volume.takeSnapshot(named: "s\(volume.durableState.epoch)")
        } else if let oldest = volume.snapshots.first {
            try volume.removeSnapshot(named: oldest.name)
        }
    }

    /// How many places there are to cut.
    package var cutCount: Int { events.count - firstEvent }

    /// Cuts after every event, `variants` ways each: everything written before is there, or some
    /// writes since the last barrier are missing, or cut short at a sector.
    package mutating func run(every stride: Int = 1, variants: Int = 3) throws {
        var image: [UInt8] = []
        var pending: [StoreEvent] = []
        var generator = SeededGenerator(seed: seed &* 31)
        for (index, event) in events.enumerated() {
            if case .barrier = event {
                for write in pending { Self.apply(write, to: &image) }
                pending = []
            } else if case .resize = event {
                Self.apply(event, to: &image)
            } else {
                pending.append(event)
            }
            guard index >= firstEvent, index % stride == 0 else { continue }
            for variant in 0..<variants {
                var cut = image
                for (position, write) in pending.enumerated() {
                    Self.apply(
                        write, to: &cut, variant: variant, isLast: position == pending.count - 1,
                        &generator)
                }
                try check(cut, after: index + 1, variant: variant)
            }
        }
    }

    private static func apply(_ event: StoreEvent, to image: inout [UInt8]) {
        switch event {
        case .write(let address, let bytes):
            let start = Int(address) * VaultFormat.blockSize
            image.replaceSubrange(start..<start + bytes.count, with: bytes)
        case .resize(let blockCount):
            let size = Int(blockCount) * VaultFormat.blockSize
            if size < image.count { image.removeLast(image.count - size) }
            image.append(contentsOf: repeatElement(0, count: size - image.count))
        case .barrier: break
        }
    }

    /// Variant 0 keeps all writes; 1 tears the last one; others drop or tear at random.
    private static func apply(
        _ event: StoreEvent, to image: inout [UInt8], variant: Int, isLast: Bool,
        _ generator: inout SeededGenerator
    ) {
        guard case .write(let address, let bytes) = event else { return }
        let tears = variant == 1 && isLast || variant > 1 && generator.next() % 3 == 0
        if variant > 1, generator.next() % 2 == 0 { return }
        guard tears else {
            apply(event, to: &image)
            return
        }
        for sector in 0..<bytes.count / 512 where generator.next() % 2 == 0 {
            let start = Int(address) * VaultFormat.blockSize + sector * 512
            image.replaceSubrange(
                start..<start + 512, with: bytes[sector * 512..<sector * 512 + 512])
        }
    }

    private mutating func check(_ image: [UInt8], after count: Int, variant: Int) throws {
        let place = "seed \(seed), after event \(count), variant \(variant)"
        let store = MemoryBlockStore(bytes: image)
        counts.images += 1
        do {
            let volume = try TestVolumes.open(store, seed: seed &* 977 &+ UInt64(count))
            let model = try Model(reading: volume)
            guard let last = syncs.last(where: { $0.returned <= count }) else { return }
            let underWay = syncs.first { $0.began < count && count < $0.returned }
            if model == last.model {
                counts.lastSync += 1
            } else if let underWay, model == underWay.model {
                counts.syncUnderWay += 1
            } else {
                throw Discrepancy("\(place): neither the last sync nor the one under way")
            }
            if counts.images % 8 == 0 { try goOn(volume, store, place) }
        } catch let error as Discrepancy {
            throw error
        } catch {
            throw Discrepancy("\(place): \(error)")
        }
    }

    /// A volume that came back must be clean and go on working.
    private mutating func goOn(
        _ volume: Volume, _ store: MemoryBlockStore, _ place: String
    ) throws {
        let report = try volume.check(readsData: true)
        guard report.isClean else { throw Discrepancy("\(place): \(report.findings)") }
        var workload = try Workload(volume, seed: ~seed)
        for _ in 0..<10 { try workload.step() }
        try volume.sync()
        let again = try TestVolumes.open(store, seed: seed &+ 5)
        guard try Model(reading: again) == workload.model else {
            throw Discrepancy("\(place): what came after was lost")
        }
        counts.continued += 1
    }
}
