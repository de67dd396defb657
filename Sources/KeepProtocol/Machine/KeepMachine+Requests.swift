import Attestation
import Cryptography

extension KeepMachine {
    mutating func handle(
        _ message: ClientMessage, from id: ConnectionID
    ) throws(KeepRefusal) -> [KeepAction] {
        let done = [KeepAction.send(id, .done(request: message.number))]
        switch message {
        case .hello: return []
        case .attest(let request): return [.attest(id, request: request)]
        case .begin(let headers):
            try begin(id, headers)
            return done
        case .chunk(let part, let offset, let bytes):
            return [try chunk(id, part, offset, bytes)]
        case .commit: return try commit(id)
        case .secret(let name, let bytes):
            try take(id, secret: name, bytes)
            return done
        case .vaultKey(let name, let bytes):
            try take(id, vaultKey: name, bytes)
            return done
        case .putFile(let path, let offset, let bytes):
            try put(id, path, offset, bytes)
            return done
        case .getFile(let path, let offset): return [try get(id, path, offset)]
        case .listFiles(let path, let after): return [try list(id, path, after)]
        case .ready:
            try becomeReady(id)
            return done
        case .approve(let identity): return try approve(id, identity)
        case .start: return try start(id) + done
        case .input(let bytes):
            try requireAttached(id)
            return [.input(id, bytes)]
        case .inputEnd:
            try requireAttached(id)
            return [.inputEnd] + done
        case .signal(let signal):
            try requireOwner(id)
            try require(.running)
            return [.signal(signal)] + done
        case .attach: return try attach(id)
        case .status: return [.send(id, .status(status(for: id)))]
        case .stop:
            try requireOwner(id)
            return done + [.shutDown]
        case .receipt(let nonce):
            guard role(id) != .observer else {
                throw KeepRefusal(.forbidden, "receipts are for owner and principals")
            }
            try require(.ended)
            return [.makeReceipt(id, nonce: nonce)]
        }
    }

    // MARK: Rights

    private func requireOwner(_ id: ConnectionID) throws(KeepRefusal) {
        guard role(id) == .owner else {
            throw KeepRefusal(.forbidden, "only the owner may ask that")
        }
    }

    private func requireAttached(_ id: ConnectionID) throws(KeepRefusal) {
        guard attached == id else {
            throw KeepRefusal(.forbidden, "only who is attached gives input")
        }
    }

    private func require(_ phases: KeepPhase...) throws(KeepRefusal) {
        guard phases.contains(phase) else {
            let names = phases.map(\.rawValue).joined(separator: " or ")
            throw KeepRefusal(.phase, "the keep is \(phase.rawValue), not \(names)")
        }
    }

    private func current() throws(KeepRefusal) -> Workload {
        guard let workload else { throw KeepRefusal(.phase, "there is no workload yet") }
        return workload
    }

    // MARK: Workload

    private mutating func begin(
        _ id: ConnectionID, _ headers: [PartHeader]
    ) throws(KeepRefusal) {
        try requireOwner(id)
        try require(.attested, .provisioned, .ended)
        guard configuration.takesCodeImages || !headers.contains(where: { $0.part == .image })
        else {
            throw KeepRefusal(
                .forbidden, "it was not launched to run machine code that others compiled",
                remedy: "let program name the module, not its code image; or ask the host for"
                    + " --accept-code-images")
        }
        upload = try Upload(headers, limits: configuration.limits)
        uploader = id
        update = nil
        approvals = []
    }

    private mutating func chunk(
        _ id: ConnectionID, _ part: WorkloadPart, _ offset: UInt64, _ bytes: [UInt8]
    ) throws(KeepRefusal) -> KeepAction {
        try requireOwner(id)
        guard uploader == id, let count = try upload?.take(part, at: offset, bytes) else {
            throw KeepRefusal(.phase, "no workload was begun")
        }
        return .send(id, .progress(part, byteCount: count))
    }

    private mutating func commit(_ id: ConnectionID) throws(KeepRefusal) -> [KeepAction] {
        try requireOwner(id)
        try require(.attested, .provisioned, .ended)
        guard uploader == id, let finished = upload else {
            throw KeepRefusal(.phase, "no workload was begun")
        }
        (upload, uploader) = (nil, nil)
        let next = try finished.finish()
        if let old = workload, old.manifest.approvals > 0, next.identity != old.identity {
            update = next
            approvals = []
            return [.send(id, .status(status(for: id)))]
        }
        return install(next, keepsInputs: false) + [.send(id, .provisioned(next.identity))]
            + endOtherChannels()
    }

