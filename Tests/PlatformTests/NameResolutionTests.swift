import Platform
import Synchronization
import Testing

@Suite("Name resolution")
struct NameResolutionTests {
    /// An answer with the question repeated and records of `type`, each with a pointer for its name.
    private func answer(
        to query: [UInt8], flags: UInt16 = 0x8180, _ records: [(type: UInt8, data: [UInt8])]
    ) -> [UInt8] {
        var message = query
        message[2] = UInt8(flags >> 8)
        message[3] = UInt8(flags & 255)
        message[7] = UInt8(records.count)
        for record in records {
            message += [0xc0, 12, 0, record.type, 0, 1, 0, 0, 0, 60]
            message += [0, UInt8(record.data.count)] + record.data
        }
        return message
    }

    private func query() throws -> [UInt8] {
        try #require(DNSMessage.query(id: 77, name: "Host.example", type: .a))
    }

    private func decoded(_ message: [UInt8]) -> [IPAddress]? {
        DNSMessage.addresses(in: message, id: 77, name: "hosT.example", type: .a)
    }

    @Test("an answer gives its addresses, past aliases")
    func answers() throws {
        let message = answer(
            to: try query(), [(5, [1, 0x78, 0]), (1, [192, 0, 2, 1]), (1, [192, 0, 2, 2])])
        #expect(decoded(message) == [.v4(0xc000_0201), .v4(0xc000_0202)])
        #expect(decoded(answer(to: try query(), flags: 0x8183, [])) == [])
        #expect(decoded(answer(to: try query(), [])) == [])
    }

    @Test("what does not answer the question is not taken for an answer")
    func foreign() throws {
        let good = answer(to: try query(), [(1, [192, 0, 2, 1])])
        #expect(decoded(try query()) == nil)
        #expect(decoded(answer(to: try query(), flags: 0x8182, [])) == nil)
        #expect(decoded(answer(to: try query(), flags: 0x8380, [])) == nil)
        #expect(decoded(answer(to: try query(), [(1, [1, 2, 3])])) == nil)
        for count in 0..<good.count { #expect(decoded(Array(good[..<count])) == nil) }
        // Identifier, flags, counts and question must fit, one flipped bit in any refuses it.
        for offset in Array(0..<2) + Array(4..<6) + Array(12..<14) {
            var bad = good
            bad[offset] ^= 1
            #expect(decoded(bad) == nil, "offset \(offset)")
        }
    }

    @Test("no bytes of an answer make it crash")
    func mutations() throws {
        let good = answer(to: try query(), [(5, [1, 0x78, 0]), (1, [192, 0, 2, 1])])
        for offset in good.indices {
            for value in UInt8.min...UInt8.max {
                var bad = good
                bad[offset] = value
                let found = decoded(bad)
                #expect(found?.count ?? 0 <= 2)
            }
        }
    }

    @Test(
        "what is no host name is not asked for",
        arguments: ["", ".", "a..b", "a b", "ä.example", String(repeating: "a", count: 64)])
    func names(name: String) {
        #expect(DNSMessage.query(id: 1, name: name, type: .a) == nil)
    }

    @Test("the hosts file comes first, then a server is asked")
    func resolves() throws {
        let server = try BorrowedDescriptor.makeSocket(.v4, .datagram)
        try server.borrowed.bind(to: SocketAddress(.loopbackV4, port: 0))
        let address = try server.borrowed.localAddress()
        let resolution = SystemNameResolution(
            hosts: "192.0.2.9 Known other # no\n::1 known\nbad line\n", servers: [address])
        #expect(resolution.addresses(of: "KNOWN") == [.v4(0xc000_0209), .loopbackV6])
        #expect(resolution.addresses(of: "no such name") == [])
        // A thread of its own: tasks would wait for other tests, which block.
        let found = Mutex<[IPAddress]>([])
        let asking = try HostThread {
            let addresses = resolution.addresses(of: "host.example")
            found.withLock { $0 = addresses }
        }
        for records in [[(UInt8(1), [UInt8]([192, 0, 2, 1]))], []] {
            var entries = [PollEntry(server.borrowed, .readable)]
            try poll(&entries, timeoutNanoseconds: 20_000_000_000)
            var room = [UInt8](repeating: 0, count: 512)
            let (count, client) = try unsafe room.withUnsafeMutableBytes { buffer in
                let pieces = unsafe buffer.baseAddress.map {
                    unsafe [IOVector(base: $0, byteCount: buffer.count)]
                }
                let message = try unsafe (pieces ?? []).withUnsafeBufferPointer {
                    try unsafe server.borrowed.receive($0, wantsSender: true)
                }
                return (message.byteCount, try #require(message.sender))
            }
            var reply = answer(to: Array(room[..<count]), records)
            _ = try unsafe reply.withUnsafeMutableBytes { buffer in
                let pieces = unsafe buffer.baseAddress.map {
                    unsafe [IOVector(base: $0, byteCount: buffer.count)]
                }
                return try unsafe (pieces ?? []).withUnsafeBufferPointer {
                    try unsafe server.borrowed.send($0, to: client)
                }
            }
        }
        asking.join()
        #expect(found.withLock { $0 } == [.v4(0xc000_0201)])
    }
}
