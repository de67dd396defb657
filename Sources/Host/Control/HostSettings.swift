package import Platform

/// What a host's operator allows.
package struct HostSettings: Sendable {
    /// Where vaults, sockets and logs live.
    package var directory: String
    /// Keeps at the same time.
    package var keeps = 16
    /// Connections to the host at the same time.
    package var connections = 512
    /// Budgets of each keep.
    package var budgets = KeepBudgets()
    /// The address on which programs' listeners are opened.
    package var publishAddress = IPAddress.loopbackV4
    /// Ports that programs may listen on.
    package var publishPorts: ClosedRange<UInt16> = 1024...65_535
    /// Where programs may connect to, as `HOST:PORT` or `HOST:*`; nothing unless named.
    package var destinations: [String] = []
    /// How many lines of each keep's log are kept.
    package var logLines = 1000

    package init(directory: String) { self.directory = directory }
}
