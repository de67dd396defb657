internal import EchoServer
internal import GuestKit

/// TCP echo over a listener that the host opened: `echo [CONNECTIONS]`.
///
/// The listener is the first descriptor from 3 on that is a stream socket.
@main
struct Echo {
    static func main() {
        do throws(Errno) {
            var server = EchoServer(
                listener: try findListener(),
                connectionCount: Process.arguments.dropFirst().first.flatMap { Int($0) })
            print("echo: ready")
            try server.run()
        } catch {
            printError("echo: \(error.name)")
            Process.exit(1)
        }
    }

    private static func findListener() throws(Errno) -> FileDescriptor {
        var descriptor = FileDescriptor.firstPreopen
        while true {
            // EBADF after the last one ends the search, and says what is missing.
            let status = try descriptor.descriptorStatus()
            if status.type == .streamSocket { return descriptor }
            descriptor = FileDescriptor(rawValue: descriptor.rawValue + 1)
        }
    }
}
