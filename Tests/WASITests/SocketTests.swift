import Platform
import Testing

@testable import WASI

@Suite("Guest sockets")
struct SocketTests {
    private let addressByteCount: UInt64 = 24

    private func place(_ guest: Guest, _ address: SocketAddress) throws -> UInt64 {
        let room = guest.room(24)
        try GuestAddressLayout.store(address, to: guest.memory, at: UInt32(room))
        return room
    }

    private func loopback(_ ranges: String...) -> [AddressRange] {
        ranges.compactMap { AddressRange($0) }
    }

    private func allowing() throws -> Guest {
        try Guest {
            $0.network.tcpListen = loopback("127.0.0.0/8:*", "[::1]:*")
            $0.network.tcpConnect = loopback("127.0.0.1:*", "[::1]:*")
            $0.network.udpBind = loopback("127.0.0.1:*")
            $0.network.udpSend = loopback("127.0.0.1:*")
            $0.network.resolvableNames = ["allowed.example", "*.below.example"]
            $0.network.resolver = { $0 == "allowed.example" ? [.v4(0x0102_0304)] : [] }
        }
    }

    private func openSocket(
        _ guest: Guest, family: UInt64 = 0, stream: Bool = true
    ) throws -> UInt64 {
        try guest.must("sock_open", UInt64(UInt32.max), family, stream ? 1 : 0, guest.result)
        return UInt64(try guest.load(UInt32.self, guest.result))
    }

    private func local(_ guest: Guest, _ fd: UInt64) throws -> SocketAddress {
        let room = guest.room(24)
        try guest.must("sock_addr_local", fd, room)
        return try GuestAddressLayout.load(from: guest.memory, at: UInt32(room))
    }

    /// A listener and two connected ends, all the guest's own.
    private func connect(
        _ guest: Guest, _ ip: IPAddress
    ) throws -> (listener: UInt64, client: UInt64, server: UInt64) {
        let family: UInt64 = ip == .loopbackV6 ? 1 : 0
        let listener = try openSocket(guest, family: family)
        try guest.must("sock_bind", listener, place(guest, SocketAddress(ip, port: 0)))
        try guest.must("sock_listen", listener, 8)
        let client = try openSocket(guest, family: family)
        try guest.must("sock_connect", client, place(guest, local(guest, listener)))
        try guest.must("sock_accept", listener, 0, guest.result)
        return (listener, client, UInt64(try guest.load(UInt32.self, guest.result)))
    }

