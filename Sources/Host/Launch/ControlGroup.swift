internal import Platform

/// A control group of one keep (cgroups(7), version 2), where this user may make one with a limit of
/// memory. Elsewhere the host watches the keep's size itself.
struct ControlGroup: Sendable {
    private let path: String

    private static let parent = "/sys/fs/cgroup/martlet"

    init?(_ id: String, memoryBytes: UInt64) {
        guard Self.isUsable else { return nil }
        path = "\(Self.parent)/\(id)"
        guard let name = PathName(path) else { return nil }
        try? BorrowedDescriptor.currentDirectory.makeDirectory(name, mode: 0o755)
        guard Self.write("\(memoryBytes)", to: "\(path)/memory.max") else {
            remove()
            return nil
        }
        _ = Self.write("0", to: "\(path)/memory.swap.max")
        _ = Self.write("512", to: "\(path)/pids.max")
    }

    /// Whether groups with a memory limit can be made.
    static var isUsable: Bool {
        // Elsewhere this directory would be an ordinary one.
        let own: PathName = "/sys/fs/cgroup/cgroup.controllers"
        guard (try? BorrowedDescriptor.currentDirectory.status(of: own)) != nil,
            let name = PathName(parent)
        else { return false }
        try? BorrowedDescriptor.currentDirectory.makeDirectory(name, mode: 0o755)
        _ = write("+memory +pids", to: "/sys/fs/cgroup/cgroup.subtree_control")
        return write("+memory +pids", to: "\(parent)/cgroup.subtree_control")
    }

    func add(_ pid: Int32) { _ = Self.write("\(pid)", to: "\(path)/cgroup.procs") }

    func remove() {
        guard let name = PathName(path) else { return }
        try? BorrowedDescriptor.currentDirectory.removeDirectory(name)
    }

    private static func write(_ text: String, to path: String) -> Bool {
        guard let name = PathName(path),
            let file = try? BorrowedDescriptor.currentDirectory.open(name, .writeOnly)
        else { return false }
        return (try? file.borrowed.writeAll(Array(text.utf8))) != nil
    }
}
