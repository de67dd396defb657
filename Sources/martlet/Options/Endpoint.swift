import ArgumentParser
import Platform
import WASI

/// `ADDRESS:PORT`, such as `127.0.0.1:8080` or `[::1]:8080`.
struct Endpoint: ExpressibleByArgument, Sendable {
    var address: SocketAddress

    init?(argument: String) {
        guard let address = SocketAddress(argument) else { return nil }
        self.address = address
    }
}

/// A network and its ports, such as `127.0.0.1:8080`, `10.0.0.0/8:1-1024` or `[::1]`.
struct NetworkRange: ExpressibleByArgument, Sendable {
    var range: AddressRange

    init?(argument: String) {
        guard let range = AddressRange(argument) else { return nil }
        self.range = range
    }
}
