internal import Vault

/// A host that changes the image in every way it can think of.
package struct HostMutations {
    /// One way to change an image.
    package enum Kind: Int, CaseIterable, Sendable {
        case flipBit, swapBlocks, replayBlock, replayImage, truncate, extend, editSuperblock
        case editKeySlots, foreignBlock, zeroBlock, copyBlock, replaySuperblock, replayKeySlots
    }

    /// What came of the changes.
    package struct Counts: Equatable, Sendable {
        /// Changes tried.
        package var tried = 0
        /// Opening was refused.
        package var refusedToOpen = 0
        /// Reading failed.
        package var failedToRead = 0
        /// Everything read was right: the change hit nothing that is in use.
        package var harmless = 0
        /// Wrong bytes were read, or an old state was taken for the newest.
        package var undetected = 0

        package init() {}

        /// Adds other counts.
        package mutating func add(_ other: Counts) {
            tried += other.tried
            refusedToOpen += other.refusedToOpen
            failedToRead += other.failedToRead
            harmless += other.harmless
            undetected += other.undetected
        }
    }

    private let images: [[UInt8]]
    private let foreign: [UInt8]
    private let model: Model
    private let anchor: MemoryAnchor
    private let state: AnchoredState
    private let volumeID: [UInt8]
    package private(set) var counts: [Kind: Counts] = [:]

    /// A volume with a history of states, its anchor, and another volume with the same key.
    package init(seed: UInt64) throws {
        let store = MemoryBlockStore()
        anchor = MemoryAnchor()
        let volume = try TestVolumes.create(on: store, seed: seed, anchor: anchor)
        var workload = try Workload(volume, seed: seed)
        workload.reach = 40_000
        var images: [[UInt8]] = []
        for round in 0..<12 {
            for _ in 0..<12 { try workload.step() }
            if round == 6 {
                try volume.addKey(TestVolumes.key(9), label: "second")
            } else if round % 3 == 2 {
                try volume.close()
            } else {
                try volume.sync()
            }
            images.append(store.image)
        }
        self.images = images
        model = workload.model
        state = volume.durableState
        volumeID = volume.volumeID
        let other = MemoryBlockStore()
        let second = try TestVolumes.create(on: other, seed: seed &+ 1)
        var otherWork = try Workload(second, seed: seed)
        for _ in 0..<100 { try otherWork.step() }
        try second.close()
        foreign = other.image
    }

    /// Counts over all kinds.
    package var total: Counts {
        counts.values.reduce(into: Counts()) { $0.add($1) }
    }

    /// Tries one change, before opening or while the volume is open.
    package mutating func tryOne(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let kind = Kind.allCases.randomElement(using: &generator) ?? .flipBit
        var image = images[images.count - 1]
        mutate(&image, kind, &generator)
        counts[kind, default: Counts()].tried += 1
        let whileOpen = generator.next() % 3 == 0
        let store = MemoryBlockStore(bytes: whileOpen ? images[images.count - 1] : image)
        let volume: Volume
        do {
            let anchor = MemoryAnchor()
            try anchor.advance(volume: volumeID, from: nil, to: state)
            volume = try TestVolumes.open(store, seed: seed, anchor: anchor)
        } catch is VaultRejection {
            counts[kind]?.refusedToOpen += 1
            return
        }
        if whileOpen { try replace(store, with: image) }
        do {
            if try Model(reading: volume) == model {
                counts[kind]?.harmless += 1
            } else {
                counts[kind]?.undetected += 1
            }
        } catch is VaultFailure {
            counts[kind]?.failedToRead += 1
        }
    }

    private func replace(_ store: MemoryBlockStore, with image: [UInt8]) throws {
        let whole = image.count / VaultFormat.blockSize * VaultFormat.blockSize
        try store.resize(toBlockCount: UInt64(whole / VaultFormat.blockSize))
        guard whole > 0 else { return }
        try unsafe image.prefix(whole).withUnsafeBytes { try unsafe store.write(at: 0, from: $0) }
    }

    private func mutate(
        _ image: inout [UInt8], _ kind: Kind, _ generator: inout SeededGenerator
    ) {
        let size = VaultFormat.blockSize
        let blocks = image.count / size
        let block = Int.random(in: 0..<blocks, using: &generator)
        let other = Int.random(in: 0..<blocks, using: &generator)
        let old = images[Int.random(in: 0..<images.count - 1, using: &generator)]
        let range = block * size..<(block + 1) * size
        switch kind {
        case .flipBit: flip(&image, in: 0..<image.count, &generator)
        case .editSuperblock:
            flip(&image, in: 0..<2 * size, &generator)
        case .editKeySlots:
            flip(&image, in: 2 * size..<4 * size, &generator)
            if Bool.random(using: &generator) { flip(&image, in: 2 * size..<4 * size, &generator) }
        case .swapBlocks:
            let first = Array(image[range])
            let otherRange = other * size..<(other + 1) * size
            image.replaceSubrange(range, with: image[otherRange])
            image.replaceSubrange(otherRange, with: first)
        case .copyBlock:
            image.replaceSubrange(range, with: image[other * size..<(other + 1) * size])
        case .replayBlock:
            guard old.count >= range.upperBound else { return }
            image.replaceSubrange(range, with: old[range])
        case .replaySuperblock: image.replaceSubrange(0..<2 * size, with: old[0..<2 * size])
        case .replayKeySlots:
            image.replaceSubrange(2 * size..<4 * size, with: old[2 * size..<4 * size])
        case .replayImage: image = old
        case .truncate:
            let length =
                generator.next() % 8 == 0 ? 0 : Int.random(in: 0..<image.count, using: &generator)
            image.removeLast(image.count - length)
        case .extend: image += generator.bytes(Int.random(in: 1..<20_000, using: &generator))
        case .foreignBlock:
            let source = Int.random(in: 0..<foreign.count / size, using: &generator)
            image.replaceSubrange(range, with: foreign[source * size..<(source + 1) * size])
        case .zeroBlock: image.replaceSubrange(range, with: repeatElement(0, count: size))
        }
    }

    private func flip(
        _ image: inout [UInt8], in range: Range<Int>, _ generator: inout SeededGenerator
    ) {
        let index = Int.random(in: range, using: &generator)
        image[index] ^= 1 << UInt8(generator.next() % 8)
    }
}
