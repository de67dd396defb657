internal import Platform

/// What a host that was killed left in its directory: doors of keeps that ended with it, and spare
/// images that no machine has and nobody wrote to.
enum HostLeftovers {
    static let spareSuffix = ".spare"
    static let doorSuffix = ".sock"

    /// Removes them. What a keep of another host still uses stays: its door answers, its image is
    /// locked.
    static func remove(in directory: String) {
        for name in names(directory) where name.hasSuffix(doorSuffix) {
            if let door = PathName("\(directory)/\(name)"), isDead(door) {
                try? BorrowedDescriptor.currentDirectory.unlink(door)
            }
        }
        for owner in names("\(directory)/vaults") {
            let vaults = "\(directory)/vaults/\(owner)"
            for name in names(vaults) where name.hasSuffix(spareSuffix) {
                if let image = PathName("\(vaults)/\(name)"), isUnused(image) {
                    try? BorrowedDescriptor.currentDirectory.unlink(image)
                }
            }
        }
    }

    private static func names(_ directory: String) -> [String] {
        guard let path = PathName(directory),
            let open = try? BorrowedDescriptor.currentDirectory.open(
                path, [.readOnly, .directory]),
            let names = try? open.borrowed.names()
        else { return [] }
        return names
    }

    /// Whether nobody listens at a socket any more.
    private static func isDead(_ door: PathName) -> Bool {
        do throws(Errno) {
            _ = try LocalSocket.connect(to: door)
            return false
        } catch {
            return error == .ECONNREFUSED
        }
    }

    /// Whether an image is nobody's and holds nothing. One with data may be a vault whose host was
    /// killed before it gave it its name.
    private static func isUnused(_ image: PathName) -> Bool {
        guard
            let open = try? BorrowedDescriptor.currentDirectory.open(
                image, [.readWrite, .noFollow]),
            (try? open.borrowed.lockExclusively()) != nil
        else { return false }
        return !open.borrowed.holdsData
    }
}
