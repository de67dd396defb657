internal import KeepProtocol
internal import Platform
internal import Synchronization
internal import WASI

/// What a program writes: kept for who comes later, and sent to who is attached.
///
/// A slow client slows the program down; nothing is lost while somebody is attached. Without one, the
/// last bytes are kept and older ones are forgotten.
final class OutputHub: Sendable {
    /// Bytes of each stream that are kept at least.
    static let retainedBytes = 1 << 20

    private struct Stream {
        /// The last bytes.
        var bytes: [UInt8] = []
        /// Bytes written in all.
        var total: UInt64 = 0
    }

    private struct State {
        var streams: [UInt64: Stream] = [1: Stream(), 2: Stream()]
        var attached: (@Sendable (KeepMessage) -> Bool)?
    }

    /// Held for short moments only, so that a client which reads slowly delays nobody who asks.
    private let state = Mutex(State())
    /// Held while something is sent: pieces arrive in order.
    private let turn = Mutex<Void>(())

    /// Bytes written to both streams.
    var totalBytes: UInt64 { state.withLock { $0.streams.values.reduce(0) { $0 + $1.total } } }

    /// Forgets what was written, for another program; who is attached stays.
    func startAnew() { state.withLock { $0.streams = State().streams } }

    /// Sends what is kept, and from now on what comes.
    ///
    /// - Parameter send: sends a message; false when that is no longer possible.
    func attach(_ send: @escaping @Sendable (KeepMessage) -> Bool) {
        turn.withLock { _ in
            let kept = state.withLock { state in
                state.attached = send
                return state.streams
            }
            for (number, stream) in kept.sorted(by: { $0.key < $1.key }) {
                let start = stream.total - UInt64(stream.bytes.count)
                guard Self.send(number, start, stream.bytes[...], send) else { return detach() }
            }
        }
    }

    func detach() { state.withLock { $0.attached = nil } }

    func write(_ number: UInt64, _ bytes: [UInt8]) {
        turn.withLock { _ in
            let (start, send) = state.withLock { state in
                (Self.keep(bytes, &state.streams[number, default: Stream()]), state.attached)
            }
            guard let send else { return }
            if !Self.send(number, start, bytes[...], send) { detach() }
        }
    }

    /// Adds to what is kept of a stream; returns where the bytes are in it.
    private static func keep(_ bytes: [UInt8], _ stream: inout Stream) -> UInt64 {
        let start = stream.total
        stream.total += UInt64(bytes.count)
        stream.bytes += bytes
        if stream.bytes.count > 2 * retainedBytes {
            stream.bytes.removeFirst(stream.bytes.count - retainedBytes)
        }
        return start
    }

    private static func send(
        _ number: UInt64, _ start: UInt64, _ bytes: ArraySlice<UInt8>,
        _ send: (KeepMessage) -> Bool
    ) -> Bool {
        var rest = bytes
        var offset = start
        while !rest.isEmpty {
            let piece = Array(rest.prefix(KeepLimits.chunkBytes))
            guard send(.output(stream: number, offset: offset, piece)) else { return false }
            rest = rest.dropFirst(piece.count)
            offset += UInt64(piece.count)
        }
        return true
    }
}

/// One of the program's output streams.
final class GuestOutput: OpenFile {
    private let hub: OutputHub
    private let number: UInt64

    init(_ hub: OutputHub, stream number: UInt64) {
        self.hub = hub
        self.number = number
    }

    var kind: FileKind { .unknown }
    var possibleRights: Rights { Rights.stream.subtracting(.fdRead) }

    func read(_ vectors: IOVectors) throws(WASIErrno) -> Int { throw .badf }

    func write(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        var bytes: [UInt8] = []
        for index in vectors.indices {
            // SAFETY: vectors are checked guest memory (see OpenFile), copied once. A call takes no
            // more than a chunk, so that a guest can not make the keep copy gigabytes.
            let piece = unsafe vectors[index]
            let count = unsafe min(piece.byteCount, KeepLimits.chunkBytes - bytes.count)
            unsafe bytes.append(
                contentsOf: UnsafeRawBufferPointer(start: piece.base, count: count))
        }
        hub.write(number, bytes)
        return bytes.count
    }

    func status() throws(WASIErrno) -> FileStat { FileStat() }

    func readiness(for interest: Interest) -> Readiness {
        .ready(byteCount: 65_536, hangUp: false)
    }
}
