/// A range of bytes that an owner has locked.
package struct FileLock: Equatable, Sendable {
    /// Who holds it: one number for each open file description or process of the guest.
    package var owner: UInt64
    /// First byte.
    package var start: UInt64
    /// One past the last byte; `UInt64.max` for "to the end, however far".
    package var end: UInt64
    /// Whether nobody else may hold any lock here.
    package var isExclusive: Bool

    package init(owner: UInt64, start: UInt64 = 0, end: UInt64 = .max, isExclusive: Bool) {
        self.owner = owner
        self.start = start
        self.end = end
        self.isExclusive = isExclusive
    }
}

/// Advisory locks by POSIX's rules (IEEE 1003.1, `fcntl`): an owner's new lock replaces its old
/// ones where they overlap; shared locks go together; nothing waits.
struct LockTable {
    private var locks: [InodeNumber: [FileLock]] = [:]

    /// The lock that stands in the way of `lock`, if any.
    func conflict(with lock: FileLock, on inode: InodeNumber) -> FileLock? {
        locks[inode]?.first {
            $0.owner != lock.owner && $0.start < lock.end && lock.start < $0.end
                && ($0.isExclusive || lock.isExclusive)
        }
    }

    /// Takes a lock.
    mutating func acquire(_ lock: FileLock, on inode: InodeNumber) throws(VaultFailure) {
        guard lock.start < lock.end else { throw .invalid }
        guard conflict(with: lock, on: inode) == nil else { throw .wouldBlock }
        release(owner: lock.owner, start: lock.start, end: lock.end, on: inode)
        locks[inode, default: []].append(lock)
    }

    /// Gives up whatever an owner holds in a range; what lies outside stays.
    mutating func release(owner: UInt64, start: UInt64, end: UInt64, on inode: InodeNumber) {
        guard let held = locks[inode] else { return }
        var rest: [FileLock] = []
        for lock in held {
            guard lock.owner == owner, lock.start < end, start < lock.end else {
                rest.append(lock)
                continue
            }
            var part = lock
            if lock.start < start {
                part.end = start
                rest.append(part)
            }
            if lock.end > end {
                part = lock
                part.start = end
                rest.append(part)
            }
        }
        locks[inode] = rest.isEmpty ? nil : rest
    }
}
