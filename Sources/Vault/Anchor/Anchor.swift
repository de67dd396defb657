package import Diagnostics

/// A state of a volume that can be told from every other: what an anchor remembers.
package struct AnchoredState: Equatable, Sendable {
    /// The commit's number.
    package var epoch: UInt64
    /// 32 bytes that commit to the whole state.
    package var rootTag: [UInt8]

    package init(epoch: UInt64, rootTag: [UInt8]) {
        self.epoch = epoch
        self.rootTag = rootTag
    }
}

/// Why an anchor did not do what it was asked.
package enum AnchorFailure: Error, Equatable, Sendable, Diagnosable {
    /// Somebody else moved the anchor: two writers, or a copy of the volume.
    case conflict(expectedEpoch: UInt64?, foundEpoch: UInt64?)
    /// The anchor cannot be reached or answered nonsense.
    case unavailable(String)

    package var diagnostic: Diagnostic {
        switch self {
        case .conflict(let expected, let found):
            Diagnostic(
                what: "fork: the anchor stands at \(Self.name(found)), not at "
                    + "\(Self.name(expected)) as this writer left it",
                remedy: "find out who else wrote a copy of this vault")
        case .unavailable(let why):
            Diagnostic(what: "the vault's anchor cannot be used: \(why)")
        }
    }

    private static func name(_ epoch: UInt64?) -> String {
        epoch.map { "epoch \($0)" } ?? "nothing"
    }
}

/// Who remembers a volume's newest state where the host cannot rewind it.
package protocol Anchor: Sendable {
    /// The remembered state, `nil` when this volume was never anchored.
    func state(ofVolume volumeID: [UInt8]) throws(AnchorFailure) -> AnchoredState?

    /// Moves from `old` to `new` if `old` is what it remembers; durable when it returns.
    ///
    /// - Throws: ``AnchorFailure/conflict(expectedEpoch:foundEpoch:)``.
    func advance(
        volume volumeID: [UInt8], from old: AnchoredState?, to new: AnchoredState
    ) throws(AnchorFailure)
}
