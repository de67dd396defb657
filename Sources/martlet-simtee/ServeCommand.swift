import ArgumentParser
import Attestation
import Bytes
import Platform
import SimulatedTEE

/// `martlet-simtee serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Play the hardware of one launch for keeps that a host starts.",
        discussion: """
            Each connection is one launch: 32 bytes of host data first, then, as often as the keep
            likes, 64 bytes of report data, answered by four bytes of length and a bundle.
            """)

    @OptionGroup var options: MachineOptions

    @Option(help: "The measurement of every launch, 48 bytes in hexadecimal.")
    var measurement: String

    @Option(help: "The Unix socket to listen on.")
    var socket: String

    func validate() throws {
        guard [UInt8](hexadecimal: measurement)?.count == 48 else {
            throw ValidationError("--measurement takes 96 hexadecimal digits")
        }
        guard PathName(socket) != nil else { throw ValidationError("--socket takes a path") }
    }

    func run() throws {
        guard let path = PathName(socket), let measured = [UInt8](hexadecimal: measurement) else {
            return
        }
        Signals.ignoreBrokenPipes()
        let launches = SimulatedLaunches(machine: try options.machine(), measurement: measured)
        try? BorrowedDescriptor.currentDirectory.unlink(path)
        let listener = try LocalSocket.listen(at: path)
        print("simulated TEE on \(socket), measurement \(measurement)")
        while true {
            var entries = [PollEntry(listener.borrowed, .readable)]
            _ = try poll(&entries, timeoutNanoseconds: nil)
            guard let number = try? listener.borrowed.accept().release() else { continue }
            try startDetachedThread { launches.serve(FileDescriptor(owning: number)) }
        }
    }
}

/// What plays the hardware for launches of one measurement.
struct SimulatedLaunches: Sendable {
    let machine: SimulatedSNP
    let measurement: [UInt8]

    /// Serves one launch to its end.
    func serve(_ connection: consuming FileDescriptor) {
        try? connection.borrowed.setStatusFlags([])
        guard let hostData = Self.read(connection.borrowed, 32) else { return }
        while let reportData = Self.read(connection.borrowed, 64) {
            var guest = SimulatedGuest(reportData: reportData, measurement: measurement)
            guest.hostData = hostData
            let now = Instant(
                secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
            guard let bundle = try? machine.bundle(guest, at: now).encoded else { return }
            let count = UInt32(bundle.count)
            let header = (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
            guard (try? connection.borrowed.writeAll(header + bundle)) != nil else { return }
        }
    }

    private static func read(_ descriptor: BorrowedDescriptor, _ count: Int) -> [UInt8]? {
        var result = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            // SAFETY: `done` is below the buffer's size.
            let got = unsafe result.withUnsafeMutableBytes { buffer in
                try? unsafe descriptor.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            }
            guard let got, got > 0 else { return nil }
            done += got
        }
        return result
    }
}
