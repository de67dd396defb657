import Platform
import Testing

@Suite("Sockets and addresses")
struct SocketTests {
    @Test(
        "addresses are read and written in their shortest form",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
            ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ])
    func addresses(text: String, shortest: String) throws {
        #expect(try #require(IPAddress(text)).description == shortest)
    }

    @Test(
        "what is not an address is refused",
        arguments: [
            "", ":", ":::", "1:2", "1:2:3:4:5:6:7:8:9", "1::2::3", "g::", "12345::", "1.2.3",
            "1.2.3.256", "01.2.3.4", "1.2.3.4.", "::1.2.3.4:5", ":1::", "1::2:", "fe80::1%lo",
            "1:2:3:4:5:6:7:8::", "+1::",
        ])
    func badAddresses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("an IPv4 address in IPv6 clothes is seen for what it is")
    func mapped() throws {
        #expect(try #require(IPAddress("::ffff:10.0.0.1")).unmapped == .v4(0x0a00_0001))
        #expect(IPAddress.loopbackV6.unmapped == .loopbackV6)
        #expect(SocketAddress("[::1]:80") == SocketAddress(.loopbackV6, port: 80))
        #expect(SocketAddress("::1:80") == nil)
        #expect(SocketAddress("1.2.3.4:65536") == nil)
    }

    @Test("bytes pass both ways over loopback", arguments: [IPAddress.loopbackV4, .loopbackV6])
    func loopback(ip: IPAddress) throws {
        let family = AddressFamily(of: ip)
        let listener = try BorrowedDescriptor.makeSocket(family, .stream)
        try listener.borrowed.bind(to: SocketAddress(ip, port: 0))
        try listener.borrowed.listen(backlog: 4)
        #expect(try listener.borrowed.isListening())
        #expect(throws: Errno.EAGAIN) { _ = try listener.borrowed.accept() }
        let client = try BorrowedDescriptor.makeSocket(family, .stream)
        do throws(Errno) {
            try client.borrowed.connect(to: try listener.borrowed.localAddress())
        } catch {
            #expect(error == .EINPROGRESS)
        }
        var entries = [PollEntry(listener.borrowed, .readable)]
        try poll(&entries, timeoutNanoseconds: 5_000_000_000)
        let server = try listener.borrowed.accept()
        #expect(try client.borrowed.takeSocketError() == nil)
        #expect(try server.borrowed.remoteAddress() == (try client.borrowed.localAddress()))
        try client.borrowed.writeAll(Array("ping".utf8))
        try client.borrowed.shutDown(.sending)
        entries = [PollEntry(server.borrowed, .readable)]
        try poll(&entries, timeoutNanoseconds: 5_000_000_000)
        #expect(try server.borrowed.readAll(limitBytes: 10) == Array("ping".utf8))
    }

    @Test("a datagram names its sender, and tells when it was cut")
    func datagrams() throws {
        let one = try BorrowedDescriptor.makeSocket(.v4, .datagram)
        let two = try BorrowedDescriptor.makeSocket(.v4, .datagram)
        try one.borrowed.bind(to: SocketAddress(.loopbackV4, port: 0))
        try two.borrowed.bind(to: SocketAddress(.loopbackV4, port: 0))
        var bytes = Array("datagram".utf8)
        let target = try two.borrowed.localAddress()
        let sent = try unsafe bytes.withUnsafeMutableBytes { buffer in
            let pieces = unsafe buffer.baseAddress.map {
                unsafe [IOVector(base: $0, byteCount: buffer.count)]
            }
            return try unsafe (pieces ?? []).withUnsafeBufferPointer {
                try unsafe one.borrowed.send($0, to: target)
            }
        }
        #expect(sent == 8)
        var room = [UInt8](repeating: 0, count: 4)
        let received = try unsafe room.withUnsafeMutableBytes { buffer in
            let pieces = unsafe buffer.baseAddress.map {
                unsafe [IOVector(base: $0, byteCount: buffer.count)]
            }
            return try unsafe (pieces ?? []).withUnsafeBufferPointer {
                try unsafe two.borrowed.receive($0, wantsSender: true)
            }
        }
        #expect(received.byteCount == 4)
        #expect(received.isTruncated)
        #expect(received.sender == (try one.borrowed.localAddress()))
        #expect(room == Array("data".utf8))
    }

    @Test("options come back as they were set")
    func options() throws {
        let socket = try BorrowedDescriptor.makeSocket(.v6, .stream)
        for option in [SocketOption.reuseAddress, .keepAlive, .tcpNoDelay, .ipv6Only] {
            try socket.borrowed.setSocketOption(option, to: 1)
            #expect(try socket.borrowed.socketOption(option) == 1)
        }
        try socket.borrowed.setLinger(seconds: 3)
        #expect(try socket.borrowed.lingerSeconds() == 3)
        try socket.borrowed.setLinger(seconds: nil)
        #expect(try socket.borrowed.lingerSeconds() == nil)
    }
}
