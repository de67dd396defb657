internal import CPlatform
internal import Glibc

/// Unix sockets (unix(7)): between processes of one machine, by path or made in pairs.
package enum LocalSocket {
    /// Two connected ends of packets that keep their bounds.
    package static func packetPair() throws(Errno) -> SocketPair { try SocketPair(packets: true) }

    /// Two connected ends of a stream.
    package static func streamPair() throws(Errno) -> SocketPair { try SocketPair(packets: false) }

    /// Listens at a path, for this user only. A socket that nobody listens at any more is replaced.
    package static func listen(at path: PathName) throws(Errno) -> FileDescriptor {
        // SAFETY: the path is terminated; the call only reads it.
        let first = unsafe path.withPointer { unsafe martlet_local_listen($0) }
        guard first == -Int(EADDRINUSE) else {
            return FileDescriptor(owning: Int32(try checked(first)))
        }
        do throws(Errno) {
            _ = try connect(to: path)
        } catch .ECONNREFUSED {
            _ = unsafe path.withPointer { unsafe Glibc.unlink($0) }
            let second = unsafe path.withPointer { unsafe martlet_local_listen($0) }
            return FileDescriptor(owning: Int32(try checked(second)))
        }
        throw Errno(rawValue: EADDRINUSE)
    }

    /// Connects to the socket at a path; the connection blocks.
    package static func connect(to path: PathName) throws(Errno) -> FileDescriptor {
        // SAFETY: the path is terminated; the call only reads it.
        let value = unsafe path.withPointer { unsafe martlet_local_connect($0) }
        return FileDescriptor(owning: Int32(try checked(value)))
    }
}

/// Two connected Unix sockets.
package struct SocketPair: ~Copyable {
    package let first: FileDescriptor
    package let second: FileDescriptor

    fileprivate init(packets: Bool) throws(Errno) {
        var ends: [Int32] = [-1, -1]
        // SAFETY: the call fills two numbers.
        _ = try checked(unsafe martlet_socket_pair(&ends, packets ? 1 : 0))
        first = FileDescriptor(owning: ends[0])
        second = FileDescriptor(owning: ends[1])
    }

    /// Hands out both ends.
    package consuming func split<R>(
        _ body: (consuming FileDescriptor, consuming FileDescriptor) throws -> R
    ) rethrows -> R {
        try body(first, second)
    }
}

extension BorrowedDescriptor {
    /// Sends one message on a Unix socket, with a descriptor if one is given.
    package func send(
        message: [UInt8], with descriptor: BorrowedDescriptor? = nil
    ) throws(Errno) {
        // SAFETY: the array outlives the call.
        let sent = unsafe message.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return -Int(EINVAL) }
            return unsafe martlet_send_message(
                number, base, bytes.count, descriptor?.number ?? -1)
        }
        guard try checked(sent) == message.count else { throw .EMSGSIZE }
    }

    /// Receives one message of a Unix socket of packets, and a descriptor when one came with it;
    /// no bytes at the end.
    package func receiveMessage(
        limitBytes: Int
    ) throws(Errno) -> ReceivedDescriptor {
        var descriptor: Int32 = -1
        var buffer = [UInt8](repeating: 0, count: limitBytes)
        // SAFETY: the call writes at most `limitBytes` bytes and one number.
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return -Int(EINVAL) }
            return unsafe martlet_receive_message(number, base, bytes.count, &descriptor)
        }
        let size = try checked(count)
        return ReceivedDescriptor(
            message: Array(buffer[..<size]),
            descriptor: descriptor < 0 ? nil : FileDescriptor(owning: descriptor))
    }
}

/// A message of a Unix socket and what came with it.
package struct ReceivedDescriptor: ~Copyable {
    package let message: [UInt8]
    package var descriptor: FileDescriptor?

    /// Takes the descriptor out.
    package mutating func takeDescriptor() -> FileDescriptor? { descriptor.take() }
}