    /// Makes a workload the keep's. What was sent for another one goes, unless those who have a say
    /// agreed that it stays.
    private mutating func install(_ next: Workload, keepsInputs: Bool) -> [KeepAction] {
        if !keepsInputs {
            (secrets, vaultKeys, files, ready) = ([:], [:], [:], [])
        }
        (workload, update, approvals, outcome) = (next, nil, [], nil)
        phase = .provisioned
        generation &+= 1
        return [.bind(next.identity)]
    }

    /// Ends the channels of everybody but the owner: they were opened to send to, or hear from, the
    /// workload before. What is under way on them must not reach this one.
    private mutating func endOtherChannels() -> [KeepAction] {
        let others = clients.keys.filter { role($0) != .owner }.sorted { $0.number < $1.number }
        for id in others { clients[id] = nil }
        return others.map { Self.superseded($0) }
    }

    private mutating func approve(
        _ id: ConnectionID, _ identity: WorkloadIdentity
    ) throws(KeepRefusal) -> [KeepAction] {
        guard case .principal(let principal) = role(id), principal.approvesUpdates else {
            throw KeepRefusal(.forbidden, "only principals with that right approve updates")
        }
        guard let update, update.identity == identity else {
            throw KeepRefusal(.phase, "no update of that identity waits")
        }
        try require(.provisioned, .ended)
        approvals.insert(principal.name)
        guard UInt64(approvals.count) >= (try current().manifest.approvals) else {
            return [.send(id, .status(status(for: id)))]
        }
        return install(update, keepsInputs: true) + [.send(id, .provisioned(identity))]
            + endOtherChannels()
    }

    // MARK: Secrets and inputs

    private mutating func take(
        _ id: ConnectionID, secret name: String, _ bytes: [UInt8]
    ) throws(KeepRefusal) {
        try require(.provisioned, .ended)
        let manifest = try current().manifest
        guard manifest.secrets.contains(where: { $0.name == name }) else {
            throw KeepRefusal(.workload, "the manifest declares no secret of that name")
        }
        let holders = manifest.principals.filter { $0.secrets.contains(name) }
        let allowed: Bool =
            switch role(id) {
            case .owner: holders.isEmpty
            case .principal(let principal): holders.contains(principal)
            case .observer: false
            }
        guard allowed else { throw KeepRefusal(.forbidden, "that secret is somebody else's") }
        secrets[name] = SecretBytes(copying: bytes)
    }

    private mutating func take(
        _ id: ConnectionID, vaultKey name: String, _ bytes: [UInt8]
    ) throws(KeepRefusal) {
        try requireOwner(id)
        try require(.provisioned, .ended)
        let isDeclared = try current().manifest.directories.contains { directory in
            if case .vault(name) = directory.storage { true } else { false }
        }
        guard isDeclared else {
            throw KeepRefusal(.workload, "the manifest declares no vault of that name")
        }
        vaultKeys[name] = SecretBytes(copying: bytes)
    }

    /// What a client wants to do with files.
    private enum FileAccess { case read, write, list }

    /// The memory directory of a path, where the client may do that.
    @discardableResult
    private func requireRight(
        _ id: ConnectionID, to access: FileAccess, _ path: String
    ) throws(KeepRefusal) -> Manifest.Directory {
        let manifest = try current().manifest
        guard Manifest.Directory.isPath(path),
            let directory = manifest.directories.first(where: {
                guard case .memory = $0.storage else { return false }
                return $0.contains(path) || access == .list && path == $0.path
            })
        else { throw KeepRefusal(.workload, "the path is in no memory directory") }
        func grants(_ principal: Manifest.Principal) -> Bool {
            principal.rights.contains {
                $0.path == directory.path && (access == .write ? $0.writes : $0.reads)
            }
        }
        let allowed: Bool =
            switch role(id) {
            // What principals have a right to, the owner has none to.
            case .owner:
                !manifest.principals.contains { principal in
                    principal.rights.contains { $0.path == directory.path }
                }
            case .principal(let principal): grants(principal)
            case .observer: false
            }
        guard allowed else { throw KeepRefusal(.forbidden, "no right to that directory") }
        return directory
    }

    private mutating func put(
        _ id: ConnectionID, _ path: String, _ offset: UInt64, _ bytes: [UInt8]
    ) throws(KeepRefusal) {
        try require(.provisioned, .ended)
        let directory = try requireRight(id, to: .write, path)
        var content = offset == 0 ? [] : files[path] ?? []
        guard offset == UInt64(content.count) else {
            throw KeepRefusal(.workload, "bytes of the file are out of order")
        }
        try requireRoom(in: directory, for: path, of: content.count + bytes.count)
        files[path] = nil  // So that appending does not copy.
        content += bytes
        files[path] = content
    }

