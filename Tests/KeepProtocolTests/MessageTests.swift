import Attestation
import Bytes
import Cryptography
import KeepProtocol
import Testing

/// One message of each kind.
private let samples: [ClientMessage] = [
    .hello(version: 1, claimsOwnership: true), .attest(request: [1, 2]),
    .begin([PartHeader(part: .module, byteCount: 3, digest: Hash.sha384([1]))]),
    .chunk(.manifest, offset: 4, [5, 6]), .commit, .secret(name: "token", [7]),
    .vaultKey(name: "data", [UInt8](repeating: 8, count: 32)),
    .putFile(path: "/in/a", offset: 0, [9]), .getFile(path: "/out/b", offset: 1), .ready,
    .approve(.computed(module: [1], image: [], manifest: [2], policies: [3])), .start,
    .input([10]), .inputEnd, .signal(.terminate), .attach, .status, .stop,
    .receipt(nonce: [UInt8](repeating: 11, count: 32)), .listFiles(path: "/out", after: "/out/a"),
]

@Suite struct MessageTests {
    @Test("every message reads as it was written", arguments: samples)
    func roundTrip(message: ClientMessage) throws {
        #expect(try ClientMessage(decoding: message.encoded) == message)
    }

    @Test(
        "a message with a bit flipped is refused, or another message in its one spelling",
        arguments: samples)
    func flippedBits(message: ClientMessage) {
        let bytes = message.encoded
        for position in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[position] ^= 1 << bit
                guard let other = try? ClientMessage(decoding: changed) else { continue }
                #expect(other != message)
                #expect(other.encoded == changed)
            }
        }
    }

    @Test("a message that is cut short or goes on is refused", arguments: samples)
    func truncated(message: ClientMessage) {
        let bytes = message.encoded
        for count in 0..<bytes.count {
            #expect(throws: MalformedBytes.self) {
                try ClientMessage(decoding: Array(bytes[..<count]))
            }
        }
        #expect(throws: MalformedBytes.self) { try ClientMessage(decoding: bytes + [0]) }
    }

    @Test(
        "every answer reads as it was written, and no other bytes read as it",
        arguments: [
            .files([FileEntry(path: "/out/a", byteCount: 3)], isLast: true),
            .files([], isLast: false),
            .file(path: "/out/a", offset: 1, [2], isLast: false), .done(request: 4),
            .refused(request: 1, KeepRefusal(.forbidden, "a", remedy: "b")),
            .provisioned(.computed(module: [1], image: [], manifest: [2], policies: [3])),
            .ended(.exited(code: 3)), .output(stream: 1, offset: 2, [3]), .receipt([1]),
        ] as [KeepMessage])
    func answers(message: KeepMessage) throws {
        let bytes = message.encoded
        #expect(try KeepMessage(decoding: bytes) == message)
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1
            guard let other = try? KeepMessage(decoding: changed) else { continue }
            #expect(other != message)
        }
        #expect(throws: MalformedBytes.self) { try KeepMessage(decoding: Array(bytes.dropLast())) }
    }

    @Test("files are listed below their directory only, in order, a page at a time")
    func filePages() {
        var files = ["/out2/x": [UInt8](), "/out": [], "/other/y": []]
        for number in 0..<(KeepLimits.listedFiles + 5) { files["/out/\(1000 + number)"] = [1] }
        let first = FileEntry.page(of: files, below: "/out", after: "")
        #expect(first.entries.count == KeepLimits.listedFiles)
        #expect(!first.isLast)
        let after = first.entries.last?.path ?? ""
        let second = FileEntry.page(of: files, below: "/out", after: after)
        #expect(second.entries.count == 5)
        #expect(second.isLast)
        #expect(second.entries.allSatisfy { $0.path > after && $0.byteCount == 1 })
        #expect(FileEntry.page(of: files, below: "/none", after: "").isLast)
        #expect(FileEntry.page(of: files, below: "/", after: "").entries.count == 200)
    }

    @Test("frames come whole, however they were cut; a length above the limit is refused at once")
    func frames() throws {
        var reader = FrameReader()
        for byte in FrameReader.frame([1, 2, 3]) + FrameReader.frame([]) { reader.append([byte]) }
        #expect(try reader.next() == [1, 2, 3])
        #expect(try reader.next() == [])
        #expect(try reader.next() == nil)
        reader.append([0xff, 0, 0, 0])
        #expect(throws: FrameTooLarge.self) { try reader.next() }
    }

    @Test("mutated messages in any state neither crash nor start anything that was not sent")
    func mutatedConversation() throws {
        var machine = KeepMachine(.init())
        let id = ConnectionID(1)
        var seed: UInt64 = 1
        for round in 0..<4000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if round.isMultiple(of: 50) {
                _ = machine.disconnected(id)
                _ = machine.connected(id, publicKey: [1], generation: machine.generation)
                _ = machine.receive(.hello(version: 1, claimsOwnership: true), from: id)
            }
            var bytes = samples[Int(seed >> 33) % samples.count].encoded
            let place = Int(seed >> 20 & 0xffff) % bytes.count
            bytes[place] ^= UInt8(truncatingIfNeeded: seed >> 8)
            guard let message = try? ClientMessage(decoding: bytes) else { continue }
            for case .start in machine.receive(message, from: id) {
                Issue.record("started without a workload")
            }
        }
    }
}
