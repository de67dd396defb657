internal import KeepProtocol
package import Platform
internal import Synchronization

/// The resources of a keep that has a virtual machine of its own: its sockets, and disks that the
/// host attached. A disk's serial number is its vault's name, or `.spare`, which is no vault's.
package final class MachineResources: HostResources {
    private let taken = Mutex<Set<String>>([])
    private let log: @Sendable (String) -> Void
    private static let disks = "/sys/block"
    /// Serial numbers of virtio disks have so many bytes (VIRTIO 1.2, 5.2.6).
    private static let serialBytes = 20

    /// Where vaults are files; nil where they are disks.
    private let directory: String?

    /// - Parameter vaults: a directory whose files are vaults; nil in a machine with disks.
    package init(vaults: String? = nil, log: @escaping @Sendable (String) -> Void) {
        directory = vaults
        self.log = log
    }

    package func listener(name: String, port: UInt16) throws(HostRefusal) -> FileDescriptor {
        do throws(Errno) {
            let socket = try Self.listener(port: port)
            // The machine's host forwards the port when it hears this.
            log("listening on port \(port)")
            return socket
        } catch {
            throw HostRefusal("listen \(name) \(port)", "\(error)")
        }
    }

    /// A socket that listens on all of the machine's addresses.
    package static func listener(port: UInt16) throws(Errno) -> FileDescriptor {
        let address = SocketAddress(.anyV4, port: port)
        return try BorrowedDescriptor.listening(on: address)
    }

    package func connection(host: String, port: UInt16) throws(HostRefusal) -> FileDescriptor {
        let addresses = IPAddress(host).map { [$0] } ?? SystemNameResolution.addresses(of: host)
        for address in addresses {
            let target = SocketAddress(address, port: port)
            if let socket = try? BorrowedDescriptor.connected(to: target) { return socket }
        }
        throw HostRefusal("connect \(host) \(port)", "can not be reached")
    }

    package func vault(name: String) throws(HostRefusal) -> FileDescriptor {
        let request = "vault \(name)"
        if let directory { return try file(name, below: directory) }
        guard name.utf8.count <= Self.serialBytes else {
            throw HostRefusal(request, "a machine's disk has a name of at most 20 letters")
        }
        let serials = serialNumbers()
        let chosen = taken.withLock { taken -> (disk: String, serial: String)? in
            let known = serials.first { $0.serial == name }
            let spare = serials.first { $0.serial == ".spare" && !taken.contains($0.serial) }
            guard let disk = known ?? spare else { return nil }
            taken.insert(disk.serial)
            return disk
        }
        guard let chosen, let path = PathName("/dev/\(chosen.disk)") else {
            throw HostRefusal(request, "the host attached no disk for it")
        }
        // The host may remember the name; a vault proves by itself which one it is.
        if chosen.serial != name { log("disk \(chosen.serial) holds vault \(name)") }
        do throws(Errno) {
            return try BorrowedDescriptor.currentDirectory.open(path, .readWrite)
        } catch {
            throw HostRefusal(request, "\(error)")
        }
    }

    private func file(
        _ name: String, below directory: String
    ) throws(HostRefusal) -> FileDescriptor {
        let request = "vault \(name)"
        guard Manifest.isName(name), let path = PathName("\(directory)/\(name).vault") else {
            throw HostRefusal(request, "no name of a vault")
        }
        do throws(Errno) {
            return try BorrowedDescriptor.currentDirectory.open(
                path, [.readWrite, .create, .noFollow], mode: 0o600)
        } catch {
            throw HostRefusal(request, "\(error)")
        }
    }

    private func serialNumbers() -> [(disk: String, serial: String)] {
        "abcdefghijklmnopqrstuvwxyz".compactMap { letter in
            guard let path = PathName("\(Self.disks)/vd\(letter)/serial"),
                let file = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
                let bytes = try? file.borrowed.readAll(limitBytes: 64)
            else { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            return ("vd\(letter)", text.filter { $0 != "\n" && $0 != "\0" })
        }
    }
}
