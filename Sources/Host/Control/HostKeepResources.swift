internal import Diagnostics
internal import Platform
internal import Synchronization

/// What one keep gets of this machine, as the operator allows.
final class HostKeepResources: KeepResources {
    private let settings: HostSettings
    private let vaultDirectory: String
    private let counts = Mutex((vaults: Set<String>(), sockets: 0))
    private let spare = Mutex<PathName?>(nil)

    init(_ settings: HostSettings, owner: String) {
        self.settings = settings
        vaultDirectory = "\(settings.directory)/vaults/\(owner)"
    }

    private func countSocket() throws(ResourceRefusal) {
        let fits = counts.withLock { counts in
            counts.sockets += 1
            return counts.sockets <= settings.budgets.connections
        }
        guard fits else { throw ResourceRefusal("more sockets than its budget") }
    }

    func listener(port: UInt16) throws(ResourceRefusal) -> FileDescriptor {
        guard settings.publishPorts.contains(port) else {
            throw ResourceRefusal("port \(port) is not one that this host gives away")
        }
        try countSocket()
        do throws(Errno) {
            let address = SocketAddress(settings.publishAddress, port: port)
            return try BorrowedDescriptor.listening(on: address)
        } catch {
            throw ResourceRefusal("port \(port): \(error)")
        }
    }

    func connection(host: String, port: UInt16) throws(ResourceRefusal) -> FileDescriptor {
        let wanted = ["\(host):\(port)", "\(host):*"]
        guard settings.destinations.contains(where: { wanted.contains($0) }) else {
            throw ResourceRefusal("this host lets nobody connect to \(host.escapedForDisplay())")
        }
        try countSocket()
        let addresses = IPAddress(host).map { [$0] } ?? SystemNameResolution.addresses(of: host)
        for address in addresses {
            let target = SocketAddress(address, port: port)
            if let socket = try? BorrowedDescriptor.connected(to: target) { return socket }
        }
        throw ResourceRefusal("\(host.escapedForDisplay()):\(port) can not be reached")
    }

    /// Where a vault's image is; nil for what is no name of one.
    private func path(ofVault name: String) -> PathName? {
        let isName =
            1...64 ~= name.utf8.count && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                byte.isLetterOrDigit || byte == 0x2d || byte == 0x2e || byte == 0x5f
            }
        return isName ? PathName("\(vaultDirectory)/\(name)\(Self.suffix)") : nil
    }

    private static let suffix = ".vault"

    func vaultNames() -> [String] {
        guard let path = PathName(vaultDirectory),
            let directory = try? BorrowedDescriptor.currentDirectory.open(
                path, [.readOnly, .directory]),
            let names = try? directory.borrowed.names()
        else { return [] }
        return names.filter { $0.hasSuffix(Self.suffix) }.map { String($0.dropLast(6)) }.sorted()
    }

    func spareVault() throws(ResourceRefusal) -> FileDescriptor {
        do throws(Errno) {
            try HostDirectories.make(vaultDirectory)
            // Keeps of one owner have one each.
            for number in 0..<10_000 {
                guard let path = PathName("\(vaultDirectory)/\(number)\(HostLeftovers.spareSuffix)")
                else { break }
                do throws(Errno) {
                    let image = try BorrowedDescriptor.currentDirectory.open(
                        path, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
                    spare.withLock { $0 = path }
                    return image
                } catch {
                    guard error == .EEXIST else { throw error }
                }
            }
        } catch {
            throw ResourceRefusal("\(error)")
        }
        throw ResourceRefusal("too many spare images are left over in \(vaultDirectory)")
    }

    func nameSpareVault(_ name: String) -> Bool {
        spare.withLock { spare in
            guard let source = spare, let target = path(ofVault: name),
                (try? BorrowedDescriptor.currentDirectory.status(of: target)) == nil
            else { return false }
            try? BorrowedDescriptor.currentDirectory.rename(
                source, to: .currentDirectory, as: target)
            spare = nil
            return true
        }
    }

    func dropSpareVault() {
        spare.withLock { spare in
            if let path = spare { try? BorrowedDescriptor.currentDirectory.unlink(path) }
            spare = nil
        }
    }

    func vault(name: String) throws(ResourceRefusal) -> FileDescriptor {
        guard let path = path(ofVault: name) else {
            throw ResourceRefusal("no name of a vault")
        }
        let fits = counts.withLock { counts in
            counts.vaults.insert(name)
            return counts.vaults.count <= settings.budgets.vaults
        }
        guard fits else { throw ResourceRefusal("more vaults than its budget") }
        do throws(Errno) {
            try HostDirectories.make(vaultDirectory)
            return try BorrowedDescriptor.currentDirectory.open(
                path, [.readWrite, .create, .noFollow], mode: 0o600)
        } catch {
            throw ResourceRefusal("\(error)")
        }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: false
        }
    }
}

/// Directories of the host's own.
enum HostDirectories {
    /// Makes a directory and those above it, for this user only.
    static func make(_ path: String) throws(Errno) {
        var place = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            place += "/" + part
            guard let name = PathName(place) else { throw .EINVAL }
            do throws(Errno) {
                try BorrowedDescriptor.currentDirectory.makeDirectory(name, mode: 0o700)
            } catch {
                guard error == .EEXIST || error == .EROFS || error == .EACCES else { throw error }
            }
        }
    }
}
