public import GuestKit

/// Sends back what each connection sends, many at a time, with one `poll_oneoff` a round.
///
/// Bytes that a peer does not take yet are kept, up to `pendingLimit` for each connection; a
/// connection over the limit is not read until its peer has caught up.
public struct EchoServer: ~Copyable {
    private static var pendingLimit: Int { 65_536 }
    private static var connectionLimit: Int { 1_000 }

    private struct Connection {
        let descriptor: FileDescriptor
        var pending: [UInt8] = []
        var finishedReading = false
    }

    private let listener: FileDescriptor
    private var connections: [Connection] = []
    private var buffer = [UInt8](repeating: 0, count: 16_384)
    private var toAccept: Int?

    /// - Parameter connectionCount: Stop after so many connections have come and gone; nil: never.
    public init(listener: FileDescriptor, connectionCount: Int? = nil) {
        self.listener = listener
        toAccept = connectionCount
    }

    /// Serves until the number of connections is reached.
    ///
    /// - Throws: What the listener or the wait failed with; a broken connection ends only itself.
    public mutating func run() throws(Errno) {
        try listener.setFlags(.nonBlocking)
        while toAccept != 0 || !connections.isEmpty { try turn() }
    }

    private mutating func turn() throws(Errno) {
        let accepting = toAccept != 0 && connections.count < Self.connectionLimit
        var waits: [Subscription] = accepting ? [.readable(listener)] : []
        for connection in connections {
            if !connection.pending.isEmpty { waits.append(.writable(connection.descriptor)) }
            if wantsBytes(connection) { waits.append(.readable(connection.descriptor)) }
        }
        var ready = Set<UInt32>()
        for event in try poll(waits) where waits.indices.contains(event.index) {
            switch waits[event.index] {
            case .readable(let descriptor), .writable(let descriptor):
                ready.insert(descriptor.rawValue)
            case .clock: break
            }
        }
        if ready.contains(listener.rawValue) { try acceptAll() }
        serve(ready)
    }

    private func wantsBytes(_ connection: Connection) -> Bool {
        !connection.finishedReading && connection.pending.count < Self.pendingLimit
    }

    private mutating func acceptAll() throws(Errno) {
        while toAccept != 0 && connections.count < Self.connectionLimit {
            do throws(Errno) {
                connections.append(Connection(descriptor: try listener.accept(.nonBlocking)))
                if let left = toAccept { toAccept = left - 1 }
            } catch .again {
                return
            } catch .connaborted {
                continue
            }
        }
    }

    private mutating func serve(_ ready: Set<UInt32>) {
        var index = 0
        while index < connections.count {
            var keep = true
            if ready.contains(connections[index].descriptor.rawValue) {
                do throws(Errno) {
                    keep = try serve(index)
                } catch .again {
                    keep = true
                } catch {
                    keep = false
                }
            }
            if keep {
                index += 1
            } else {
                close(connections.remove(at: index).descriptor)
            }
        }
    }

    /// Whether the connection goes on.
    private mutating func serve(_ index: Int) throws(Errno) -> Bool {
        try flush(index)
        if wantsBytes(connections[index]) {
            let count = try connections[index].descriptor.read(into: &buffer)
            guard count <= buffer.count else { throw .io }
            if count == 0 { connections[index].finishedReading = true }
            connections[index].pending.append(contentsOf: buffer[..<count])
            try flush(index)
        }
        return !(connections[index].finishedReading && connections[index].pending.isEmpty)
    }

    private mutating func flush(_ index: Int) throws(Errno) {
        while !connections[index].pending.isEmpty {
            let descriptor = connections[index].descriptor
            var result: Result<Int, Errno> = .success(0)
            // SAFETY: the bytes outlive the call, which only reads them.
            unsafe connections[index].pending.withUnsafeBytes { bytes in
                do throws(Errno) {
                    result = .success(try unsafe descriptor.write(bytes))
                } catch {
                    result = .failure(error)
                }
            }
            let count = try result.get()
            guard count > 0, count <= connections[index].pending.count else { throw .io }
            connections[index].pending.removeFirst(count)
        }
    }

    private func close(_ descriptor: FileDescriptor) {
        do throws(Errno) {
            try descriptor.close()
        } catch {
            // The peer is gone either way.
        }
    }
}
