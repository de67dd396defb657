internal import Platform
internal import Synchronization

/// A file system in memory, within a budget of bytes.
///
/// Used by one guest at a time; not thread safe.
package final class MemoryTree {
    let space: MemorySpace
    let rootNode: MemoryNode

    /// - Parameters:
    ///   - limitBytes: for contents in whole chunks of 4 KiB, names, and some for each node.
    ///   - now: the time in nanoseconds since 1970, for the files' times.
    package init(limitBytes: UInt64, now: @escaping () -> UInt64) {
        space = MemorySpace(limitBytes: limitBytes, now: now)
        rootNode = MemoryNode(.directory, space: space, number: 1)
        rootNode.linkCount = 2
    }

    /// Bytes in use, as counted against the limit.
    package var usedBytes: UInt64 { space.usedBytes }

    /// The top directory as a capability.
    package func root(isReadOnly: Bool = false) -> TreeDirectory {
        TreeDirectory(rootNode, owner: self, isReadOnly: isReadOnly)
    }

    deinit {
        // Takes the tree apart level by level: freeing a deep one from the top would recurse.
        var pending = [rootNode]
        while let node = pending.popLast() {
            pending += node.takeChildren()
        }
    }
}

/// What all nodes of one tree share: the budget, the clock, and numbers for new nodes.
final class MemorySpace {
    /// Counted for each node and each directory entry besides its name.
    static let nodeByteCount: UInt64 = 256
    static let entryByteCount: UInt64 = 96

    let now: () -> UInt64
    private let limitBytes: UInt64
    private(set) var usedBytes: UInt64 = 0
    private var nextNumber: UInt64 = 2
    /// Tells this tree from others in `filestat`.
    let device: UInt64
    private static let devices = Atomic<UInt64>(1)

    init(limitBytes: UInt64, now: @escaping () -> UInt64) {
        self.limitBytes = limitBytes
        self.now = now
        // Far from the host's numbers, which are major and minor device numbers.
        device = 1 << 40 | Self.devices.add(1, ordering: .relaxed).newValue
    }

    /// - Throws: `nospc` when the budget does not hold `byteCount` more.
    func take(_ byteCount: UInt64) throws(WASIErrno) {
        guard byteCount <= limitBytes, usedBytes <= limitBytes - byteCount else { throw .nospc }
        usedBytes += byteCount
    }

    func give(_ byteCount: UInt64) { usedBytes -= byteCount }

    func makeNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }
}
