internal import Platform
internal import Synchronization

/// `sock_addr_resolve` of WebAssembly Micro Runtime's socket extensions.
extension WASIHost {
    /// Longest host name in bytes (RFC 1035 section 2.3.4) and longest service.
    private static let nameLimitBytes: UInt32 = 253
    private static let serviceLimitBytes: UInt32 = 32

    /// Stores what fits of the addresses of `name`, each as `__wasi_addr_info_t`, and how many there
    /// are. Names must be allowed; literal addresses and `localhost` need no asking.
    package func sockAddrResolve(
        _ memory: GuestMemory, name: UInt32, service: UInt32, hints: UInt32, infos: UInt32,
        infoCount: UInt32, result: UInt32
    ) throws(WASIFailure) {
        let query = try failing { () throws(WASIErrno) in
            guard network.allowsSockets else { throw .acces }
            let (size, overflow) = infoCount.multipliedReportingOverflow(
                by: GuestAddressLayout.infoByteCount)
            guard !overflow else { throw .fault }
            try memory.check(at: infos, byteCount: size)
            try memory.check(at: result, byteCount: 4)
            return try Query(
                name: Self.text(memory, name, limitBytes: Self.nameLimitBytes),
                service: Self.text(memory, service, limitBytes: Self.serviceLimitBytes),
                memory, hints: hints)
        }
        let found = try addresses(of: query.name).filter { query.accepts($0) }
        let all = found.flatMap { ip in
            query.kinds.map { (SocketAddress(ip, port: query.port), $0) }
        }
        try failing { () throws(WASIErrno) in
            for (index, (address, kind)) in all.prefix(Int(infoCount)).enumerated() {
                let place = infos + UInt32(index) * GuestAddressLayout.infoByteCount
                try GuestAddressLayout.store(address, to: memory, at: place)
                try memory.store(kind, at: place, offset: GuestAddressLayout.byteCount)
            }
            try memory.store(UInt32(clamping: all.count), at: result)
        }
    }

    private struct Query {
        var name: String
        var port: UInt16
        /// Types to report: 0 datagram, 1 stream.
        var kinds: [UInt32] = [1, 0]
        private var family: UInt32 = 2

        /// Reads the hints: a type (-1 any), a family (0 IPv4, 1 IPv6, 2 either), and whether they
        /// count.
        init(
            name: String, service: String, _ memory: GuestMemory, hints: UInt32
        ) throws(WASIErrno) {
            self.name = name
            guard service.isEmpty || UInt16(service) != nil else { throw .inval }
            port = UInt16(service) ?? 0
            guard hints != 0, try memory.load(UInt8.self, at: hints, offset: 8) != 0 else {
                return
            }
            switch try memory.load(Int32.self, at: hints) {
            case -1: break
            case 0: kinds = [0]
            case 1: kinds = [1]
            default: throw .inval
            }
            family = try memory.load(at: hints, offset: 4)
            guard family <= 2 else { throw .inval }
        }

        func accepts(_ ip: IPAddress) -> Bool {
            switch ip {
            case .v4: family != 1
            case .v6: family != 0
            }
        }
    }

    /// A zero-terminated text.
    private static func text(
        _ memory: GuestMemory, _ address: UInt32, limitBytes: UInt32
    ) throws(WASIErrno) -> String {
        var bytes: [UInt8] = []
        for index in 0...limitBytes {
            let byte: UInt8 = try memory.load(at: address, offset: index)
            if byte == 0 {
                guard let text = String(validating: bytes, as: UTF8.self) else { throw .ilseq }
                return text
            }
            bytes.append(byte)
        }
        throw .nametoolong
    }

    private func addresses(of name: String) throws(WASIFailure) -> [IPAddress] {
        if let literal = IPAddress(name) { return [literal] }
        if name.lowercased() == "localhost" { return [.loopbackV4, .loopbackV6] }
        guard network.allowsResolving(name) else { throw .errno(.acces) }
        guard let resolver = network.resolver else { throw .errno(.notsup) }
        // Asking may take long and can not be interrupted, so another thread asks.
        final class Answer: Sendable {
            let addresses = Mutex<[IPAddress]>([])
        }
        let answer = Answer()
        let finished = try failing { () throws(WASIErrno) in
            try translating { () throws(Errno) in
                let finished = try Interruption()
                try startDetachedThread {
                    let addresses = resolver(name)
                    answer.addresses.withLock { $0 = addresses }
                    finished.trip()
                }
                return finished
            }
        }
        while finished.reason() == nil {
            var entries = [PollEntry(finished.descriptor, .readable)]
            try wait(&entries, untilNanoseconds: .max)
        }
        return answer.addresses.withLock { $0 }
    }
}
