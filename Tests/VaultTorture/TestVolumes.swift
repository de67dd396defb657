internal import Cryptography
package import Vault

/// Volumes as the tests make them.
package enum TestVolumes {
    /// A raw key.
    package static func key(_ byte: UInt8 = 7) -> UnlockKey {
        .raw(SecretBytes(copying: [UInt8](repeating: byte, count: 32)))
    }

    /// Options with a seed, a cheap passphrase and a clock that stands still.
    package static func options(seed: UInt64 = 1) -> VolumeOptions {
        var options = VolumeOptions()
        options.entropy = SeededEntropy(seed: seed)
        options.scrypt = Scrypt(cost: 16, blockSize: 1, parallelization: 1)
        options.now = { 1_700_000_000_000_000_000 }
        options.cacheFrameCount = 256
        return options
    }

    /// A new volume.
    package static func create(
        on store: any BlockStore = MemoryBlockStore(), seed: UInt64 = 1,
        anchor: (any Anchor)? = nil, options: VolumeOptions? = nil, blockCount: UInt64 = 256
    ) throws -> Volume {
        try Volume.create(
            on: store, unlock: key(), blockCount: blockCount, anchor: anchor,
            options: options ?? Self.options(seed: seed))
    }

    /// An existing volume.
    package static func open(
        _ store: any BlockStore, seed: UInt64 = 2, anchor: (any Anchor)? = nil,
        options: VolumeOptions? = nil
    ) throws -> Volume {
        try Volume.open(
            store, unlock: key(), anchor: anchor, options: options ?? Self.options(seed: seed))
    }
}
