package import Vault
package import WASI

/// A vault as a guest's file system: the same WASI code as for memory, over a volume.
///
/// Used by one guest at a time; not thread safe. Guests that share a volume have a tree each.
package final class VaultTree {
    /// A node that somebody may still hold.
    private struct Held {
        weak var node: VaultNode?
    }

    let volume: Volume
    /// Tells this tree from others in `filestat`.
    let device: UInt64
    private var nodes: [InodeNumber: Held] = [:]
    private var sweepAt = 1024

    /// The files of `volume`. What is written becomes durable when the guest or the host asks for a
    /// sync; closing the volume stays with its owner.
    package init(_ volume: Volume) {
        self.volume = volume
        // Far from the host's numbers, which are major and minor device numbers.
        device = 1 << 41 | volume.volumeID.prefix(5).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The top directory as a capability.
    package func root(isReadOnly: Bool = false) throws(WASIErrno) -> TreeDirectory {
        TreeDirectory(try node(volume.root), owner: self, isReadOnly: isReadOnly)
    }

    /// The one node for an inode: two ways to a file end at the same object.
    func node(_ inode: InodeNumber) throws(WASIErrno) -> VaultNode {
        if let node = nodes[inode]?.node { return node }
        let node = try VaultNode(inode, of: self)
        nodes[inode] = Held(node: node)
        if nodes.count > sweepAt {
            nodes = nodes.filter { $0.value.node != nil }
            sweepAt = max(1024, 2 * nodes.count)
        }
        return node
    }
}
