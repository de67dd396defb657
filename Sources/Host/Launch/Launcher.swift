package import Platform

/// How a host starts keeps: as a process, a virtual machine, or by knowing one that already runs.
package protocol Launcher: Sendable {
    /// Its name in requests and lists, such as `process`.
    var name: String { get }

    /// Starts a keep and returns when it can be connected to.
    func start(_ request: LaunchRequest) throws(LaunchFailure) -> any RunningKeep
}

/// A keep as its launcher holds it.
package protocol RunningKeep: AnyObject, Sendable {
    /// Connects to its control door: a stream of bytes that the host relays and can not read.
    func connect() throws(LaunchFailure) -> FileDescriptor

    /// Asks it to end in order; ``kill()`` ends it at once.
    func stop()
    func kill()

    /// How it ended; nil while it runs.
    var end: String? { get }
    var usage: KeepUsage { get }
}

/// What a keep uses of the machine.
package struct KeepUsage: Equatable, Sendable {
    package var cpuNanoseconds: UInt64 = 0
    package var memoryBytes: UInt64 = 0
    /// The process number, where there is one.
    package var pid: Int32?

    package init() {}
}

/// What somebody wants started, and within which bounds.
package struct LaunchRequest: Sendable {
    /// The host's number for the keep.
    package var id: String
    /// SHA-256 of the owner's key, passed on as the launch's host data.
    package var ownerPin: [UInt8]?
    package var budgets: KeepBudgets
    /// What the keep asks for goes here.
    package var resources: any KeepResources
    /// A line for the keep's log.
    package var log: @Sendable (String) -> Void

    package init(
        id: String, ownerPin: [UInt8]?, budgets: KeepBudgets, resources: any KeepResources,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.id = id
        self.ownerPin = ownerPin
        self.budgets = budgets
        self.resources = resources
        self.log = log
    }
}

/// What the host lets a keep have, by name; each is a descriptor for it.
package protocol KeepResources: Sendable {
    func listener(port: UInt16) throws(ResourceRefusal) -> FileDescriptor
    func connection(host: String, port: UInt16) throws(ResourceRefusal) -> FileDescriptor
    func vault(name: String) throws(ResourceRefusal) -> FileDescriptor
    /// Names of the vaults that are here.
    func vaultNames() -> [String]
    /// An empty image for a vault that does not exist yet; the same one each time.
    func spareVault() throws(ResourceRefusal) -> FileDescriptor
    /// Makes the spare image the vault of that name; false when there is one already.
    func nameSpareVault(_ name: String) -> Bool
    /// Removes the spare image if it got no name.
    func dropSpareVault()
}

/// Why a keep does not get something; the keep is told.
package struct ResourceRefusal: Error, Equatable, Sendable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

/// Why a keep did not start.
package struct LaunchFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// What one keep may use up of the host.
package struct KeepBudgets: Equatable, Sendable {
    /// Seconds of processor time.
    package var cpuSeconds: UInt64 = 24 * 3600
    package var memoryBytes: UInt64 = 2 << 30
    /// Bytes of one vault.
    package var diskBytes: UInt64 = 16 << 30
    package var vaults = 8
    /// Connections relayed at the same time, and sockets of the program.
    package var connections = 256
    /// Bytes relayed from the keep to its clients.
    package var outputBytes: UInt64 = 16 << 30
    /// Seconds from start to end.
    package var lifetimeSeconds: UInt64 = 7 * 24 * 3600

    package init() {}
}
