internal import Platform
internal import Synchronization

/// Moves bytes between a client and a keep, which are ciphertext to the host.
struct Relay: ~Copyable {
    private let client: BorrowedDescriptor
    private let keep: FileDescriptor

    init(_ client: BorrowedDescriptor, _ keep: consuming FileDescriptor) {
        self.client = client
        self.keep = keep
    }

    /// Moves until one side is gone.
    ///
    /// - Parameter count: told each number of bytes from the keep; false cuts the connection.
    borrowing func run(_ count: @escaping @Sendable (Int) -> Bool) {
        let (from, to) = (keep.borrowed, client)
        // The thread ends before this function does, which holds the descriptors.
        let other = try? HostThread { Self.move(from, to, count) }
        guard let other else { return }
        Self.move(client, keep.borrowed) { _ in true }
        other.join()
    }

    private static func move(
        _ source: BorrowedDescriptor, _ target: BorrowedDescriptor, _ count: (Int) -> Bool
    ) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        defer {
            // The other direction ends too: half a channel is of no use.
            try? source.shutDown(.both)
            try? target.shutDown(.both)
        }
        while true {
            guard let size = read(source, &buffer), size > 0, count(size),
                (try? target.writeWaiting(buffer[..<size])) != nil
            else { return }
        }
    }

    private static func read(_ source: BorrowedDescriptor, _ buffer: inout [UInt8]) -> Int? {
        while true {
            let outcome = unsafe buffer.withUnsafeMutableBytes { bytes in
                // SAFETY: the buffer bounds the read.
                Result { () throws(Errno) in try unsafe source.read(into: bytes) }
            }
            switch outcome {
            case .success(let size): return size
            case .failure(.EAGAIN):
                var entries = [PollEntry(source, .readable)]
                _ = try? poll(&entries, timeoutNanoseconds: nil)
            case .failure: return nil
            }
        }
    }
}

extension BorrowedDescriptor {
    /// Writes all of `bytes`, waiting where the descriptor does not.
    func writeWaiting(_ bytes: ArraySlice<UInt8>) throws(Errno) {
        var rest = bytes
        while !rest.isEmpty {
            let outcome = unsafe rest.withUnsafeBytes { buffer in
                // SAFETY: the buffer bounds the read.
                Result { () throws(Errno) in try unsafe write(from: buffer) }
            }
            switch outcome {
            case .success(let count): rest = rest.dropFirst(count)
            case .failure(.EAGAIN):
                var entries = [PollEntry(self, .writable)]
                _ = try poll(&entries, timeoutNanoseconds: nil)
            case .failure(let error): throw error
            }
        }
    }
}
