import AttestedTLS
import Diagnostics
import Platform

/// Accepts local clients and gives each a channel of its own to the keep, on a thread of its own.
struct LocalListener: Sendable {
    let target: ChannelTarget
    let endpoint: ChannelEndpoint

    /// Listens until the process is ended.
    func run(_ address: SocketAddress) throws(Errno) {
        let socket = try BorrowedDescriptor.listening(on: address, backlog: 1024)
        Console.write("listening on \(try socket.borrowed.localAddress())\n")
        while true {
            var entries = [PollEntry(socket.borrowed, .readable)]
            try poll(&entries, timeoutNanoseconds: nil)
            do throws(Errno) {
                let client = try socket.borrowed.accept().release()
                try startDetachedThread { serve(FileDescriptor(owning: client)) }
            } catch {
                // The client is gone again, or descriptors or threads ran out: both pass.
                sleepFor(milliseconds: 2)
            }
        }
    }

    private func serve(_ client: consuming FileDescriptor) {
        try? client.borrowed.setSocketOption(.tcpNoDelay, to: 1)
        do {
            let connection = try AttestedConnection(try target.connect(), endpoint)
            try connection.open()
            var relay = ChannelRelay(
                connection, input: client.borrowed, output: client.borrowed)
            try relay.run()
            connection.close()
        } catch let error as ChannelFailure {
            Console.report(error.diagnostic)
        } catch let error as Diagnostic {
            Console.report(error)
        } catch {
            Console.write("martlet: \(error)\n")
        }
    }
}
