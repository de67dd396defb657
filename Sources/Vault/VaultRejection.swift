package import Diagnostics

/// Why a volume was not opened.
package enum VaultRejection: Error, Equatable, Sendable {
    /// The store holds no volume of ours.
    case notAVault
    /// A version that this program does not read; the number is a claim of unauthenticated bytes.
    case unsupportedVersion(UInt32)
    /// No key slot opens with this key.
    case wrongKey
    /// The store is shorter than the volume.
    case truncated(expectedBlocks: UInt64, foundBlocks: UInt64)
    /// Bytes that do not authenticate, or that authenticate and make no sense.
    case damaged(what: String, address: UInt64)
    /// The anchor knows a newer state.
    case rollback(volumeEpoch: UInt64, anchorEpoch: UInt64)
    /// The anchor knows another state of the same age, or the volume went on without the anchor.
    case fork(volumeEpoch: UInt64, anchorEpoch: UInt64)
    /// The anchor could not be asked.
    case anchor(AnchorFailure)
    /// The store failed.
    case store(StoreFailure)
    /// A size or option that no volume can have.
    case invalidOption(String)
    /// The library failed or there was no entropy.
    case cryptography(String)
}

extension VaultRejection: Diagnosable {
    package var diagnostic: Diagnostic {
        switch self {
        case .notAVault:
            Diagnostic(
                what: "not a Martlet vault: neither key-slot block begins like one",
                where: "blocks 2 and 3", remedy: "check the path, or make one with `vault create`")
        case .unsupportedVersion(let version):
            Diagnostic(
                what: "the vault claims format version \(version); this program reads 1",
                where: "block 2", remedy: "use the program that wrote it")
        case .wrongKey:
            Diagnostic(
                what: "no key slot opens with this key", where: "blocks 2 and 3",
                remedy: "give the key file or passphrase of one of the slots")
        case .truncated(let expected, let found):
            Diagnostic(
                what: "the image was cut: the vault has \(expected) blocks, the store \(found)",
                remedy: "restore the image from a copy")
        case .damaged(let what, let address):
            Diagnostic(
                what: "\(what) does not authenticate: damaged, or of another vault",
                where: "block \(address)", remedy: "restore the image from a copy")
        case .rollback(let volume, let anchor):
            Diagnostic(
                what: "rollback: the vault is at epoch \(volume), its anchor at \(anchor)",
                remedy: "restore the newest image; an older one is not accepted")
        case .fork(let volume, let anchor):
            Diagnostic(
                what: "fork: the vault at epoch \(volume) does not descend from the state that "
                    + "its anchor saw at epoch \(anchor)",
                remedy: "find out who else wrote a copy of this vault")
        case .anchor(let failure): failure.diagnostic
        case .store(let failure): failure.diagnostic
        case .invalidOption(let text): Diagnostic(what: text)
        case .cryptography(let text): Diagnostic(what: text)
        }
    }
}
