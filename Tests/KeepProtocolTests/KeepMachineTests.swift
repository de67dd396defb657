import Attestation
import Bytes
import Cryptography
import KeepProtocol
import Testing

/// A machine with clients, by their keys.
private struct Scene {
    var machine: KeepMachine
    private var next: UInt64 = 0

    init(pin: [UInt8]? = nil, takesCodeImages: Bool = true) {
        var configuration = KeepMachine.Configuration(ownerPin: pin)
        configuration.takesCodeImages = takesCodeImages
        machine = KeepMachine(configuration)
    }

    mutating func connect(_ key: String, claims: Bool = false) -> (ConnectionID, [KeepAction]) {
        next += 1
        let id = ConnectionID(next)
        _ = machine.connected(
            id, publicKey: Array(key.utf8), generation: machine.generation)
        return (id, machine.receive(.hello(version: 1, claimsOwnership: claims), from: id))
    }

    mutating func upload(_ workload: Workload, _ id: ConnectionID) -> [KeepAction] {
        let parts = WorkloadPart.allCases.filter { !workload.bytes(of: $0).isEmpty }
        let headers = parts.map { part in
            let bytes = workload.bytes(of: part)
            return PartHeader(
                part: part, byteCount: UInt64(bytes.count), digest: Hash.sha384(bytes))
        }
        _ = machine.receive(.begin(headers), from: id)
        for part in parts {
            _ = machine.receive(.chunk(part, offset: 0, workload.bytes(of: part)), from: id)
        }
        return machine.receive(.commit, from: id)
    }
}

private func workload(
    _ module: [UInt8] = [1], image: [UInt8] = [],
    _ change: (inout Manifest) -> Void = { _ in }
) throws -> Workload {
    var manifest = Manifest(name: "test")
    change(&manifest)
    return try Workload(
        module: module, image: image, manifest: manifest.encoded, policies: PolicySet().encoded)
}

private func code(_ actions: [KeepAction]) -> KeepRefusal.Code? {
    for case .send(_, .refused(_, let refusal)) in actions { return refusal.code }
    return nil
}

/// Who is hung up on without waiting.
private func dismissed(_ actions: [KeepAction]) -> [ConnectionID] {
    actions.compactMap { if case .dismiss(let id, _) = $0 { id } else { nil } }
}

