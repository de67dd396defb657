package import Attestation
package import AttestedTLS
internal import Bytes
internal import Diagnostics
package import KeepProtocol
internal import Synchronization

/// An owner's or principal's conversation with a keep, on a channel whose evidence was accepted before
/// anything was sent. Read by one thread; sent to by any.
package final class KeepSession: Sendable {
    private let channel: AttestedConnection
    private let frames = Mutex(FrameReader())
    private let sending = Mutex(())

    package init(_ channel: AttestedConnection) { self.channel = channel }

    /// Sends a message.
    package func send(_ message: ClientMessage) throws(KeepFailure) {
        try sending.withLock { _ throws(KeepFailure) in
            do throws(ChannelFailure) {
                try channel.write(FrameReader.frame(message.encoded))
            } catch {
                throw .channel(error)
            }
        }
    }

    /// Waits for the next message.
    package func receive() throws(KeepFailure) -> KeepMessage {
        while true {
            if let frame = try frame() {
                do throws(MalformedBytes) {
                    return try KeepMessage(decoding: frame)
                } catch {
                    throw .protocolError(error.description)
                }
            }
            let bytes: [UInt8]
            do throws(ChannelFailure) {
                bytes = try channel.read(limitBytes: 1 << 16)
            } catch {
                throw .channel(error)
            }
            guard !bytes.isEmpty else { throw .ended }
            frames.withLock { $0.append(bytes) }
        }
    }

    private func frame() throws(KeepFailure) -> [UInt8]? {
        do throws(FrameTooLarge) {
            return try frames.withLock { (reader) throws(FrameTooLarge) in try reader.next() }
        } catch {
            throw .protocolError("a frame of \(error.byteCount) bytes")
        }
    }

    /// Sends a request and waits for its answer; a refusal is thrown.
    ///
    /// - Parameter other: takes what comes in between, such as output.
    package func ask(
        _ message: ClientMessage, other: (KeepMessage) throws(KeepFailure) -> Void = { _ in }
    ) throws(KeepFailure) -> KeepMessage {
        try send(message)
        while true {
            let answer = try receive()
            switch answer {
            case .refused(let request, let refusal) where request == message.number || request == 0:
                throw .refused(refusal)
            case .output, .inputTaken, .ended: try other(answer)
            // Late answers to what was sent without waiting, such as input.
            case .done(let request) where request != message.number: continue
            case .refused(let request, _) where request != message.number: continue
            default: return answer
            }
        }
    }

    /// Asks for something whose only answer is that it was done.
    package func ask(doneBy message: ClientMessage) throws(KeepFailure) {
        guard case .done(let request) = try ask(message), request == message.number else {
            throw .protocolError("another answer than `done`")
        }
    }

    // MARK: Steps

    /// Says who speaks and what for.
    ///
    /// - Returns: how far the keep is, and what it runs.
    @discardableResult
    package func hello(
        claimsOwnership: Bool
    ) throws(KeepFailure) -> (phase: KeepPhase, identity: WorkloadIdentity) {
        let answer = try ask(
            .hello(version: KeepMachine.version, claimsOwnership: claimsOwnership))
        guard case .welcome(_, let phase, _, let identity) = answer else {
            throw .protocolError("another answer than `welcome`")
        }
        return (phase, identity)
    }

    /// Sends a workload and has the keep tell who it is.
    ///
    /// - Parameter progress: told how many bytes the keep took.
    /// - Throws: when the keep computed another identity than this side did.
    package func provision(
        _ workload: Workload, progress: (Int) -> Void = { _ in }
    ) throws(KeepFailure) {
        let parts = WorkloadPart.allCases.filter {
            $0 != .image || !workload.image.isEmpty
        }
        try ask(doneBy: .begin(parts.map { workload.header(of: $0) }))
        for part in parts {
            let bytes = workload.bytes(of: part)
            for start in stride(from: 0, to: bytes.count, by: KeepLimits.chunkBytes) {
                let chunk = Array(bytes[start...].prefix(KeepLimits.chunkBytes))
                let answer = try ask(.chunk(part, offset: UInt64(start), chunk))
                guard case .progress(part, _) = answer else {
                    throw .protocolError("another answer than `progress`")
                }
                progress(chunk.count)
            }
        }
        let answer = try ask(.commit)
        guard case .provisioned(let identity) = answer else {
            if case .status = answer { throw .awaitsApproval }
            throw .protocolError("another answer than `provisioned`")
        }
        guard identity == workload.identity else { throw .otherWorkload(identity) }
    }

    /// Has the keep prove afresh what it runs now.
    @discardableResult
    package func attest(_ appraiser: PeerAppraiser) throws(KeepFailure) -> AttestedPeer {
        let request: [UInt8]
        do throws(ChannelFailure) {
            request = try channel.makeEvidenceRequest()
        } catch {
            throw .channel(error)
        }
        guard case .evidence(let answer) = try ask(.attest(request: request)) else {
            throw .protocolError("another answer than evidence")
        }
        do throws(ChannelFailure) {
            return try channel.appraise(answer: answer, appraiser)
        } catch {
            throw .channel(error)
        }
    }

    /// Sends a file for a memory directory of the program.
    package func put(_ path: String, _ bytes: [UInt8]) throws(KeepFailure) {
        var start = 0
        repeat {
            let chunk = Array(bytes[start...].prefix(KeepLimits.chunkBytes))
            try ask(doneBy: .putFile(path: path, offset: UInt64(start), chunk))
            start += chunk.count
        } while start < bytes.count
    }

    /// Fetches a file that the program left in a memory directory.
    package func get(_ path: String) throws(KeepFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let answer = try ask(.getFile(path: path, offset: UInt64(bytes.count)))
            guard case .file(path, UInt64(bytes.count), let piece, let isLast) = answer else {
                throw .protocolError("another answer than the file")
            }
            bytes += piece
            if isLast { return bytes }
            guard !piece.isEmpty else { throw .protocolError("a file that does not go on") }
        }
    }

    /// Fetches a receipt and checks that it answers this request.
    package func receipt(nonce: [UInt8]) throws(KeepFailure) -> SignedReceipt {
        guard case .receipt(let bytes) = try ask(.receipt(nonce: nonce)) else {
            throw .protocolError("another answer than a receipt")
        }
        do throws(ReceiptRejection) {
            let receipt = try SignedReceipt(decoding: bytes)
            guard receipt.receipt.nonce == nonce else {
                throw ReceiptRejection("the receipt answers another request")
            }
            return receipt
        } catch {
            throw .protocolError(error.diagnostic.what)
        }
    }

    /// Says goodbye.
    package func close() { channel.close() }
}

extension Workload {
    /// What is announced of a part.
    fileprivate func header(of part: WorkloadPart) -> PartHeader {
        let bytes = bytes(of: part)
        return PartHeader(
            part: part, byteCount: UInt64(bytes.count), digest: KeepSession.digest(bytes))
    }
}
