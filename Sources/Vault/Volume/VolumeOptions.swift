package import Cryptography

/// How a volume is opened: budgets, growth, and the clock and entropy it uses.
package struct VolumeOptions: Sendable {
    /// What happens when the volume is full.
    package enum Growth: Equatable, Sendable {
        /// Writing fails with ``VaultFailure/noSpace``.
        case fixed
        /// The store is extended, up to this many blocks in all.
        case upTo(blocks: UInt64)
    }

    /// A volume grows to 64 GiB by itself. The map of free space, 4 MiB then, grows with it, and a
    /// guest can ask for any size without writing a byte; so more is the owner's to say.
    package static let defaultBlockLimit: UInt64 = 1 << 24

    /// Frames of plaintext kept in memory, 4 KiB each.
    package var cacheFrameCount = 4096
    /// Interior blocks kept in memory; 340 serve a file of 175 MB.
    package var residentNodeCount = 16_384
    /// What happens when the volume is full.
    package var growth = Growth.upTo(blocks: VolumeOptions.defaultBlockLimit)
    /// Whether every change is refused.
    package var isReadOnly = false
    /// Blocks read ahead of a reader that reads in order.
    package var readAheadBlockCount = 32
    /// Cost of a passphrase's key.
    package var scrypt = Scrypt.interactive
    /// Where nonces, salts and keys come from.
    package var entropy: any Entropy = SystemEntropy()
    /// Nanoseconds since 1970, for time stamps.
    package var now: @Sendable () -> UInt64 = { 0 }
    /// Bits of the name hash that are used; fewer make collisions, for tests only.
    package var directoryHashMask = UInt64.max

    package init() {}
}
