internal import Cryptography
internal import Synchronization

/// The keys of a volume's sessions, derived when first needed.
final class SessionKeys: Sendable {
    private struct Entry {
        var session: Session
        var key: AESGCMKey?
    }

    private let keys: VolumeKeys
    private let entries: Mutex<[Entry]>

    /// Takes sessions in the order of their first epochs.
    init(keys: VolumeKeys, sessions: [Session]) {
        self.keys = keys
        entries = Mutex(sessions.map { Entry(session: $0, key: nil) })
    }

    /// Adds a session that begins after all others.
    func append(_ session: Session) {
        entries.withLock { $0.append(Entry(session: session, key: nil)) }
    }

    /// The key that seals `epoch`, `nil` when no session reaches back so far.
    func key(forEpoch epoch: UInt64) throws(CryptographyFailure) -> AESGCMKey? {
        try entries.withLock { entries throws(CryptographyFailure) in
            var low = 0
            var high = entries.count
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].session.firstEpoch <= epoch {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            guard low > 0 else { return nil }
            if let key = entries[low - 1].key { return key }
            let key = try keys.session(entries[low - 1].session)
            entries[low - 1].key = key
            return key
        }
    }
}
