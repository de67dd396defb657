/// Turns names into addresses: by the hosts file, then by asking the name servers of resolv.conf(5)
/// over UDP.
///
/// Libc's resolver loads shared libraries at run time, which a statically linked program can not
/// count on, and knows no time limit; this one needs nothing and ends after a few seconds. No search
/// lists, no TCP for long answers.
package struct SystemNameResolution: Sendable {
    /// Host names and their addresses, as in hosts(5).
    private let hosts: [String: [IPAddress]]
    /// Whom to ask, in order.
    private let servers: [SocketAddress]
    /// How long to wait for one server's answer, and how often to ask each.
    private let timeoutNanoseconds: UInt64
    private let attemptCount = 2

    /// - Parameters:
    ///   - hosts: text in the form of hosts(5).
    ///   - servers: name servers, at most the first three are asked.
    package init(
        hosts: String, servers: [SocketAddress], timeoutNanoseconds: UInt64 = 2_000_000_000
    ) {
        self.hosts = Self.parseHosts(hosts)
        self.servers = Array(servers.prefix(3))
        self.timeoutNanoseconds = timeoutNanoseconds
    }

    /// The addresses of `name` as this machine is set up, each once; empty when there are none.
    package static func addresses(of name: String) -> [IPAddress] {
        let servers = parseServers(file("/etc/resolv.conf"))
        return SystemNameResolution(
            hosts: file("/etc/hosts"),
            servers: servers.isEmpty ? [SocketAddress(.loopbackV4, port: 53)] : servers
        ).addresses(of: name)
    }

    /// The addresses of `name`, each once; empty when there are none or nobody answers.
    package func addresses(of name: String) -> [IPAddress] {
        if let known = hosts[name.lowercased()] { return known }
        var result: [IPAddress] = []
        for type in [DNSMessage.RecordType.a, .aaaa] {
            for address in ask(name, type) where !result.contains(address) {
                result.append(address)
            }
        }
        return result
    }

    private func ask(_ name: String, _ type: DNSMessage.RecordType) -> [IPAddress] {
        for _ in 0..<attemptCount {
            for server in servers {
                if let answer = try? ask(server, name, type) { return answer }
            }
        }
        return []
    }

    /// One question to one server; nil when no fitting answer came in time.
    private func ask(
        _ server: SocketAddress, _ name: String, _ type: DNSMessage.RecordType
    ) throws(Errno) -> [IPAddress]? {
        // Unguessable numbers and a port of the kernel's choice keep forged answers out.
        let random = try SystemRandom.bytes(2)
        let id = UInt16(random[0]) << 8 | UInt16(random[1])
        guard let query = DNSMessage.query(id: id, name: name, type: type) else { return [] }
        let socket = try BorrowedDescriptor.makeSocket(AddressFamily(of: server.ip), .datagram)
        // A connected socket takes datagrams from that server only.
        try socket.borrowed.connect(to: server)
        try socket.borrowed.writeAll(query)
        let end = SystemClockID.monotonic.nanoseconds &+ timeoutNanoseconds
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let now = SystemClockID.monotonic.nanoseconds
            guard now < end else { return nil }
            var entries = [PollEntry(socket.borrowed, .readable)]
            guard try poll(&entries, timeoutNanoseconds: end - now) > 0 else { continue }
            let count = try unsafe buffer.withUnsafeMutableBufferPointer {
                (room) throws(Errno) -> Int in
                try unsafe socket.borrowed.read(into: UnsafeMutableRawBufferPointer(room))
            }
            let message = Array(buffer[..<count])
            if let found = DNSMessage.addresses(in: message, id: id, name: name, type: type) {
                return found
            }
        }
    }

    // MARK: Files

    private static func file(_ path: PathName) -> String {
        guard let file = try? BorrowedDescriptor.currentDirectory.open(path, .readOnly),
            let bytes = try? file.borrowed.readAll(limitBytes: 1 << 20)
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func fields(_ text: String) -> [[Substring]] {
        text.split(whereSeparator: \.isNewline).map { line in
            line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }
        }
    }

    private static func parseHosts(_ text: String) -> [String: [IPAddress]] {
        var result: [String: [IPAddress]] = [:]
        for line in fields(text) {
            guard let first = line.first, let address = IPAddress(first) else { continue }
            for name in line.dropFirst() {
                let key = name.lowercased()
                if result[key]?.contains(address) != true {
                    result[key, default: []].append(address)
                }
            }
        }
        return result
    }

    private static func parseServers(_ text: String) -> [SocketAddress] {
        fields(text).compactMap { line in
            guard line.count >= 2, line[0] == "nameserver", let ip = IPAddress(line[1]) else {
                return nil
            }
            return SocketAddress(ip, port: 53)
        }
    }
}
