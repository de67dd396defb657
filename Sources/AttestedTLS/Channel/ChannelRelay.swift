package import Platform

/// Moves bytes between an open channel and plain descriptors, both ways, until both ends are done: what
/// `martlet connect` does, and a keep for guests that see plain bytes. One thread, no waiting on one
/// direction while the other could go on. The process must ignore broken pipes
/// (``Platform/Signals/ignoreBrokenPipes()``).
package struct ChannelRelay {
    /// Bytes on their way in one direction.
    private struct Pipeline {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var waiting = 0..<0
        /// The source has nothing more to give.
        var isEnded = false
        /// The destination was told so.
        var isFinished = false

        var isEmpty: Bool { waiting.isEmpty }
    }

    private let connection: AttestedConnection
    private let input: BorrowedDescriptor
    private let output: BorrowedDescriptor
    private let interruption: Interruption?
    /// Whether the end of the channel ends the relay, though the input could give more.
    private let endsWithChannel: Bool
    private var outward = Pipeline()
    private var inward = Pipeline()
    private var channelWants: PollEvents = .readable
    /// Whether the channel gave bytes when it was asked last.
    private var didPull = false

    /// - Parameters:
    ///   - input: read when it is ready, to the channel.
    ///   - output: written from the channel; may be the same descriptor.
    ///   - endsWithChannel: for terminals and pipes, whose input may stay open for ever.
    package init(
        _ connection: AttestedConnection, input: BorrowedDescriptor, output: BorrowedDescriptor,
        interruption: Interruption? = nil, endsWithChannel: Bool = false
    ) {
        self.connection = connection
        self.input = input
        self.output = output
        self.interruption = interruption
        self.endsWithChannel = endsWithChannel
    }

    /// Relays until both directions have ended.
    package mutating func run() throws(ChannelFailure) {
        while true {
            // What came with the last record may wait inside, where poll does not see it.
            repeat {
                try pullChannel()
                try pushOutput()
            } while inward.isEmpty && !inward.isEnded && didPull
            try pushChannel()
            if outward.isFinished || endsWithChannel, inward.isFinished { return }
            let ready = try wait()
            if ready.contains(.readable) { try pullInput() }
        }
    }

    /// Waits until something can go on; tells whether the input is ready.
    private func wait() throws(ChannelFailure) -> PollEvents {
        if interruption?.reason() != nil {
            throw ChannelFailure(.interrupted, "this side was told to stop")
        }
        var channel: PollEvents = []
        if inward.isEmpty, !inward.isEnded { channel.insert(.readable) }
        if !outward.isEmpty || outward.isEnded && !outward.isFinished {
            channel.insert(channelWants)
        }
        // Nothing is wanted of a peer that has gone: its descriptor would be ready for ever.
        let nobody = BorrowedDescriptor(number: -1)
        var entries = [PollEntry(channel.isEmpty ? nobody : connection.descriptor, channel)]
        let wantsInput = outward.isEmpty && !outward.isEnded
        if wantsInput { entries.append(PollEntry(input, .readable)) }
        if !inward.isEmpty { entries.append(PollEntry(output, .writable)) }
        if let interruption { entries.append(PollEntry(interruption.descriptor, .readable)) }
        do throws(Errno) {
            try poll(&entries, timeoutNanoseconds: nil)
        } catch {
            throw ChannelFailure(.transport, "waiting: \(error)")
        }
        return wantsInput && !entries[1].occurred.isEmpty ? .readable : []
    }

    private mutating func pullInput() throws(ChannelFailure) {
        do throws(Errno) {
            let input = input
            let count = try unsafe outward.bytes.withUnsafeMutableBufferPointer {
                (buffer) throws(Errno) in
                // SAFETY: the memory is the array's own for the time of the call.
                try unsafe input.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            outward.waiting = 0..<count
            if count == 0 { outward.isEnded = true }
        } catch .EAGAIN {
            return
        } catch {
            // Whoever is there cut the connection: the other side sees an orderly end.
            outward.isEnded = true
        }
        try pushChannel()
    }

    private mutating func pushChannel() throws(ChannelFailure) {
        while !outward.isEmpty {
            let rest = outward.bytes[outward.waiting]
            let outcome = try unsafe rest.lending { (bytes) throws(ChannelFailure) in
                try unsafe connection.tryWrite(from: bytes)
            }
            switch outcome {
            case .bytes(let count):
                outward.waiting = outward.waiting.lowerBound + count..<outward.waiting.upperBound
            case .wants(let events):
                channelWants = events
                return
            case .end: throw AttestedConnection.closed
            }
        }
        if outward.isEnded, !outward.isFinished {
            outward.isFinished = try connection.tryFinishWriting()
            channelWants = .writable
        }
    }

    private mutating func pullChannel() throws(ChannelFailure) {
        didPull = false
        guard inward.isEmpty, !inward.isEnded else { return }
        let connection = connection
        let outcome = try unsafe inward.bytes.lendingMutably { (bytes) throws(ChannelFailure) in
            try unsafe connection.tryRead(into: bytes)
        }
        switch outcome {
        case .bytes(let count):
            inward.waiting = 0..<count
            didPull = true
        case .end: inward.isEnded = true
        case .wants: break
        }
    }

    private mutating func pushOutput() throws(ChannelFailure) {
        while !inward.isEmpty {
            do throws(Errno) {
                let output = output
                let range = inward.waiting
                let count = try unsafe inward.bytes[range].withUnsafeBufferPointer {
                    (buffer) throws(Errno) in
                    // SAFETY: the memory is the array's own for the time of the call.
                    try unsafe output.write(from: UnsafeRawBufferPointer(buffer))
                }
                inward.waiting = range.lowerBound + count..<range.upperBound
            } catch .EAGAIN {
                return
            } catch {
                throw ChannelFailure(.transport, "the local side: \(error)")
            }
        }
        if inward.isEnded, !inward.isFinished {
            inward.isFinished = true
            try? output.shutDown(.sending)
        }
    }
}
