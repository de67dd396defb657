package import Platform

/// Where a host listens: `unix:PATH`, or an address and port.
package enum HostAddress: Equatable, Sendable, CustomStringConvertible {
    case local(path: String)
    case network(SocketAddress)

    /// Reads `unix:/run/martlet.sock` or `192.0.2.1:7443`.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            self = .local(path: String(text.dropFirst(5)))
        } else if let address = SocketAddress(text) {
            self = .network(address)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .local(let path): "unix:\(path)"
        case .network(let address): "\(address)"
        }
    }

    /// Connects, waiting at most ten seconds.
    package func connect() throws(Errno) -> FileDescriptor {
        switch self {
        case .local(let path):
            guard let name = PathName(path) else { throw .EINVAL }
            return try LocalSocket.connect(to: name)
        case .network(let address):
            return try BorrowedDescriptor.connected(to: address)
        }
    }
}
