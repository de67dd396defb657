internal import Bytes
package import Diagnostics
package import Platform
internal import Synchronization

/// The untrusted side: starts keeps within budgets and relays bytes. It holds no key, sees no plaintext,
/// and the end of any keep is only that keep's.
package final class HostServer: Sendable {
    private struct State {
        var keeps: [String: KeepRecord] = [:]
        var order: [String] = []
        var nextNumber = 1
        var connections = 0
    }

    private let settings: HostSettings
    private let launchers: [String: any Launcher]
    private let state = Mutex(State())
    private let interruption: Interruption
    private let log: @Sendable (String) -> Void

    /// Keeps that have ended and are still listed.
    private static let rememberedKeeps = 64

    package init(
        _ settings: HostSettings, launchers: [any Launcher], interruption: Interruption,
        log: @escaping @Sendable (String) -> Void
    ) throws(Diagnostic) {
        self.settings = settings
        self.launchers = Dictionary(launchers.map { ($0.name, $0) }) { first, _ in first }
        self.interruption = interruption
        self.log = log
        do throws(Errno) {
            try HostDirectories.make(settings.directory)
        } catch {
            throw Diagnostic(
                what: "can not make the host's directory: \(error)", where: settings.directory)
        }
        HostLeftovers.remove(in: settings.directory)
    }

    /// Serves until interrupted, then ends all keeps.
    package func run(_ listeners: [BorrowedDescriptor]) {
        while interruption.reason() == nil {
            var entries = listeners.map { PollEntry($0, .readable) }
            entries.append(PollEntry(interruption.descriptor, .readable))
            _ = try? poll(&entries, timeoutNanoseconds: nil)
            for entry in entries.dropLast() where entry.occurred.contains(.readable) {
                guard let number = try? entry.descriptor.accept().release() else { continue }
                admit(number)
            }
        }
        endAllKeeps()
    }

    private func admit(_ number: Int32) {
        let isAdmitted = state.withLock { state in
            guard state.connections < settings.connections else { return false }
            state.connections += 1
            return true
        }
        let started: Void? =
            isAdmitted
            ? try? startDetachedThread { [self] in
                serve(FileDescriptor(owning: number))
                state.withLock { $0.connections -= 1 }
            } : nil
        guard started == nil else { return }
        _ = FileDescriptor(owning: number)
        if isAdmitted { state.withLock { $0.connections -= 1 } }
    }

    private func endAllKeeps() {
        let records = state.withLock { Array($0.keeps.values) }
        for record in records { record.state.withLock { $0.running }?.stop() }
        let end = SystemClockID.monotonic.nanoseconds &+ 8_000_000_000
        while records.contains(where: \.isRunning), SystemClockID.monotonic.nanoseconds < end {
            sleepFor(milliseconds: 5)
        }
        for record in records { record.state.withLock { $0.running }?.kill() }
    }

    // MARK: One connection

    private func serve(_ connection: consuming FileDescriptor) {
        let client = connection.borrowed
        defer { extend(connection) }
        guard let line = readLine(client) else { return }
        do {
            let request = try HostRequest(decoding: line[...])
            switch request {
            case .start(let launcher, let pin): try start(launcher, pin, client)
            case .connect(let id): try connect(try record(id), client)
            case .list: answer(client, [("keeps", .array(list()))])
            case .log(let id):
                let lines = try record(id).state.withLock { $0.log }
                answer(client, [("log", .array(lines.map { .string($0) }))])
            case .stop(let id, let kill):
                let running = try record(id).state.withLock { $0.running }
                if kill { running?.kill() } else { running?.stop() }
                answer(client, [])
            }
        } catch let error as Diagnostic {
            refuse(client, error)
        } catch {
            refuse(client, Diagnostic(what: "\(error)"))
        }
    }

    /// Keeps a descriptor open to this place.
    private func extend(_ descriptor: borrowing FileDescriptor) {}

    /// One line, within ten seconds.
    private func readLine(_ client: BorrowedDescriptor) -> [UInt8]? {
        var line: [UInt8] = []
        let end = SystemClockID.monotonic.nanoseconds &+ 10_000_000_000
        while line.count < HostRequest.limitBytes {
            var entries = [PollEntry(client, .readable)]
            let now = SystemClockID.monotonic.nanoseconds
            guard now < end, (try? poll(&entries, timeoutNanoseconds: end - now)) == 1 else {
                return nil
            }
            var byte: UInt8 = 0
            let count = unsafe withUnsafeMutableBytes(of: &byte) { one in
                // SAFETY: one byte of a local.
                try? unsafe client.read(into: one)
            }
            guard count == 1 else { return nil }
            if byte == 0x0a { return line }
            line.append(byte)
        }
        return nil
    }

    private func answer(_ client: BorrowedDescriptor, _ members: [(String, JSONText)]) {
        let text = JSONText.object([("ok", .boolean(true))] + members).compact + "\n"
        try? client.writeWaiting(Array(text.utf8)[...])
    }

    private func refuse(_ client: BorrowedDescriptor, _ error: Diagnostic) {
        let text =
            JSONText.object([
                ("ok", .boolean(false)), ("what", .string(error.what)),
                ("remedy", .string(error.remedy)),
            ]).compact + "\n"
        try? client.writeWaiting(Array(text.utf8)[...])
    }

    // MARK: Keeps

    private func record(_ id: String) throws(Diagnostic) -> KeepRecord {
        guard let record = state.withLock({ $0.keeps[id] }) else {
            throw Diagnostic(
                what: "there is no keep \(id.escapedForDisplay(limit: 40))",
                remedy: "`martlet ps` lists them")
        }
        return record
    }

    private func start(
        _ name: String, _ pin: [UInt8]?, _ client: BorrowedDescriptor
    ) throws(Diagnostic) {
        guard let launcher = launchers[name] else {
            let known = launchers.keys.sorted().joined(separator: ", ")
            throw Diagnostic(
                what: "this host has no launcher \(name.escapedForDisplay(limit: 40))",
                remedy: "it has \(known)")
        }
        let record = try reserve(name, pin)
        let owner = pin.map { String($0.hexadecimal.prefix(32)) } ?? "first-come"
        let request = LaunchRequest(
            id: record.id, ownerPin: pin, budgets: settings.budgets,
            resources: HostKeepResources(settings, owner: owner)
        ) { record.write($0) }
        do throws(LaunchFailure) {
            let running = try launcher.start(request)
            record.state.withLock { $0.running = running }
            log("keep \(record.id) started by launcher \(name)")
        } catch {
            record.state.withLock { $0.failure = error.description }
            log("keep \(record.id) did not start: \(error)")
            throw Diagnostic(
                what: error.description, remedy: "`martlet doctor` tells what is missing")
        }
        try connect(record, client)
    }

    private func reserve(_ launcher: String, _ pin: [UInt8]?) throws(Diagnostic) -> KeepRecord {
        let record = state.withLock { state -> KeepRecord? in
            let running = state.keeps.values.count(where: \.isRunning)
            guard running < settings.keeps else { return nil }
            let ended = state.order.filter { state.keeps[$0]?.isRunning == false }
            for id in ended.dropLast(Self.rememberedKeeps) {
                state.keeps[id] = nil
                state.order.removeAll { $0 == id }
            }
            let record = KeepRecord(
                id: "k\(state.nextNumber)", launcher: launcher, ownerPin: pin,
                logLines: settings.logLines)
            state.nextNumber += 1
            state.keeps[record.id] = record
            state.order.append(record.id)
            return record
        }
        guard let record else {
            throw Diagnostic(
                what: "this host runs \(settings.keeps) keeps already, its limit",
                remedy: "stop one, or ask the operator for a higher --max-keeps")
        }
        return record
    }

    private func connect(
        _ record: KeepRecord, _ client: BorrowedDescriptor
    ) throws(Diagnostic) {
        let limit = settings.budgets.connections
        let running = record.state.withLock { state -> (any RunningKeep)? in
            guard state.connections < limit else { return nil }
            state.connections += 1
            return state.running
        }
        defer { record.state.withLock { $0.connections -= 1 } }
        guard let running, running.end == nil else {
            throw Diagnostic(
                what: "keep \(record.id) has ended, or has as many connections as its budget",
                remedy: "`martlet ps` tells which")
        }
        let keep: FileDescriptor
        do throws(LaunchFailure) {
            keep = try running.connect()
        } catch {
            throw Diagnostic(what: error.description)
        }
        answer(client, [("keep", .string(record.id))])
        let budget = settings.budgets.outputBytes
        Relay(client, keep).run { count in
            record.state.withLock { state in
                state.relayedBytes += UInt64(count)
                return state.relayedBytes <= budget
            }
        }
    }

    private func list() -> [JSONText] {
        let records = state.withLock { state in state.order.compactMap { state.keeps[$0] } }
        return records.map { record in
            let (running, connections, bytes, failure) = record.state.withLock {
                ($0.running, $0.connections, $0.relayedBytes, $0.failure)
            }
            let usage = running?.usage ?? KeepUsage()
            return .object([
                ("keep", .string(record.id)), ("launcher", .string(record.launcher)),
                ("state", .string(running?.end ?? failure ?? "running")),
                ("owner", record.ownerPin.map { .string($0.hexadecimal) } ?? .null),
                ("started", .unsigned(record.startedAt)),
                ("pid", usage.pid.map { .integer(Int($0)) } ?? .null),
                ("cpu-ms", .unsigned(usage.cpuNanoseconds / 1_000_000)),
                ("memory", .unsigned(usage.memoryBytes)),
                ("connections", .integer(connections)), ("relayed", .unsigned(bytes)),
            ])
        }
    }
}