    /// Requires that a file of that size fits its directory and the keep. Who sends too much to a
    /// directory of its own takes no room from others.
    private func requireRoom(
        in directory: Manifest.Directory, for path: String, of byteCount: Int
    ) throws(KeepRefusal) {
        var (all, beside, count) = (byteCount, byteCount, 1)
        for (other, content) in files where other != path {
            all += content.count
            if directory.contains(other) { (beside, count) = (beside + content.count, count + 1) }
        }
        guard case .memory(let limit) = directory.storage, UInt64(beside) <= limit,
            count <= KeepLimits.filesOfDirectory
        else {
            throw KeepRefusal(
                .limit, "the files are larger, or more, than their directory takes",
                remedy: "its memory is in the manifest")
        }
        guard UInt64(all) <= configuration.limits.inputBytes else {
            throw KeepRefusal(.limit, "the inputs are larger than the keep takes")
        }
    }

    private func get(
        _ id: ConnectionID, _ path: String, _ offset: UInt64
    ) throws(KeepRefusal) -> KeepAction {
        try require(.ended)
        try requireRight(id, to: .read, path)
        return .readFile(id, path: path, offset: offset)
    }

    private func list(
        _ id: ConnectionID, _ path: String, _ after: String
    ) throws(KeepRefusal) -> KeepAction {
        try require(.ended)
        try requireRight(id, to: .list, path)
        return .listFiles(id, path: path, after: after)
    }

    private mutating func becomeReady(_ id: ConnectionID) throws(KeepRefusal) {
        try require(.provisioned, .ended)
        guard case .principal(let principal) = role(id) else {
            throw KeepRefusal(.forbidden, "only principals are waited for")
        }
        ready.insert(principal.name)
    }

    // MARK: Running

    /// What must still be sent before the program can start.
    private func missing() -> [String] {
        guard let manifest = workload?.manifest else { return ["workload"] }
        let lacking = manifest.secrets.map(\.name).filter { secrets[$0] == nil }
        let locked = manifest.directories.compactMap { directory -> String? in
            guard case .vault(let name) = directory.storage, vaultKeys[name] == nil else {
                return nil
            }
            return name
        }
        let absent = manifest.principals.filter { $0.mustBeReady && !ready.contains($0.name) }
        return lacking.map { "secret \($0)" } + locked.map { "key of vault \($0)" }
            + absent.map { "inputs of \($0.name)" } + (update == nil ? [] : ["approvals"])
    }

    private mutating func start(_ id: ConnectionID) throws(KeepRefusal) -> [KeepAction] {
        let mayStart: Bool =
            switch role(id) {
            case .owner: true
            case .principal(let principal): principal.mayExecute
            case .observer: false
            }
        guard mayStart else { throw KeepRefusal(.forbidden, "no right to start the program") }
        try require(.provisioned)
        let lacking = missing()
        guard lacking.isEmpty else {
            throw KeepRefusal(
                .missing, "not yet sent: " + lacking.joined(separator: ", "),
                remedy: "send it, then start")
        }
        phase = .running
        return [
            .start(
                Launch(
                    workload: try current(), secrets: secrets, vaultKeys: vaultKeys, files: files))
        ]
    }

    private mutating func attach(_ id: ConnectionID) throws(KeepRefusal) -> [KeepAction] {
        let mayRead: Bool =
            switch role(id) {
            case .owner: true
            case .principal, .observer: false
            }
        guard mayRead else { throw KeepRefusal(.forbidden, "the output is the owner's") }
        try require(.provisioned, .running, .ended)
        // A client that lost its network must not hold up the program until the network notices.
        let displaced = attached.flatMap { old -> KeepAction? in
            guard old != id else { return nil }
            let refusal = KeepRefusal(.phase, "another connection of yours took over the output")
            return .dismiss(old, .refused(request: 16, refusal))
        }
        attached = id
        let end = outcome.map { [KeepAction.send(id, .ended($0))] } ?? []
        return (displaced.map { [$0] } ?? []) + [.attach(id)] + end
    }

    func status(for id: ConnectionID) -> KeepStatus {
        var status = KeepStatus(phase: phase)
        status.identity = identity
        guard role(id) != .observer else { return status }
        status.missing = workload == nil ? [] : missing()
        status.approvals = UInt64(approvals.count)
        status.approvalsNeeded = workload?.manifest.approvals ?? 0
        status.outputBytes = outputBytes
        if let update { status.missing.append("approval of \(update.identity)") }
        return status
    }
}
