internal import Diagnostics
package import Platform

/// How much a guest may use.
package struct WASILimits: Sendable {
    /// Descriptors open at the same time, the standard ones and preopens among them.
    package var descriptorCount = 1024
    /// Bytes written to standard output and error together.
    package var outputByteCount = UInt64.max
    /// Subscriptions in one `poll_oneoff`.
    package var subscriptionCount: UInt32 = 4096

    package init() {}
}

/// Everything that a guest gets from outside. Nothing else is reachable for it.
package struct WASIConfiguration {
    /// The program's name and its arguments.
    package var arguments: [String] = []
    package var environment: [(name: String, value: String)] = []
    package var standardInput: any OpenFile = NullStream()
    package var standardOutput: any OpenFile = NullStream()
    package var standardError: any OpenFile = NullStream()
    /// Directories, as descriptors 3, 4… in this order.
    package var preopens: [(name: String, directory: any DirectoryCapability)] = []
    /// Listeners and connections, as the descriptors after the preopened directories.
    package var sockets: [any GuestSocket] = []
    package var network = NetworkPolicy()
    package var clock: any ClockSource = SystemClock()
    package var entropy: any EntropySource = SystemEntropy()
    package var limits = WASILimits()
    /// Ends every wait of the guest; nil when nothing can.
    package var interruption: Interruption?

    package init() {}

    /// - Throws: a diagnostic for text that a guest can not receive.
    func check() throws(Diagnostic) {
        let texts =
            arguments + environment.flatMap { [$0.name, $0.value] } + preopens.map { $0.name }
        for text in texts where text.utf8.contains(0) {
            throw Diagnostic(
                what: "a guest can not receive text with a zero byte in it",
                where: "\"\(text.escapedForDisplay())\"", remedy: "remove the zero byte")
        }
        for (name, _) in environment where name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
            throw Diagnostic(
                what: "the name of an environment variable must not be empty or contain \"=\"",
                where: "\"\(name.escapedForDisplay())\"", remedy: "rename the variable")
        }
        guard 3 + preopens.count + sockets.count <= limits.descriptorCount else {
            throw Diagnostic(
                what: "\(preopens.count) directories and \(sockets.count) sockets do not fit in "
                    + "\(limits.descriptorCount) descriptors",
                remedy: "raise the limit of descriptors")
        }
    }
}
