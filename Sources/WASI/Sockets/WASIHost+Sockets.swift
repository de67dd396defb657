internal import Platform

/// The socket functions of preview 1.
extension WASIHost {
    /// `sock_accept`.
    package func sockAccept(
        _ memory: GuestMemory, fd: UInt32, flags: UInt32, result: UInt32
    ) throws(WASIFailure) {
        let (descriptor, socket, flags) = try failing { () throws(WASIErrno) in
            let descriptor = try descriptors[fd]
            let socket = try descriptor.socket(.sockAccept)
            let flags = try Self.fdFlags(flags)
            guard flags.isSubset(of: .nonblock) else { throw .inval }
            try memory.check(at: result, byteCount: 4)
            try descriptors.checkRoom()
            return (descriptor, socket, flags)
        }
        let accepted = try blocking(
            descriptor, socket, .read, limitNanoseconds: socket.receiveTimeoutNanoseconds
        ) { () throws(WASIErrno) in try socket.accept() }
        try failing { () throws(WASIErrno) in
            let number = try descriptors.insert(
                Descriptor(
                    .socket(accepted),
                    rights: descriptor.inheriting.intersection(accepted.possibleRights),
                    inheriting: descriptor.inheriting, flags: flags))
            try memory.store(number, at: result)
        }
    }

    /// `sock_recv`.
    package func sockRecv(
        _ memory: GuestMemory, fd: UInt32, vectors: UInt32, count: UInt32, flags: UInt32,
        result: UInt32, resultFlags: UInt32
    ) throws(WASIFailure) {
        try failing { () throws(WASIErrno) in try memory.check(at: resultFlags, byteCount: 2) }
        let message = try receive(
            memory, fd, vectors, count, flags, result, wantsSender: false)
        try failing { () throws(WASIErrno) in
            try memory.store(UInt32(message.byteCount), at: result)
            try memory.store(UInt16(message.isTruncated ? 1 : 0), at: resultFlags)
        }
    }

    /// Receives once, or with `recv_waitall` (bit 1) on a stream until all vectors are full;
    /// `recv_peek` is bit 0.
    func receive(
        _ memory: GuestMemory, _ fd: UInt32, _ vectors: UInt32, _ count: UInt32,
        _ flags: UInt32, _ result: UInt32, wantsSender: Bool
    ) throws(WASIFailure) -> ReceivedMessage {
        let (descriptor, socket) = try failing { () throws(WASIErrno) in
            let descriptor = try descriptors[fd]
            let socket = try descriptor.socket(.fdRead)
            guard flags <= 3 else { throw .inval }
            try memory.check(at: result, byteCount: 4)
            return (descriptor, socket)
        }
        let peeks = flags & 1 != 0
        let waitsForAll = flags & 2 != 0 && !peeks && socket.kind == .socketStream
        func once(_ vectors: IOVectors) throws(WASIFailure) -> ReceivedMessage {
            try blocking(
                descriptor, socket, .read, limitNanoseconds: socket.receiveTimeoutNanoseconds
            ) { () throws(WASIErrno) in
                try unsafe socket.receive(vectors, peeks: peeks, wantsSender: wantsSender)
            }
        }
        // SAFETY: the vectors are checked pieces of guest memory, used during this call only.
        return try unsafe memory.withVectors(at: vectors, count: count) {
            (vectors) throws(WASIFailure) in
            var message = try unsafe once(vectors)
            let total = unsafe vectors.totalByteCount
            while waitsForAll, message.byteCount > 0, message.byteCount < total {
                let more: Int
                do throws(WASIFailure) {
                    more = try unsafe vectors.withRest(from: message.byteCount) {
                        (rest) throws(WASIFailure) in try unsafe once(rest).byteCount
                    }
                } catch {
                    // What was received counts; the error comes with the next call.
                    guard case .errno = error else { throw error }
                    break
                }
                if more == 0 { break }
                message.byteCount += more
            }
            return message
        }
    }

    /// `sock_send`. No flags are defined.
    package func sockSend(
        _ memory: GuestMemory, fd: UInt32, vectors: UInt32, count: UInt32, flags: UInt32,
        result: UInt32
    ) throws(WASIFailure) {
        let (descriptor, socket) = try failing { () throws(WASIErrno) in
            let descriptor = try descriptors[fd]
            let socket = try descriptor.socket(.fdWrite)
            guard flags == 0 else { throw .inval }
            try memory.check(at: result, byteCount: 4)
            return (descriptor, socket)
        }
        // SAFETY: the vectors are checked pieces of guest memory, used during this call only.
        let byteCount = try unsafe memory.withVectors(at: vectors, count: count) {
            (vectors) throws(WASIFailure) in
            if descriptor.isOutput { try unsafe countOutput(vectors.totalByteCount) }
            return try unsafe write(
                vectors, descriptor, socket, limitNanoseconds: socket.sendTimeoutNanoseconds)
        }
        try failing { () throws(WASIErrno) in try memory.store(UInt32(byteCount), at: result) }
    }

    /// `sock_shutdown`: bit 0 receiving, bit 1 sending.
    package func sockShutdown(fd: UInt32, how: UInt32) throws(WASIErrno) {
        let socket = try descriptors[fd].socket(.sockShutdown)
        switch how {
        case 1: try socket.shutDown(.receiving)
        case 2: try socket.shutDown(.sending)
        case 3: try socket.shutDown(.both)
        default: throw .inval
        }
    }
}
