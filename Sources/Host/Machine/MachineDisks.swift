internal import Platform

/// The disks of a machine: every vault that its owner has here, and a spare one.
enum MachineDisks {
    struct Disk {
        /// The vault's name, or `spare0`.
        var serial: String
        /// Owned by whoever holds this value.
        var descriptor: Int32
    }

    /// The name of an image that no vault has taken yet.
    static let spare = "spare0"
    /// Serial numbers of virtio disks have so many bytes.
    static let serialBytes = 20

    static func attach(
        _ resources: any KeepResources, _ budgets: KeepBudgets, log: (String) -> Void
    ) -> [Disk] {
        var names = resources.vaultNames().filter { $0 != spare }
        for name in names where name.utf8.count > serialBytes {
            log("vault \(name) is not attached: a machine's disk has a name of at most 20 letters")
        }
        names.removeAll { $0.utf8.count > serialBytes }
        return (names.prefix(max(0, budgets.vaults - 1)) + [spare]).compactMap { name in
            do {
                let image = try resources.vault(name: name)
                let size = try image.borrowed.status().sizeBytes
                if size < Int64(budgets.diskBytes) {
                    try image.borrowed.setSize(Int64(budgets.diskBytes))
                }
                return Disk(serial: name, descriptor: image.release())
            } catch {
                log("vault \(name) is not attached: \(error)")
                return nil
            }
        }
    }
}
