package import AttestedTLS
package import Attestation
internal import Bytes
internal import Cryptography
package import Diagnostics
package import KeepProtocol
package import Platform
internal import Synchronization

/// A client's attested connection to a keep. It exists only once the keep's evidence was appraised: no
/// byte of anybody's has been sent before.
package final class KeepSession: Sendable {
    package let channel: AttestedConnection
    /// What the keep's evidence proved when the channel opened.
    package let peer: AttestedPeer
    private let frames = Mutex(FrameReader())
    private let turn = Mutex<Void>(())

    /// Opens a channel and appraises the keep.
    ///
    /// - Parameter appraiser: whom to accept; states the workload that the keep must run.
    /// - Throws: ``ChannelFailure`` when the keep is refused; nothing has been sent then.
    package init(
        _ descriptor: consuming FileDescriptor, key: OwnerKey, appraiser: PeerAppraiser,
        clock: @escaping @Sendable () -> Instant
    ) throws(ChannelFailure) {
        let configuration = ChannelConfiguration(
            .client, identity: key.identity, expectation: .evidence(appraiser), clock: clock)
        channel = try AttestedConnection(descriptor, try ChannelEndpoint(configuration))
        guard let peer = try channel.open().attested else {
            throw ChannelFailure(.noEvidence, "the keep did not attest itself")
        }
        self.peer = peer
    }

    /// Sends a message. Any thread may.
    package func send(_ message: ClientMessage) throws(KeepSessionFailure) {
        let frame = FrameReader.frame(message.encoded)
        let outcome = turn.withLock { _ in
            Result { () throws(ChannelFailure) in try channel.write(frame) }
        }
        if case .failure(let error) = outcome { throw .channel(error) }
    }

    /// How long a keep may take to answer a request, in nanoseconds: a host that holds the answer back
    /// does not hold the owner.
    private static let answerNanoseconds: UInt64 = 30_000_000_000

    /// Waits for the next message; one thread at a time.
    ///
    /// - Parameter deadline: on the monotonic clock; nil for ever, as a program may be silent for long.
    package func receive(
        until deadline: UInt64? = nil
    ) throws(KeepSessionFailure) -> KeepMessage {
        while true {
            let next = frames.withLock { reader in
                Result { () throws(FrameTooLarge) in try reader.next() }
            }
            switch next {
            case .failure(let error):
                throw .protocolViolation("the keep sent a frame of \(error.byteCount) bytes")
            case .success(let frame?): return try Self.decode(frame)
            case .success(nil): break
            }
            let bytes: [UInt8]
            do throws(ChannelFailure) {
                if let deadline { try waitToRead(until: deadline) }
                bytes = try channel.read(limitBytes: 1 << 16)
            } catch {
                throw .channel(error)
            }
            guard !bytes.isEmpty else { throw .ended }
            frames.withLock { $0.append(bytes) }
        }
    }

    private func waitToRead(until deadline: UInt64) throws(ChannelFailure) {
        guard !channel.hasBufferedBytes else { return }
        let now = SystemClockID.monotonic.nanoseconds
        var entries = [PollEntry(channel.descriptor, .readable)]
        let count =
            deadline > now ? (try? poll(&entries, timeoutNanoseconds: deadline - now)) ?? 0 : 0
        guard count > 0 else {
            channel.close()
            throw ChannelFailure(
                .timeout, "the keep does not answer",
                remedy: "its host may hold the connection back; nothing more was sent")
        }
    }

    private static func decode(_ frame: [UInt8]) throws(KeepSessionFailure) -> KeepMessage {
        do {
            return try KeepMessage(decoding: frame)
        } catch {
            throw .protocolViolation("\(error)")
        }
    }

    /// Sends a request and waits for its answer; a refusal is thrown.
    package func ask(_ message: ClientMessage) throws(KeepSessionFailure) -> KeepMessage {
        try send(message)
        let deadline = SystemClockID.monotonic.nanoseconds &+ Self.answerNanoseconds
        while true {
            let answer = try receive(until: deadline)
            switch answer {
            case .refused(_, let refusal): throw .refused(refusal)
            // Late answers to what was sent before without waiting.
            case .done(let request) where request != message.number: continue
            case .output, .inputTaken: continue
            default: return answer
            }
        }
    }

    /// Says hello; returns how far the keep is, and what this client is to it.
    package func hello(
        claimsOwnership: Bool
    ) throws(KeepSessionFailure) -> (phase: KeepPhase, role: String) {
        let answer = try ask(
            .hello(version: KeepMachine.version, claimsOwnership: claimsOwnership))
        guard case .welcome(_, let phase, let role, _) = answer else {
            throw .protocolViolation("hello was answered by message \(answer.number)")
        }
        return (phase, role)
    }

    /// Sends a workload and returns once the keep has computed the same identity.
    ///
    /// - Parameter progress: told how many of how many bytes the keep has.
    package func upload(
        _ workload: Workload, progress: (UInt64, UInt64) -> Void
    ) throws(KeepSessionFailure) {
        let parts = WorkloadPart.allCases.filter { $0 != .image || !workload.image.isEmpty }
        let headers = parts.map { part in
            let bytes = workload.bytes(of: part)
            return PartHeader(
                part: part, byteCount: UInt64(bytes.count), digest: Hash.sha384(bytes))
        }
        _ = try ask(.begin(headers))
        let total = headers.reduce(0) { $0 + $1.byteCount }
        var sent: UInt64 = 0
        for part in parts {
            let bytes = workload.bytes(of: part)
            for start in stride(from: 0, to: bytes.count, by: KeepLimits.chunkBytes) {
                let piece = Array(bytes[start..<min(start + KeepLimits.chunkBytes, bytes.count)])
                _ = try ask(.chunk(part, offset: UInt64(start), piece))
                sent += UInt64(piece.count)
                progress(sent, total)
            }
        }
        switch try ask(.commit) {
        case .provisioned(let identity):
            guard identity == workload.identity else {
                throw .protocolViolation(
                    "the keep computed identity \(identity), not \(workload.identity)")
            }
        case .status(let status):
            throw .approvalsNeeded(status)
        case let answer:
            throw .protocolViolation("commit was answered by message \(answer.number)")
        }
    }

    /// Asks for fresh evidence and appraises it.
    @discardableResult
    package func attest(
        _ appraiser: PeerAppraiser
    ) throws(KeepSessionFailure) -> AttestedPeer {
        do throws(ChannelFailure) {
            let request = try channel.makeEvidenceRequest()
            let answer: KeepMessage
            do throws(KeepSessionFailure) {
                answer = try ask(.attest(request: request))
            } catch {
                throw ChannelFailure(.noEvidence, error.diagnostic.description)
            }
            guard case .evidence(let bytes) = answer else {
                throw ChannelFailure(.unexpectedMessage, "no evidence came")
            }
            return try channel.appraise(answer: bytes, appraiser)
        } catch {
            throw .channel(error)
        }
    }

    /// Sends one file of inputs, in pieces.
    package func put(_ bytes: [UInt8], to path: String) throws(KeepSessionFailure) {
        if bytes.isEmpty { _ = try ask(.putFile(path: path, offset: 0, [])) }
        for start in stride(from: 0, to: bytes.count, by: KeepLimits.chunkBytes) {
            let piece = Array(bytes[start..<min(start + KeepLimits.chunkBytes, bytes.count)])
            _ = try ask(.putFile(path: path, offset: UInt64(start), piece))
        }
    }

    /// Fetches one file of results.
    package func get(
        _ path: String, limitBytes: Int = 256 << 20
    ) throws(KeepSessionFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let answer = try ask(.getFile(path: path, offset: UInt64(bytes.count)))
            guard case .file(path, UInt64(bytes.count), let piece, let isLast) = answer,
                bytes.count + piece.count <= limitBytes, isLast || !piece.isEmpty
            else { throw .protocolViolation("the file did not come in order") }
            bytes += piece
            if isLast { return bytes }
        }
    }

    /// The files below a directory, after the program's end.
    package func files(below path: String) throws(KeepSessionFailure) -> [FileEntry] {
        var files: [FileEntry] = []
        while true {
            let answer = try ask(.listFiles(path: path, after: files.last?.path ?? ""))
            guard case .files(let page, let isLast) = answer, isLast || !page.isEmpty,
                zip(page, page.dropFirst()).allSatisfy({ $0.path < $1.path }),
                page.first.map({ $0.path > files.last?.path ?? "" }) ?? true
            else { throw .protocolViolation("the list did not come in order") }
            files += page
            if isLast { return files }
        }
    }

    /// Asks for a receipt and checks that it is of this keep, this workload and this request.
    package func receipt(
        for workload: WorkloadIdentity
    ) throws(KeepSessionFailure) -> SignedReceipt {
        guard let nonce = try? SystemEntropy().bytes(32) else {
            throw .protocolViolation("no entropy")
        }
        guard case .receipt(let bytes) = try ask(.receipt(nonce: nonce)) else {
            throw .protocolViolation("no receipt came")
        }
        let signed: SignedReceipt
        do throws(ReceiptRejection) {
            signed = try SignedReceipt(decoding: bytes)
        } catch {
            throw .protocolViolation(error.what)
        }
        guard signed.receipt.nonce == nonce, signed.receipt.workload == workload,
            signed.receipt.publicKey == peer.publicKey
        else { throw .protocolViolation("the receipt is of another run") }
        return signed
    }

    package func close() { channel.close() }
}

/// Why a session with a keep went no further.
package enum KeepSessionFailure: Error, Equatable, Sendable, Diagnosable {
    case channel(ChannelFailure)
    case refused(KeepRefusal)
    case protocolViolation(String)
    /// The workload waits for the approvals of others.
    case approvalsNeeded(KeepStatus)
    /// The keep hung up.
    case ended

    package var diagnostic: Diagnostic {
        switch self {
        case .channel(let failure): failure.diagnostic
        case .refused(let refusal): refusal.diagnostic
        case .protocolViolation(let what):
            Diagnostic(
                what: what.escapedForDisplay(limit: 400), where: "keep protocol",
                remedy: "keep and command may be of different releases; else do not trust this keep"
            )
        case .approvalsNeeded(let status):
            Diagnostic(
                what: "the update waits for \(status.approvalsNeeded) approvals",
                remedy: "ask the principals to approve its identity")
        case .ended:
            Diagnostic(
                what: "the keep ended the connection", remedy: "`martlet logs` may tell why")
        }
    }
}
