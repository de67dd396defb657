internal import Platform

/// The disks of a machine: every vault that its owner has here, and a spare one.
enum MachineDisks {
    struct Disk {
        /// The vault's name, or `spare0`.
        var serial: String
        /// Owned by whoever holds this value.
        var descriptor: Int32
    }

    /// The serial number of an image that no vault has taken yet; no vault can be named so.
    static let spare = ".spare"
    /// Serial numbers of virtio disks have so many bytes.
    static let serialBytes = 20

    /// - Throws: when one of the vaults can not be attached: with another disk in its place a program
    ///   would begin anew in an empty one.
    static func attach(
        _ resources: any KeepResources, _ budgets: KeepBudgets, log: (String) -> Void
    ) throws(LaunchFailure) -> [Disk] {
        var names = resources.vaultNames()
        for name in names where name.utf8.count > serialBytes {
            log("vault \(name) is not attached: a machine's disk has a name of at most 20 letters")
        }
        names.removeAll { $0.utf8.count > serialBytes }
        var disks: [Disk] = []
        for name in names.prefix(max(0, budgets.vaults - 1)) + [spare] {
            do {
                let image =
                    name == spare
                    ? try resources.spareVault() : try resources.vault(name: name)
                disks.append(
                    Disk(serial: name, descriptor: try prepare(image, budgets.diskBytes)))
            } catch {
                for disk in disks { _ = FileDescriptor(owning: disk.descriptor) }
                throw failure(name, error)
            }
        }
        return disks
    }

    private static func failure(_ name: String, _ error: any Error) -> LaunchFailure {
        if error as? Errno == .EBUSY {
            return LaunchFailure("a vault of this owner is in use by another keep; end that first")
        }
        let reason = (error as? ResourceRefusal)?.reason ?? "\(error)"
        return LaunchFailure("vault \(name) can not be attached: \(reason)")
    }

    /// Locks an image, which the emulator inherits with the descriptor, and gives it its size.
    private static func prepare(
        _ image: consuming FileDescriptor, _ byteCount: UInt64
    ) throws(Errno) -> Int32 {
        try lock(image.borrowed)
        if try image.borrowed.status().sizeBytes < Int64(byteCount) {
            try image.borrowed.setSize(Int64(byteCount))
        }
        return image.release()
    }

    /// A machine that was told to end a moment ago gets five seconds to let go.
    private static func lock(_ image: BorrowedDescriptor) throws(Errno) {
        for _ in 0..<250 {
            do throws(Errno) {
                return try image.lockExclusively()
            } catch {
                guard error == .EAGAIN else { throw error }
            }
            sleepFor(milliseconds: 20)
        }
        throw .EBUSY
    }
}
