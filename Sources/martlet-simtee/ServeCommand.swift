import ArgumentParser
import Attestation
import Bytes
import Diagnostics
import Platform
import SimulatedTEE

/// `martlet-simtee serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Play the hardware for keeps that `martlet host` starts: sign their reports.",
        discussion: """
            Each connection is one launch: first 32 bytes of host data, then any number of requests of
            64 bytes of report data, each answered by four bytes of length and a bundle.
            """)

    @OptionGroup var options: MachineOptions

    @Option(help: "The Unix socket to listen at.")
    var socket: String

    @Option(help: "The keep's executable, whose digest is the measurement.")
    var keep: String?

    @Option(help: "The measurement, 48 bytes in hexadecimal, instead.")
    var measurement: String?

    func run() throws {
        guard let path = PathName(socket) else { throw ValidationError("--socket is no path") }
        let service = SimulatedService(
            machine: try options.machine(), measurement: try launchDigest())
        let listener = try LocalSocket.listen(at: path)
        let text =
            "SIMULATED TEE, protects nothing. Measurement "
            + "\(service.measurement.hexadecimal)\n"
        try BorrowedDescriptor.standardOutput.writeAll(Array(text.utf8))
        while true {
            let number = try listener.borrowed.accept().release()
            try startDetachedThread { service.serve(FileDescriptor(owning: number)) }
        }
    }

    private func launchDigest() throws -> [UInt8] {
        if let measurement {
            guard let bytes = [UInt8](hexadecimal: measurement), bytes.count == 48 else {
                throw ValidationError("--measurement takes 48 bytes in hexadecimal")
            }
            return bytes
        }
        guard let keep else { throw ValidationError("give --keep or --measurement") }
        return try SimulatedMeasurement.process(executable: keep)
    }
}

/// The launch digest of a keep that the process launcher starts.
enum SimulatedMeasurement {
    static func process(executable path: String) throws -> [UInt8] {
        guard let name = PathName(path) else { throw ValidationError("\(path) is no path") }
        let file = try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
        let bytes = try file.borrowed.readAll(limitBytes: 1 << 30)
        return SimulatedLaunchDigest.process(executable: bytes)
    }
}

/// Signs reports for launches.
struct SimulatedService: Sendable {
    let machine: SimulatedSNP
    let measurement: [UInt8]

    func serve(_ connection: consuming FileDescriptor) {
        let socket = connection.borrowed
        defer { extend(connection) }
        // Accepted sockets do not wait; this one has a thread to itself.
        try? socket.setStatusFlags([])
        guard let hostData = read(socket, 32) else { return }
        while let reportData = read(socket, 64) {
            var guest = SimulatedGuest(reportData: reportData, measurement: measurement)
            guest.hostData = hostData
            let now = Instant(
                secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
            guard let bytes = try? machine.bundle(guest, at: now).encoded else { return }
            let length = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) }
            guard (try? socket.writeAll(length + bytes)) != nil else { return }
        }
    }

    private func extend(_ descriptor: borrowing FileDescriptor) {}

    private func read(_ socket: BorrowedDescriptor, _ count: Int) -> [UInt8]? {
        var result = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            var entries = [PollEntry(socket, .readable)]
            guard (try? poll(&entries, timeoutNanoseconds: nil)) != nil else { return nil }
            let outcome = unsafe result.withUnsafeMutableBytes { buffer in
                // SAFETY: `done` is below the buffer's size.
                Result { () throws(Errno) in
                    try unsafe socket.read(
                        into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
                }
            }
            switch outcome {
            case .success(let got) where got > 0: done += got
            case .failure(.EAGAIN): continue
            default: return nil
            }
        }
        return result
    }
}
