import Attestation
import ChannelKit
import Cryptography
import Foundation
import Platform
import Testing

@testable import AttestedTLS

/// OpenSSL's own tools as peers, on loopback connections.
@Suite(.serialized) final class OpenSSLTests {
    private let keep: SimulatedKeep
    private let folder: URL

    init() throws {
        keep = try SimulatedKeep()
        folder = FileManager.default.temporaryDirectory.appending(
            path: "martlet-channel-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func file(_ name: String) -> String {
        folder.appending(path: name).path(percentEncoded: false)
    }

    private func client(_ server: EchoServer, _ arguments: String...) throws -> String {
        try openssl(
            ["s_client", "-connect", "\(server.address)"] + arguments, input: "hello\n")
    }

    @Test("downgraded: a client without ALPN sees an alert, and no certificate")
    func noALPN() throws {
        let server = try EchoServer(Settings.keep(keep))
        defer { server.stop() }
        let text = try client(server)
        #expect(text.contains("no application protocol"))
        #expect(!text.contains("BEGIN CERTIFICATE"))
        #expect(server.waitForRefusals(1) == [.downgrade])
    }

    @Test("downgraded: another protocol's name, or TLS 1.2")
    func otherProtocols() throws {
        let server = try EchoServer(Settings.keep(keep))
        defer { server.stop() }
        #expect(try client(server, "-alpn", "h2").contains("no application protocol"))
        #expect(
            try client(server, "-alpn", "martlet-attest/1", "-tls1_2").contains("alert"))
        #expect(server.waitForRefusals(2).count == 2)
    }

    @Test("D4: a pre-shared key is refused before anything is shown")
    func preSharedKey() throws {
        let server = try EchoServer(Settings.keep(keep))
        defer { server.stop() }
        let text = try client(
            server, "-alpn", "martlet-attest/1", "-psk", "0102030405060708", "-psk_identity", "x")
        #expect(text.contains("handshake failure"))
        #expect(!text.contains("BEGIN CERTIFICATE"))
        #expect(server.waitForRefusals(1) == [.downgrade])
    }

    @Test("resumption: nothing is given out, and a saved session is a new connection")
    func resumption() throws {
        var settings = try Settings.keep(keep)
        settings.permitsPlainTLS = true
        let server = try EchoServer(settings)
        defer { server.stop() }
        let session = file("session.pem")
        let first = try client(server, "-sess_out", session)
        #expect(first.contains("New, TLSv1.3"))
        #expect(first.contains("hello"))
        #expect(!first.contains("New Session Ticket arrived"))
        if FileManager.default.fileExists(atPath: session) {
            let second = try client(server, "-sess_in", session)
            #expect(!second.contains("Reused"))
        }
    }

    @Test("resumption: a session of another server, with its ticket, is refused")
    func foreignTicket() throws {
        try makeChain()
        let other = try OpenSSLServer(file("leaf.pem"), file("leaf.key"), ["-rev"])
        defer { other.stop() }
        let session = file("foreign.pem")
        let text = try openssl(
            ["s_client", "-connect", "127.0.0.1:\(other.port)", "-sess_out", session],
            input: "hello\n")
        try #require(text.contains("New Session Ticket arrived"))
        let server = try EchoServer(Settings.keep(keep))
        defer { server.stop() }
        let resumed = try client(server, "-alpn", "martlet-attest/1", "-sess_in", session)
        #expect(resumed.contains("handshake failure"))
        #expect(server.waitForRefusals(1) == [.downgrade])
    }

    @Test("plain TLS 1.3 where the policy permits it, and not where evidence is demanded")
    func plainTLS() throws {
        var settings = try Settings.keep(keep)
        settings.permitsPlainTLS = true
        let server = try EchoServer(settings)
        defer { server.stop() }
        let text = try client(server)
        #expect(text.contains("hello"))
        #expect(text.contains("TLS_AES_256_GCM_SHA384"))
        settings.expectation = .evidence(try keep.appraiser())
        let strict = try EchoServer(settings)
        defer { strict.stop() }
        #expect(!(try client(strict)).contains("BEGIN CERTIFICATE"))
        #expect(strict.waitForRefusals(1) == [.downgrade])
    }

    @Test("a client that speaks the right ALPN and then its own protocol is refused")
    func wrongSpeech() throws {
        let server = try EchoServer(Settings.keep(keep))
        defer { server.stop() }
        let text = try client(server, "-alpn", "martlet-attest/1")
        #expect(text.contains("ALPN protocol: martlet-attest/1"))
        #expect(server.waitForRefusals(1) == [.unexpectedMessage])
    }