    @Test("a guest talks to itself over loopback", arguments: [IPAddress.loopbackV4, .loopbackV6])
    func loopbackTalk(ip: IPAddress) throws {
        let guest = try allowing()
        let (listener, client, server) = try connect(guest, ip)
        let room = guest.room(24)
        try guest.must("sock_addr_remote", server, room)
        #expect(
            try GuestAddressLayout.load(from: guest.memory, at: UInt32(room))
                == local(guest, client))
        #expect(try guest.write(client, "hello ") == 6)
        let text = try guest.vectors([guest.place(Array("world".utf8))])
        try guest.must("sock_send", client, text, 1, 0, guest.result)
        let buffer = guest.room(32)
        let whole = try guest.vectors([(buffer, 4), (buffer + 4, 7)])
        let flags = guest.room(8)
        try guest.must("sock_recv", server, guest.vectors([(buffer, 5)]), 1, 1, guest.result, flags)
        #expect(try guest.bytes(buffer, 5) == Array("hello".utf8))
        try guest.must("sock_recv", server, whole, 2, 2, guest.result, flags)
        #expect(try guest.load(UInt32.self, guest.result) == 11)
        #expect(try guest.load(UInt16.self, flags) == 0)
        #expect(try guest.bytes(buffer, 11) == Array("hello world".utf8))
        try guest.must("sock_shutdown", client, 2)
        #expect(try guest.read(server, 10) == [])
        #expect(try guest.call("sock_shutdown", client, 0) == .inval)
        #expect(try guest.call("sock_shutdown", client, 4) == .inval)
        #expect(try guest.call("sock_recv", server, whole, 2, 4, guest.result, flags) == .inval)
        #expect(try guest.call("sock_send", server, text, 1, 1, guest.result) == .inval)
        #expect(try guest.call("fd_seek", server, 0, 0, guest.result) == .spipe)
        #expect(try guest.status(of: server).kind == .socketStream)
        try guest.must("fd_fdstat_set_flags", listener, UInt64(FdFlags.nonblock.rawValue))
        #expect(try guest.call("sock_accept", listener, 0, guest.result) == .again)
        #expect(try guest.call("sock_accept", client, 0, guest.result) == .inval)
        #expect(try guest.call("sock_accept", listener, 1, guest.result) == .inval)
        try guest.must("sock_close", server)
        #expect(try guest.call("sock_close", server) == .badf)
    }

    @Test("without an allow-list nothing is opened; with one, nothing but what it names")
    func policy() throws {
        let none = try Guest()
        #expect(try none.call("sock_open", 0, 0, 1, none.result) == .acces)
        #expect(
            try none.call("sock_addr_resolve", 64, 64, 0, 128, 1, none.result) == .acces)
        let guest = try allowing()
        #expect(try guest.call("sock_open", 0, 2, 1, guest.result) == .afnosupport)
        #expect(try guest.call("sock_open", 0, 0, 2, guest.result) == .protonosupport)
        let socket = try openSocket(guest)
        let six = try openSocket(guest, family: 1)
        for text in ["0.0.0.0:0", "10.0.0.1:80", "128.0.0.1:0"] {
            let address = try place(guest, try #require(SocketAddress(text)))
            #expect(try guest.call("sock_bind", socket, address) == .acces, "\(text)")
            #expect(try guest.call("sock_connect", socket, address) == .acces, "\(text)")
        }
        for text in ["[::]:0", "[::ffff:10.0.0.1]:80", "[::2]:80"] {
            let address = try place(guest, try #require(SocketAddress(text)))
            #expect(try guest.call("sock_bind", six, address) == .acces, "\(text)")
            #expect(try guest.call("sock_connect", six, address) == .acces, "\(text)")
        }
        #expect(try guest.call("sock_listen", socket, 1) == .acces)
        let other = try place(guest, try #require(SocketAddress("127.0.0.2:9")))
        #expect(try guest.call("sock_connect", socket, other) == .acces)
        let bad = guest.room(24)
        try guest.memory.store(UInt32(2), at: UInt32(bad))
        #expect(try guest.call("sock_bind", socket, bad) == .afnosupport)
    }

    @Test("refused connections say so")
    func refused() throws {
        let guest = try allowing()
        let (listener, _, _) = try connect(guest, .loopbackV4)
        let address = try local(guest, listener)
        try guest.must("fd_close", listener)
        let socket = try openSocket(guest)
        #expect(try guest.call("sock_connect", socket, place(guest, address)) == .connrefused)
    }

    @Test("datagrams carry addresses, and tell when they were cut")
    func datagrams() throws {
        let guest = try allowing()
        let one = try openSocket(guest, stream: false)
        let two = try openSocket(guest, stream: false)
        let any = try place(guest, SocketAddress(.loopbackV4, port: 0))
        try guest.must("sock_bind", one, any)
        try guest.must("sock_bind", two, any)
        let text = try guest.vectors([guest.place(Array("datagram".utf8))])
        let target = try place(guest, local(guest, two))
        try guest.must("sock_send_to", one, text, 1, 0, target, guest.result)
        #expect(try guest.load(UInt32.self, guest.result) == 8)
        let buffer = guest.room(32)
        let sender = guest.room(24)
        try guest.must(
            "sock_recv_from", two, guest.vectors([(buffer, 32)]), 1, 0, sender, guest.result)
        #expect(try guest.bytes(buffer, 8) == Array("datagram".utf8))
        #expect(
            try GuestAddressLayout.load(from: guest.memory, at: UInt32(sender))
                == local(guest, one))
        try guest.must("sock_send_to", one, text, 1, 0, target, guest.result)
        let flags = guest.room(8)
        try guest.must(
            "sock_recv", two, guest.vectors([(buffer, 3)]), 1, 0, guest.result, flags)
        #expect(try guest.load(UInt32.self, guest.result) == 3)
        #expect(try guest.load(UInt16.self, flags) == 1)
        let forbidden = try place(guest, try #require(SocketAddress("10.0.0.1:9")))
        #expect(
            try guest.call("sock_send_to", one, text, 1, 0, forbidden, guest.result) == .acces)
    }

    @Test("options come back as set")
    func options() throws {
        let guest = try allowing()
        let socket = try openSocket(guest)
        for name in ["reuse_addr", "reuse_port", "keep_alive", "tcp_no_delay"] {
            try guest.must("sock_set_\(name)", socket, 1)
            try guest.must("sock_get_\(name)", socket, guest.result)
            #expect(try guest.load(UInt8.self, guest.result) == 1, "\(name)")
            try guest.must("sock_set_\(name)", socket, 0)
            try guest.must("sock_get_\(name)", socket, guest.result)
            #expect(try guest.load(UInt8.self, guest.result) == 0, "\(name)")
        }
        try guest.must("sock_set_tcp_keep_idle", socket, 77)
        try guest.must("sock_get_tcp_keep_idle", socket, guest.result)
        #expect(try guest.load(UInt32.self, guest.result) == 77)
        try guest.must("sock_set_ip_ttl", socket, 9)
        try guest.must("sock_get_ip_ttl", socket, guest.result)
        #expect(try guest.load(UInt8.self, guest.result) == 9)
        for (enabled, seconds) in [(UInt64(1), UInt64(5)), (1, 0), (0, 0)] {
            try guest.must("sock_set_linger", socket, enabled, seconds)
            try guest.must("sock_get_linger", socket, guest.result, guest.result + 8)
            #expect(UInt64(try guest.load(UInt8.self, guest.result)) == enabled)
            #expect(UInt64(try guest.load(UInt32.self, guest.result, 8)) == seconds)
        }
        #expect(try guest.call("sock_set_reuse_addr", 0, 1) == .notsock)
        let six = try openSocket(guest, family: 1)
        try guest.must("sock_set_ipv6_only", six, 1)
        try guest.must("sock_get_ipv6_only", six, guest.result)
        #expect(try guest.load(UInt8.self, guest.result) == 1)
    }

    @Test("a receive timeout ends a receive")
    func receiveTimeout() throws {
        let guest = try allowing()
        let (_, client, _) = try connect(guest, .loopbackV4)
        try guest.must("sock_set_recv_timeout", client, 2000)
        try guest.must("sock_get_recv_timeout", client, guest.result)
        #expect(try guest.load(UInt64.self, guest.result) == 2000)
        let vectors = try guest.vectors([(guest.room(8), 8)])
        #expect(
            try guest.call("sock_recv", client, vectors, 1, 0, guest.result, guest.result + 8)
                == .again)
    }

    @Test("sockets show in a poll when something came, and when the peer went")
    func polling() throws {
        let guest = try allowing()
        let (_, client, server) = try connect(guest, .loopbackV4)
        let subscription = guest.room(48)
        let place = UInt32(subscription)
        try guest.memory.store(UInt64(1), at: place)
        try guest.memory.store(UInt8(1), at: place, offset: 8)
        try guest.memory.store(UInt32(server), at: place, offset: 16)
        #expect(try guest.write(client, "ping") == 4)
        let event = guest.room(32)
        try guest.must("poll_oneoff", subscription, event, 1, guest.result)
        #expect(try guest.load(UInt64.self, event, 16) == 4)
        #expect(try guest.load(UInt16.self, event, 24) == 0)
        #expect(try guest.read(server, 4) == Array("ping".utf8))
        try guest.must("fd_close", client)
        try guest.must("poll_oneoff", subscription, event, 1, guest.result)
        #expect(try guest.load(UInt16.self, event, 24) == 1)
        #expect(try guest.read(server, 4) == [])
    }

    @Test("preopened listeners and connections come after the directories")
    func preopened() throws {
        let listener = try HostSocket.listener(on: SocketAddress(.loopbackV4, port: 0))
        let address = try listener.localAddress()
        let connection = try HostSocket.connection(to: address, timeoutNanoseconds: 5_000_000_000)
        let tree = MemoryTree(limitBytes: 1 << 16) { 0 }
        let guest = try Guest {
            $0.preopens = [("/", tree.root())]
            $0.sockets = [listener, connection]
        }
        try guest.must("sock_accept", 4, UInt64(FdFlags.nonblock.rawValue), guest.result)
        let accepted = UInt64(try guest.load(UInt32.self, guest.result))
        #expect(accepted == 6)
        let vectors = try guest.vectors([(guest.room(8), 8)])
        #expect(try guest.call("fd_read", accepted, vectors, 1, guest.result) == .again)
        #expect(try guest.write(5, "x") == 1)
        try guest.must("fd_fdstat_set_flags", accepted, 0)
        #expect(try guest.read(accepted, 4) == [120])
        #expect(throws: Errno.ECONNREFUSED) {
            let gone = try HostSocket.listener(on: SocketAddress(.loopbackV4, port: 0))
            let address = try? gone.localAddress()
            _ = consume gone
            _ = try HostSocket.connection(
                to: try #require(address), timeoutNanoseconds: 5_000_000_000)
        }
    }

    @Test("names are looked up when allowed, and only then")
    func resolving() throws {
        let guest = try allowing()
        let infos = guest.room(28 * 4)
        func resolve(_ name: String, _ service: String, hints: UInt64 = 0) throws -> WASIErrno {
            let host = try guest.place(Array(name.utf8) + [0]).address
            let port = try guest.place(Array(service.utf8) + [0]).address
            return try guest.call(
                "sock_addr_resolve", host, port, hints, infos, 4, guest.result)
        }
        #expect(try resolve("allowed.example", "80") == .success)
        #expect(try guest.load(UInt32.self, guest.result) == 2)
        #expect(
            try GuestAddressLayout.load(from: guest.memory, at: UInt32(infos))
                == SocketAddress("1.2.3.4:80"))
        #expect(try guest.load(UInt32.self, infos, 24) == 1)
        #expect(try resolve("ALLOWED.example", "") == .success)
        #expect(try resolve("other.example", "80") == .acces)
        #expect(try resolve("below.example", "80") == .acces)
        #expect(try resolve("x.below.example", "80") == .success)
        #expect(try guest.load(UInt32.self, guest.result) == 0)
        #expect(try resolve("127.0.0.1", "http") == .inval)
        let hints = guest.room(12)
        try guest.memory.store(Int32(1), at: UInt32(hints))
        try guest.memory.store(UInt32(1), at: UInt32(hints), offset: 4)
        try guest.memory.store(UInt8(1), at: UInt32(hints), offset: 8)
        #expect(try resolve("localhost", "1883", hints: hints) == .success)
        #expect(try guest.load(UInt32.self, guest.result) == 1)
        #expect(
            try GuestAddressLayout.load(from: guest.memory, at: UInt32(infos))
                == SocketAddress("[::1]:1883"))
        #expect(try resolve(String(repeating: "a", count: 300), "") == .nametoolong)
        let end = UInt64(Guest.memoryByteCount)
        try guest.memory.store(UInt8(97), at: UInt32(end - 1))
        #expect(
            try guest.call("sock_addr_resolve", end - 1, 0, 0, infos, 4, guest.result) == .fault)
    }

    @Test("address ranges hold what they say")
    func ranges() throws {
        func range(_ text: String) throws -> AddressRange { try #require(AddressRange(text)) }
        func address(_ text: String) throws -> SocketAddress { try #require(SocketAddress(text)) }
        #expect(try range("10.0.0.0/8:80").contains(address("10.255.0.1:80")))
        #expect(try !range("10.0.0.0/8:80").contains(address("11.0.0.1:80")))
        #expect(try !range("10.0.0.0/8:80").contains(address("10.0.0.1:81")))
        #expect(try range("10.128.0.0/9:1-9").contains(address("10.255.0.1:9")))
        #expect(try !range("10.128.0.0/9:1-9").contains(address("10.127.0.1:9")))
        #expect(try range("0.0.0.0/0:*").contains(address("[::ffff:1.2.3.4]:5")))
        #expect(try !range("0.0.0.0/0:*").contains(address("[::1]:5")))
        #expect(try !range("[::]/0:*").contains(address("1.2.3.4:5")))
        #expect(try range("[2001:db8::]/33:*").contains(address("[2001:db8:7fff::1]:5")))
        #expect(try !range("[2001:db8::]/33:*").contains(address("[2001:db8:8000::1]:5")))
        for text in [
            "", ":", "1.2.3.4", "1.2.3.4:", "1.2.3.4/33:1", "1.2.3.4/-1:1", "1.2.3.4/:1",
            "1.2.3.4:2-1", "1.2.3.4:1-2-3", "1.2.3.4:65536", "::1:80", "[::1]/129:80", "name:80",
        ] {
            #expect(AddressRange(text) == nil, "\(text)")
        }
    }
}
