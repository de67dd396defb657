package import Diagnostics
internal import Platform

/// The host side of WASI preview 1 for one guest: its descriptors and everything it may reach.
///
/// One method for each function of the interface; guest pointers are checked before anything else
/// happens, and results are stored last. Not thread safe: an instance runs on one thread.
///
/// Source: WASI preview 1, `wasi_snapshot_preview1.witx`, and the older `wasi_unstable.witx`.
package final class WASIHost {
    let arguments: [[UInt8]]
    let environment: [[UInt8]]
    var descriptors: DescriptorTable
    let clock: any ClockSource
    let entropy: any EntropySource
    let network: NetworkPolicy
    let limits: WASILimits
    let interruption: Interruption?
    private var outputByteCount: UInt64 = 0

    /// - Throws: a diagnostic when the configuration can not be given to a guest.
    package init(_ configuration: WASIConfiguration) throws(Diagnostic) {
        try configuration.check()
        arguments = configuration.arguments.map { Array($0.utf8) }
        environment = configuration.environment.map { Array("\($0.name)=\($0.value)".utf8) }
        clock = configuration.clock
        entropy = configuration.entropy
        network = configuration.network
        limits = configuration.limits
        interruption = configuration.interruption
        descriptors = DescriptorTable(limit: configuration.limits.descriptorCount)
        do throws(WASIErrno) {
            try openInitialDescriptors(configuration)
        } catch {
            throw Diagnostic(what: "the guest's first descriptors do not fit: \(error)")
        }
    }

    private func openInitialDescriptors(
        _ configuration: WASIConfiguration
    ) throws(WASIErrno) {
        let streams = [
            (configuration.standardInput, Rights.fdWrite, false),
            (configuration.standardOutput, Rights.fdRead, true),
            (configuration.standardError, Rights.fdRead, true),
        ]
        for (file, excluded, isOutput) in streams {
            let object: Descriptor.Object =
                if let socket = file.asSocket { .socket(socket) } else { .file(file) }
            _ = try descriptors.insert(
                Descriptor(
                    object, rights: file.possibleRights.subtracting(excluded),
                    isOutput: isOutput))
        }
        for (name, directory) in configuration.preopens {
            _ = try descriptors.insert(
                Descriptor(
                    .directory(directory), rights: .directory,
                    inheriting: Rights.directory.union(.regularFile),
                    preopenName: Array(name.utf8)))
        }
        for socket in configuration.sockets {
            _ = try descriptors.insert(
                Descriptor(.socket(socket), rights: .socket, inheriting: .socket))
        }
    }

    /// The socket that the guest has open under a number, for imports beside these.
    package func socket(at number: UInt32) -> (any GuestSocket)? {
        try? descriptors[number].socket([])
    }

    // MARK: Output budget

    /// Counts bytes about to be written; ends the guest when they pass the budget.
    func countOutput(_ byteCount: Int) throws(WASIFailure) {
        let (sum, overflow) = outputByteCount.addingReportingOverflow(UInt64(byteCount))
        guard !overflow, sum <= limits.outputByteCount else {
            throw .exit(.outputLimit(byteCount: limits.outputByteCount))
        }
        outputByteCount = sum
    }

    // MARK: Waiting

    /// Ends the guest when somebody asked for it.
    func checkInterruption() throws(WASIFailure) {
        if let reason = interruption?.reason() { throw .exit(.interrupted(reason)) }
    }

    /// Waits until a file is ready, at most `limitNanoseconds` (0: no limit of its own).
    ///
    /// - Throws: `again` when that limit passes; an exit when the guest is to end.
    func wait(
        for file: any OpenFile, _ interest: Interest, limitNanoseconds: UInt64 = 0
    ) throws(WASIFailure) {
        let start = SystemClockID.monotonic.nanoseconds
        let (sum, overflow) = start.addingReportingOverflow(limitNanoseconds)
        let end = limitNanoseconds == 0 || overflow ? UInt64.max : sum
        while true {
            guard case .waiting(let descriptor, let events) = file.readiness(for: interest)
            else { return }
            var entries = [PollEntry(descriptor, events)]
            try wait(&entries, untilNanoseconds: end)
            if entries[0].occurred.isEmpty, SystemClockID.monotonic.nanoseconds >= end {
                throw .errno(.again)
            }
        }
    }

    /// Waits until an entry is ready, the system's monotonic clock reads `untilNanoseconds`, or a
    /// signal comes; ends the guest when that was asked for.
    func wait(
        _ entries: inout [PollEntry], untilNanoseconds end: UInt64
    ) throws(WASIFailure) {
        try checkInterruption()
        var limit = end
        if let interruption {
            limit = min(limit, interruption.deadlineNanoseconds)
            entries.append(PollEntry(interruption.descriptor, .readable))
        }
        defer { if interruption != nil { entries.removeLast() } }
        let now = SystemClockID.monotonic.nanoseconds
        let timeout = limit == .max ? nil : limit > now ? limit - now : 0
        do throws(Errno) {
            try poll(&entries, timeoutNanoseconds: timeout)
        } catch {
            throw .errno(WASIErrno(error))
        }
        try checkInterruption()
    }

    /// Runs an operation again and again, waiting while it has to, unless the descriptor does not
    /// block.
    @inline(__always)
    func blocking<R>(
        _ descriptor: Descriptor, _ file: any OpenFile, _ interest: Interest,
        limitNanoseconds: UInt64 = 0, _ body: () throws(WASIErrno) -> R
    ) throws(WASIFailure) -> R {
        while true {
            do throws(WASIErrno) {
                return try body()
            } catch {
                guard error == .again, !descriptor.flags.contains(.nonblock) else {
                    throw .errno(error)
                }
            }
            try wait(for: file, interest, limitNanoseconds: limitNanoseconds)
        }
    }
}
