import AttestedTLS
import Glibc
import Platform

/// Two ends of one TCP connection over the loopback interface.
func tcpPair() throws -> (Int32, Int32) {
    let listener = try BorrowedDescriptor.makeSocket(.v4, .stream)
    try listener.borrowed.bind(to: SocketAddress(.loopbackV4, port: 0))
    try listener.borrowed.listen(backlog: 1)
    let address = try listener.borrowed.localAddress()
    let left = try connect(address)
    var entries = [PollEntry(listener.borrowed, .readable)]
    try poll(&entries, timeoutNanoseconds: 1_000_000_000)
    let right = try listener.borrowed.accept()
    try right.borrowed.setSocketOption(.tcpNoDelay, to: 1)
    return (left.release(), right.release())
}

/// A connection to a loopback port.
func connect(_ address: SocketAddress) throws -> FileDescriptor {
    let socket = try BorrowedDescriptor.makeSocket(.v4, .stream)
    try socket.borrowed.connect(to: address, timeoutNanoseconds: 2_000_000_000)
    try socket.borrowed.setSocketOption(.tcpNoDelay, to: 1)
    return socket
}

/// Makes a socket block again.
func block(_ number: Int32) throws {
    let socket = BorrowedDescriptor(number: number)
    try socket.setStatusFlags(try socket.statusFlags().subtracting(.nonBlocking))
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = SystemClockID.monotonic.nanoseconds
    try body()
    return Double(SystemClockID.monotonic.nanoseconds - start) / 1e9
}

/// The middle of some numbers.
func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}
