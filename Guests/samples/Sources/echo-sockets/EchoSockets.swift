internal import EchoServer
internal import GuestKit
internal import GuestSockets

/// TCP echo over a listener that the program opens: `echo-sockets ADDRESS:PORT [CONNECTIONS]`.
@main
struct EchoSockets {
    static func main() {
        let arguments = Process.arguments
        guard arguments.count > 1, let address = SocketAddress(arguments[1]) else {
            printError("echo-sockets: usage: echo-sockets ADDRESS:PORT [CONNECTIONS]")
            Process.exit(2)
        }
        do throws(Errno) {
            let listener = try Socket.listen(at: address)
            let port = try Socket.localAddress(of: listener).port
            var server = EchoServer(
                listener: listener,
                connectionCount: arguments.count > 2 ? Int(arguments[2]) : nil)
            print("echo-sockets: ready on port \(port)")
            try server.run()
        } catch {
            printError("echo-sockets: \(error.name)")
            Process.exit(1)
        }
    }
}