    @Test("an owner refuses OpenSSL's server, which has no evidence; nothing is sent to it")
    func plainServer() throws {
        try makeChain()
        let other = try OpenSSLServer(file("leaf.pem"), file("leaf.key"), ["-rev"])
        defer { other.stop() }
        let endpoint = try ChannelEndpoint(Settings.owner(keep.appraiser()))
        let outcome = Result {
            try AttestedConnection(
                connectLoopback(SocketAddress(.loopbackV4, port: other.port)), endpoint
            ).open()
        }
        #expect(outcome.reason == .downgrade)
    }

    @Test("an owner refuses a server of the right ALPN that talks at once")
    func chattyServer() throws {
        try makeChain()
        let other = try OpenSSLServer(
            file("leaf.pem"), file("leaf.key"), ["-alpn", "martlet-attest/1", "-www"])
        defer { other.stop() }
        var settings = Settings.owner(try keep.appraiser())
        settings.limits.openingNanoseconds = 1_500_000_000
        let endpoint = try ChannelEndpoint(settings)
        let outcome = Result {
            try AttestedConnection(
                connectLoopback(SocketAddress(.loopbackV4, port: other.port)), endpoint
            ).open()
        }
        #expect(outcome.reason != nil)
    }

    @Test("passport: the chain, its root and its name decide")
    func passport() throws {
        try makeChain()
        let other = try OpenSSLServer(file("leaf.pem"), file("leaf.key"), ["-rev"])
        defer { other.stop() }
        let root = try PEM.decode(Array(Data(contentsOf: URL(filePath: file("root.pem"))))[...])
        func open(_ roots: [[UInt8]], _ name: String) -> Result<ChannelPeer, any Error> {
            Result {
                var settings = ChannelConfiguration(
                    .client, identity: nil,
                    expectation: .passport(roots: roots, serverName: name),
                    clock: {
                        Instant(
                            secondsSince1970: Int64(
                                SystemClockID.realtime.nanoseconds / 1_000_000_000))
                    })
                settings.permitsPlainTLS = true
                settings.limits.idleNanoseconds = 5_000_000_000
                let connection = try AttestedConnection(
                    connectLoopback(SocketAddress(.loopbackV4, port: other.port)),
                    ChannelEndpoint(settings))
                let peer = try connection.open()
                try connection.write(Array("abc\n".utf8))
                #expect(try connection.read(exactly: 4) == Array("cba\n".utf8))
                return peer
            }
        }
        guard case .passport(let subject) = try open(root, "keep.example").get().standing else {
            Issue.record("no passport")
            return
        }
        #expect(subject.contains("keep.example"))
        #expect(open(root, "other.example").reason == .passport)
        let stranger = try ChannelIdentity.generate().certificates
        #expect(open(stranger, "keep.example").reason == .passport)
    }

    /// A root and a leaf for `keep.example`.
    private func makeChain() throws {
        _ = try openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", file("root.key"), "-out", file("root.pem"), "-subj", "/CN=root", "-days",
            "30",
        ])
        _ = try openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            file("leaf.key"), "-out", file("leaf.csr"), "-subj", "/CN=keep.example", "-addext",
            "subjectAltName=DNS:keep.example",
        ])
        _ = try openssl([
            "x509", "-req", "-in", file("leaf.csr"), "-CA", file("root.pem"), "-CAkey",
            file("root.key"), "-out", file("leaf.pem"), "-days", "30", "-copy_extensions", "copy",
        ])
    }
}

/// `openssl s_server` on a port of its own.
final class OpenSSLServer {
    let port: UInt16
    private let process = Process()

    init(_ certificate: String, _ key: String, _ arguments: [String]) throws {
        let probe = try BorrowedDescriptor.makeSocket(.v4, .stream)
        try probe.borrowed.bind(to: SocketAddress(.loopbackV4, port: 0))
        port = try probe.borrowed.localAddress().port
        _ = consume probe
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments =
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key,
                "-quiet",
            ]
            + arguments
        process.standardInput = Foundation.Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<400 {
            if (try? connectLoopback(SocketAddress(.loopbackV4, port: port))) != nil { return }
            sleepFor(milliseconds: 5)
        }
    }

    func stop() {
        // A child inherits the signals that its parent's thread blocks, and threads of the concurrency
        // pool block nearly all: only this one is sure to end it.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
