package import Attestation
internal import Bytes
package import Platform
internal import Synchronization

/// Evidence from `martlet-simtee serve`, a development tool beside the host that plays the hardware.
///
/// It is a source like any other: what it signs proves nothing, and a verifier believes it only where
/// its policy names the simulated root and its caller allows simulation.
package final class SimulatedServiceSource: EvidenceSource {
    package let name = "simulated service"
    private let socket: FileDescriptor
    private let turn = Mutex<Void>(())

    /// - Parameter socket: connected to the service, which already knows the launch.
    package init(owning socket: consuming FileDescriptor) { self.socket = socket }

    package func evidence(
        reportData: [UInt8]
    ) throws(CollectionFailure) -> EvidenceBundle {
        let padded = reportData + [UInt8](repeating: 0, count: max(0, 64 - reportData.count))
        let answer = turn.withLock { _ in
            Result { () throws(Errno) in try exchange(padded) }
        }
        guard case .success(let bytes) = answer,
            let bundle = try? EvidenceBundle(decoding: bytes[...]),
            bundle.reportData == padded
        else {
            throw CollectionFailure(
                "the simulated TEE did not answer with a report", in: name,
                remedy: "is `martlet-simtee serve` running beside the host?")
        }
        return bundle
    }

    /// Sends 64 bytes; reads four bytes of length and a bundle.
    private func exchange(_ reportData: [UInt8]) throws(Errno) -> [UInt8] {
        try socket.borrowed.writeAll(reportData)
        let header = try read(4)
        let count = header.reduce(0) { $0 << 8 | Int($1) }
        guard count <= 1 << 20 else { throw .EMSGSIZE }
        return try read(count)
    }

    private func read(_ count: Int) throws(Errno) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let outcome = unsafe result.withUnsafeMutableBytes { buffer in
                Result { () throws(Errno) in
                    // SAFETY: `done` is below the buffer's size.
                    try unsafe socket.borrowed.read(
                        into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
                }
            }
            let got = try outcome.get()
            guard got > 0 else { throw .EPIPE }
            done += got
        }
        return result
    }
}