@Suite struct KeepMachineTests {
    @Test("the keep computes the identity of what came, binds it, and starts it")
    func wholePath() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        let whole = try workload()
        let actions = scene.upload(whole, owner)
        #expect(
            actions == [.bind(whole.identity), .send(owner, .provisioned(whole.identity))])
        let started = scene.machine.receive(.start, from: owner)
        guard case .start(let launch)? = started.first else {
            Issue.record("not started")
            return
        }
        #expect(launch.workload == whole)
        #expect(scene.machine.phase == .running)
        _ = scene.machine.guestEnded(.exited(code: 3))
        let nonce = [UInt8](repeating: 1, count: 32)
        #expect(
            scene.machine.receive(.receipt(nonce: nonce), from: owner)
                == [.makeReceipt(owner, nonce: nonce)])
    }

    @Test("machine code of the owner's is part of the identity, and taken only where it is allowed")
    func codeImages() throws {
        let whole = try workload(image: [2])
        #expect(whole.identity != (try workload()).identity)
        var open = Scene()
        let (owner, _) = open.connect("owner", claims: true)
        #expect(open.upload(whole, owner).first == .bind(whole.identity))
        var closed = Scene(takesCodeImages: false)
        let (refused, _) = closed.connect("owner", claims: true)
        #expect(code(closed.upload(whole, refused)) == .phase)
        let header = PartHeader(part: .image, byteCount: 1, digest: Hash.sha384([2]))
        #expect(code(closed.machine.receive(.begin([header]), from: refused)) == .forbidden)
        #expect(throws: KeepRefusal.self) {
            try workload(image: [2]) { $0.engine = .interpreter }
        }
    }

    @Test("half an upload goes with its owner, whoever else is connected")
    func halfUpload() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        _ = scene.connect("observer")
        let header = PartHeader(part: .module, byteCount: 1, digest: Hash.sha384([1]))
        _ = scene.machine.receive(.begin([header]), from: owner)
        _ = scene.machine.disconnected(owner)
        let (again, _) = scene.connect("owner", claims: true)
        let chunk = scene.machine.receive(.chunk(.module, offset: 0, [1]), from: again)
        #expect(code(chunk) != nil)
        #expect(scene.machine.workload == nil)
    }

    @Test("a workload that its owner left unstarted is nobody's, unless others have to come")
    func awaited() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        #expect(!scene.machine.isAwaited)
        _ = scene.upload(try workload(), owner)
        #expect(!scene.machine.isAwaited)
        _ = scene.machine.receive(.start, from: owner)
        #expect(scene.machine.isAwaited)
        _ = scene.machine.guestEnded(.exited(code: 0))
        #expect(scene.machine.isAwaited)
        var shared = Scene()
        let (first, _) = shared.connect("owner", claims: true)
        let withOthers = try workload { manifest in
            manifest.principals = [
                Manifest.Principal(name: "other", keyDigest: Hash.sha256(Array("other".utf8)))
            ]
        }
        _ = shared.upload(withOthers, first)
        #expect(shared.machine.phase == .provisioned)
        #expect(shared.machine.isAwaited)
    }

    @Test("a second owner is refused and hung up on; so is one without the pinned key")
    func secondOwner() {
        var scene = Scene()
        _ = scene.connect("owner", claims: true)
        let (other, actions) = scene.connect("other", claims: true)
        #expect(code(actions) == .owned)
        #expect(actions.contains(.close(other)))
        var pinned = Scene(pin: Hash.sha256(Array("owner".utf8)))
        #expect(code(pinned.connect("other", claims: true).1) == .owned)
        #expect(code(pinned.connect("owner", claims: true).1) == nil)
    }

    @Test("what differs from what was announced is refused")
    func swappedModule() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        let whole = try workload([1, 2, 3])
        let headers = [WorkloadPart.module, .manifest, .policies].map { part in
            PartHeader(
                part: part, byteCount: UInt64(whole.bytes(of: part).count),
                digest: Hash.sha384(whole.bytes(of: part)))
        }
        _ = scene.machine.receive(.begin(headers), from: owner)
        _ = scene.machine.receive(.chunk(.module, offset: 0, [1, 2, 4]), from: owner)
        for part in [WorkloadPart.manifest, .policies] {
            _ = scene.machine.receive(.chunk(part, offset: 0, whole.bytes(of: part)), from: owner)
        }
        #expect(code(scene.machine.receive(.commit, from: owner)) == .workload)
        #expect(scene.machine.identity == .empty)
    }

    @Test("an upload ends with the connection that began it, and is that connection's alone")
    func uploadsEnd() throws {
        var scene = Scene()
        let (first, _) = scene.connect("owner", claims: true)
        let (second, _) = scene.connect("owner")
        let headers = [WorkloadPart.module, .manifest, .policies].map {
            PartHeader(part: $0, byteCount: 1, digest: Hash.sha384([1]))
        }
        _ = scene.machine.receive(.begin(headers), from: first)
        let chunk = ClientMessage.chunk(.module, offset: 0, [1])
        #expect(code(scene.machine.receive(chunk, from: second)) == .phase)
        #expect(code(scene.machine.receive(.commit, from: second)) == .phase)
        #expect(code(scene.machine.receive(chunk, from: first)) == nil)
        _ = scene.machine.disconnected(first)
        #expect(code(scene.machine.receive(chunk, from: second)) == .phase)
        #expect(code(scene.machine.receive(.commit, from: second)) == .phase)
    }

    @Test("secrets wait for their declaration, and the start waits for the secrets")
    func secrets() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        _ = scene.upload(try workload { $0.secrets = [.init(name: "token")] }, owner)
        #expect(code(scene.machine.receive(.start, from: owner)) == .missing)
        #expect(
            code(scene.machine.receive(.secret(name: "other", [1]), from: owner)) == .workload)
        #expect(code(scene.machine.receive(.secret(name: "token", [1]), from: owner)) == nil)
        #expect(code(scene.machine.receive(.start, from: owner)) == nil)
    }

    @Test("another workload wipes the secrets of the one before")
    func updateWipes() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        _ = scene.upload(try workload([1]) { $0.secrets = [.init(name: "token")] }, owner)
        _ = scene.machine.receive(.secret(name: "token", [1]), from: owner)
        _ = scene.upload(try workload([2]) { $0.secrets = [.init(name: "token")] }, owner)
        #expect(code(scene.machine.receive(.start, from: owner)) == .missing)
    }

    /// Two owners of data: each may write its own directory and read only the result's.
    private func shared(
        _ module: [UInt8] = [1], _ change: (inout Manifest) -> Void = { _ in }
    ) throws -> Workload {
        try workload(module) { manifest in
            manifest.directories = [
                .init(path: "/a", storage: .memory(limitBytes: 1 << 20)),
                .init(path: "/out", storage: .memory(limitBytes: 1 << 20)),
            ]
            for name in ["alice", "bob"] {
                var principal = Manifest.Principal(
                    name: name, keyDigest: Hash.sha256(Array(name.utf8)))
                principal.approvesUpdates = true
                principal.mustBeReady = true
                principal.rights = [.init(path: "/out", reads: true, writes: false)]
                if name == "alice" {
                    principal.rights.append(.init(path: "/a", reads: false, writes: true))
                }
                manifest.principals.append(principal)
            }
            manifest.approvals = 2
            change(&manifest)
        }
    }

    @Test("principals have the rights that the manifest gives, and the owner none to theirs")
    func principals() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        _ = scene.upload(try shared(), owner)
        let (alice, _) = scene.connect("alice")
        let (bob, _) = scene.connect("bob")
        let (stranger, _) = scene.connect("stranger")
        func put(_ id: ConnectionID, _ path: String) -> KeepRefusal.Code? {
            code(scene.machine.receive(.putFile(path: path, offset: 0, [1]), from: id))
        }
        #expect(put(alice, "/a/set") == nil)
        #expect(put(alice, "/a/../out/x") == .workload)
        #expect(put(bob, "/a/set") == .forbidden)
        #expect(put(owner, "/a/set") == .forbidden)
        #expect(put(stranger, "/a/set") == .forbidden)
        #expect(code(scene.machine.receive(.start, from: owner)) == .missing)
        #expect(code(scene.machine.receive(.start, from: alice)) == .forbidden)
        _ = scene.machine.receive(.ready, from: alice)
        _ = scene.machine.receive(.ready, from: bob)
        #expect(code(scene.machine.receive(.start, from: owner)) == nil)
    }

    @Test("a directory takes what its manifest says, and one party's files no room from another's")
    func inputLimits() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        _ = scene.upload(
            try shared { manifest in
                manifest.directories[0] = .init(path: "/a", storage: .memory(limitBytes: 10))
                manifest.directories.append(.init(path: "/b", storage: .memory(limitBytes: 10)))
                manifest.principals[1].rights.append(
                    .init(path: "/b", reads: false, writes: true))
            }, owner)
        let (alice, _) = scene.connect("alice")
        let (bob, _) = scene.connect("bob")
        func put(_ id: ConnectionID, _ path: String, _ offset: UInt64, _ count: Int) -> Bool {
            let message = ClientMessage.putFile(
                path: path, offset: offset, [UInt8](repeating: 1, count: count))
            let refused = code(scene.machine.receive(message, from: id))
            #expect(refused == nil || refused == .limit)
            return refused == nil
        }
        #expect(put(alice, "/a/x", 0, 6))
        #expect(put(alice, "/a/x", 6, 4))
        #expect(!put(alice, "/a/x", 10, 1))
        #expect(!put(alice, "/a/y", 0, 1))
        #expect(put(alice, "/a/x", 0, 9), "a file that is sent anew takes its own place")
        #expect(put(alice, "/a/y", 0, 1))
        #expect(put(bob, "/b/z", 0, 10))
        for number in 2..<KeepLimits.filesOfDirectory { #expect(put(alice, "/a/\(number)", 0, 0)) }
        #expect(!put(alice, "/a/more", 0, 0))
        #expect(put(bob, "/b/more", 0, 0))
    }

    @Test("an update takes the place of the old workload only with all approvals")
    func approvals() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        let old = try shared([1])
        let new = try shared([2])
        _ = scene.upload(old, owner)
        let (alice, _) = scene.connect("alice")
        let (bob, _) = scene.connect("bob")
        _ = scene.upload(new, owner)
        #expect(scene.machine.identity == old.identity)
        #expect(code(scene.machine.receive(.approve(new.identity), from: owner)) == .forbidden)
        #expect(code(scene.machine.receive(.approve(old.identity), from: alice)) == .phase)
        _ = scene.machine.receive(.approve(new.identity), from: alice)
        _ = scene.machine.receive(.approve(new.identity), from: alice)
        #expect(scene.machine.identity == old.identity)
        _ = scene.machine.receive(.approve(new.identity), from: bob)
        #expect(scene.machine.identity == new.identity)
    }

    @Test("a channel ends when the workload that its evidence named is replaced")
    func supersededChannels() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        _ = scene.upload(try shared([1]) { $0.approvals = 0 }, owner)
        let generation = scene.machine.generation
        let (alice, _) = scene.connect("alice")
        let actions = scene.upload(try shared([2]) { $0.approvals = 0 }, owner)
        #expect(dismissed(actions) == [alice])
        let put = ClientMessage.putFile(path: "/a/set", offset: 0, [1])
        #expect(scene.machine.receive(put, from: alice).isEmpty)
        #expect(code(scene.machine.receive(.status, from: owner)) == nil)
        #expect(!scene.machine.receive(.status, from: owner).isEmpty)
        // A channel whose evidence was made before, and which opens only now.
        let late = ConnectionID(99)
        let refused = scene.machine.connected(
            late, publicKey: Array("alice".utf8), generation: generation)
        #expect(dismissed(refused) == [late])
        #expect(
            scene.machine.receive(.hello(version: 1, claimsOwnership: false), from: late).isEmpty)
    }

    @Test("an approved update ends the channels of all but the owner, after its approver was told")
    func approvalEndsChannels() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        let new = try shared([2])
        _ = scene.upload(try shared([1]), owner)
        let (alice, _) = scene.connect("alice")
        let (bob, _) = scene.connect("bob")
        _ = scene.upload(new, owner)
        _ = scene.machine.receive(.approve(new.identity), from: alice)
        let actions = scene.machine.receive(.approve(new.identity), from: bob)
        #expect(actions.first == .bind(new.identity))
        #expect(actions.dropFirst().first == .send(bob, .provisioned(new.identity)))
        #expect(dismissed(actions) == [alice, bob])
    }

    @Test("output moves to the owner's newest connection, and the one before is let go")
    func attachAgain() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        _ = scene.upload(try workload(), owner)
        #expect(dismissed(scene.machine.receive(.attach, from: owner)) == [])
        #expect(dismissed(scene.machine.receive(.attach, from: owner)) == [])
        let (again, _) = scene.connect("owner")
        let actions = scene.machine.receive(.attach, from: again)
        #expect(dismissed(actions) == [owner])
        #expect(actions.contains(.attach(again)))
        #expect(code(scene.machine.receive(.inputEnd, from: owner)) == .forbidden)
    }

    /// A machine whose program has ended, with clients owner, alice, bob and carol, who may execute.
    private func ended() throws -> (Scene, [String: ConnectionID]) {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        let workload = try shared { manifest in
            var carol = Manifest.Principal(
                name: "carol", keyDigest: Hash.sha256(Array("carol".utf8)))
            carol.mayExecute = true
            manifest.principals.append(carol)
            manifest.directories.append(
                .init(path: "/open", storage: .memory(limitBytes: 1 << 20)))
        }
        _ = scene.upload(workload, owner)
        var clients = ["owner": owner]
        for name in ["alice", "bob", "carol", "stranger"] {
            clients[name] = scene.connect(name).0
        }
        for name in ["alice", "bob"] {
            if let id = clients[name] { _ = scene.machine.receive(.ready, from: id) }
        }
        if let carol = clients["carol"] { _ = scene.machine.receive(.start, from: carol) }
        #expect(scene.machine.phase == .running)
        _ = scene.machine.guestEnded(.exited(code: 0))
        return (scene, clients)
    }

    @Test(
        "results are fetched by right alone: to execute, to write or to own is none",
        arguments: [
            ("alice", "/out/x", nil), ("bob", "/out/x", nil), ("owner", "/out/x", .forbidden),
            ("carol", "/out/x", .forbidden), ("stranger", "/out/x", .forbidden),
            ("alice", "/a/x", .forbidden), ("bob", "/a/x", .forbidden),
            ("owner", "/a/x", .forbidden), ("owner", "/open/x", nil),
            ("alice", "/open/x", .forbidden), ("alice", "/out", .workload),
            ("alice", "/out/../a/x", .workload), ("alice", "/out//x", .workload),
            ("alice", "/out/../\u{301}a", .workload), ("alice", "/a\u{301}/x", .workload),
        ] as [(String, String, KeepRefusal.Code?)])
    func fetching(name: String, path: String, expected: KeepRefusal.Code?) throws {
        var (scene, clients) = try ended()
        let id = try #require(clients[name])
        #expect(code(scene.machine.receive(.getFile(path: path, offset: 0), from: id)) == expected)
        let listed = scene.machine.receive(.listFiles(path: path, after: ""), from: id)
        #expect(code(listed) == (path == "/out" ? nil : expected))
    }

    @Test("nothing is listed or fetched before the end")
    func fetchingEarly() throws {
        var scene = Scene()
        let (owner, _) = scene.connect("owner", claims: true)
        _ = scene.upload(try shared(), owner)
        let (alice, _) = scene.connect("alice")
        for message: ClientMessage in [
            .getFile(path: "/out/x", offset: 0), .listFiles(path: "/out", after: ""),
        ] {
            #expect(code(scene.machine.receive(message, from: alice)) == .phase)
        }
    }

    @Test("nothing is answered before hello but by hanging up")
    func helloFirst() {
        var machine = KeepMachine(.init())
        let id = ConnectionID(1)
        _ = machine.connected(id, publicKey: nil, generation: 0)
        let actions = machine.receive(.status, from: id)
        #expect(code(actions) == .malformed)
        #expect(actions.contains(.close(id)))
        #expect(machine.receive(.status, from: id).isEmpty)
    }
}
