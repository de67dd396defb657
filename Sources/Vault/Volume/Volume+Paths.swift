// Paths from the root, for tools. A guest's paths are walked by WASI's own code.

extension Volume {
    /// Most symbolic links on one way.
    private static let linkLimit = 40

    /// The inode that a path leads to.
    ///
    /// - Parameter followsLast: whether a symbolic link at the end is followed.
    package func resolve(
        _ path: String, followsLast: Bool = true
    ) throws(VaultFailure) -> InodeNumber {
        var pending = Self.components(Array(path.utf8))
        var current = root
        var links = 0
        while let name = pending.popLast() {
            let next = try lookup(name, in: current)
            guard try attributes(of: next).kind == .symlink, followsLast || !pending.isEmpty else {
                current = next
                continue
            }
            links += 1
            guard links <= Self.linkLimit else { throw .loop }
            let target = try readSymlink(next)
            if target.first == UInt8(ascii: "/") { current = root }
            pending += Self.components(target)
        }
        return current
    }

    /// The directory that holds the last name of a path, and that name.
    package func resolveParent(
        _ path: String
    ) throws(VaultFailure) -> (directory: InodeNumber, name: [UInt8]) {
        let components = Self.components(Array(path.utf8))
        guard let name = components.first else { throw .invalid }
        let parent = components.dropFirst().reversed().map { String(decoding: $0, as: UTF8.self) }
        return (try resolve(parent.joined(separator: "/")), name)
    }

    /// The names of a path, last first.
    private static func components(_ path: [UInt8]) -> [[UInt8]] {
        path.split(separator: UInt8(ascii: "/")).map(Array.init).reversed()
    }
}
