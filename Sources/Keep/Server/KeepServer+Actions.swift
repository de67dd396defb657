internal import AttestedTLS
internal import Attestation
internal import KeepProtocol
internal import Platform
internal import Synchronization

extension KeepServer {
    func client(_ id: ConnectionID) -> Client? { state.withLock { $0.clients[id] } }

    func perform(_ action: KeepAction) {
        switch action {
        case .send(let id, let message): _ = client(id)?.send(message)
        case .attest(let id, let request): attest(id, request)
        case .bind: break  // Done with the machine's change, see follow.
        case .start(let launch): start(launch)
        case .input(let id, let bytes): give(bytes, from: id)
        case .inputEnd: state.withLock { $0.input }?.end()
        case .signal: state.withLock { $0.program }?.interrupt()
        case .attach(let id): attach(id)
        case .detach: hub.detach()
        case .readFile(let id, let path, let offset): sendFile(id, path, offset)
        case .listFiles(let id, let path, let after): sendList(id, path, after)
        case .makeReceipt(let id, let nonce): sendReceipt(id, nonce)
        case .close(let id): client(id)?.hangUp()
        case .dismiss(let id, let message): client(id)?.dismiss(message)
        case .shutDown: interruption.trip()
        }
    }

    private func refuse(_ id: ConnectionID, _ request: UInt64, _ what: String) {
        _ = client(id)?.send(.refused(request: request, KeepRefusal(.failure, what)))
    }

    private func attest(_ id: ConnectionID, _ request: [UInt8]) {
        guard let client = client(id) else { return }
        do throws(ChannelFailure) {
            _ = client.send(.evidence(try client.channel.answer(evidenceRequest: request)))
        } catch {
            refuse(id, 2, error.what)
        }
    }

    private func give(_ bytes: [UInt8], from id: ConnectionID) {
        guard state.withLock({ $0.input })?.append(bytes) == true else {
            return refuse(id, 13, "more input than the window allows, or after its end")
        }
    }

    private func attach(_ id: ConnectionID) {
        guard let client = client(id) else { return }
        hub.attach { client.send($0) }
    }

    private func sendFile(_ id: ConnectionID, _ path: String, _ offset: UInt64) {
        guard let bytes = state.withLock({ $0.result })?.files[path],
            offset <= UInt64(bytes.count)
        else { return refuse(id, 9, "there is no such file, or not so much of it") }
        let piece = bytes.dropFirst(Int(offset)).prefix(KeepLimits.chunkBytes)
        _ = client(id)?.send(
            .file(
                path: path, offset: offset, Array(piece),
                isLast: Int(offset) + piece.count == bytes.count))
    }

    private func sendList(_ id: ConnectionID, _ path: String, _ after: String) {
        let files = state.withLock { $0.result }?.files ?? [:]
        let page = FileEntry.page(of: files, below: path, after: after)
        _ = client(id)?.send(.files(page.entries, isLast: page.isLast))
    }

    private func sendReceipt(_ id: ConnectionID, _ nonce: [UInt8]) {
        guard let result = state.withLock({ $0.result }) else {
            return refuse(id, 19, "nothing has run")
        }
        let receipt = Receipt(
            workload: binding.current, publicKey: identity.publicKey, nonce: nonce,
            outcome: result.outcome, usage: result.usage, vaults: result.vaults,
            endedAt: result.endedAt)
        do {
            let data = ReportDataBinding.reportData(for: try receipt.binding())
            let evidence = try configuration.source.evidence(reportData: data)
            let signed = try SignedReceipt(receipt, evidence: evidence, key: identity.key)
            _ = client(id)?.send(.receipt(signed.encoded))
        } catch {
            refuse(id, 19, "no evidence for a receipt: \(error)")
        }
    }

    // MARK: The program

    private func start(_ launch: Launch) {
        hub.startAnew()
        do throws(Errno) {
            let input = try GuestInput { [self] taken in
                let attached = state.withLock { $0.machine.attachedClient }
                if let attached { _ = client(attached)?.send(.inputTaken(taken)) }
            }
            let channels = GuestChannels(
                identity: identity, source: configuration.source, binding: binding,
                policies: launch.workload.policies, interruption: interruption)
            let attestation = GuestAttestation(
                publicKey: identity.publicKey, source: configuration.source, binding: binding)
            let program = try GuestProgram(
                launch, resources: configuration.resources, hub: hub, input: input,
                channels: channels, attestation: attestation)
            state.withLock { state in
                state.program = program
                state.input = input
                state.result = nil
            }
            try startDetachedThread { [self] in finish(program.run()) }
        } catch {
            finish(GuestResult(outcome: .failed("no room to start it: \(error)")))
        }
    }

    private func finish(_ result: GuestResult) {
        state.withLock { state in
            state.result = result
            state.program = nil
            state.input = nil
        }
        follow(nil) { $0.guestEnded(result.outcome) }
    }
}
