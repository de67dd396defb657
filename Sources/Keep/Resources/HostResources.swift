package import Platform

/// What a keep asks its untrusted host for. Whatever comes back is treated as hostile: a vault
/// authenticates its blocks, and what goes over sockets is protected by its transport.
package protocol HostResources: Sendable {
    /// A listening TCP socket.
    func listener(name: String, port: UInt16) throws(HostRefusal) -> FileDescriptor
    /// A connected TCP socket.
    func connection(host: String, port: UInt16) throws(HostRefusal) -> FileDescriptor
    /// The image of a vault, empty when it is new.
    func vault(name: String) throws(HostRefusal) -> FileDescriptor
}

/// The host did not give what was asked for.
package struct HostRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let request: String
    package let reason: String

    package init(_ request: String, _ reason: String) {
        self.request = request
        self.reason = reason
    }

    package var description: String { "the host refused \(request): \(reason)" }
}
