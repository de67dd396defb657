internal import Platform

/// The socket functions that WebAssembly Micro Runtime adds to preview 1 and that its socket library
/// for guests (lib-socket, wasi_socket_ext.h) imports. Everything is checked against the
/// ``NetworkPolicy``.
extension WASIHost {
    /// `sock_open`: the address pool is not used.
    package func sockOpen(
        _ memory: GuestMemory, family: UInt32, kind: UInt32, result: UInt32
    ) throws(WASIErrno) {
        guard network.allowsSockets else { throw .acces }
        let families: [AddressFamily] = [.v4, .v6]
        let kinds: [SocketKind] = [.datagram, .stream]
        guard family < 2 else { throw .afnosupport }
        guard kind < 2 else { throw .protonosupport }
        try memory.check(at: result, byteCount: 4)
        try descriptors.checkRoom()
        let socket = try translating { () throws(Errno) in
            try HostSocket(families[Int(family)], kinds[Int(kind)])
        }
        let number = try descriptors.insert(
            Descriptor(.socket(socket), rights: .socket, inheriting: .socket))
        try memory.store(number, at: result)
    }

    /// `sock_close`: as `fd_close`, for sockets only.
    package func sockClose(fd: UInt32) throws(WASIErrno) {
        _ = try descriptors[fd].socket([])
        try descriptors.remove(fd)
    }

    /// `sock_bind`.
    package func sockBind(
        _ memory: GuestMemory, fd: UInt32, address: UInt32
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        let address = try GuestAddressLayout.load(from: memory, at: address)
        let isStream = socket.kind == .socketStream
        guard network.allowsBinding(address, isStream: isStream) else { throw .acces }
        if address.ip == .anyV6 {
            // The same socket would take IPv4 too; only if that is allowed as well.
            let also = SocketAddress(.anyV4, port: address.port)
            if !network.allowsBinding(also, isStream: isStream) {
                try socket.setOption(.ipv6Only, to: 1)
            }
        }
        try socket.bind(to: address)
    }

    /// `sock_listen`.
    package func sockListen(fd: UInt32, backlog: UInt32) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        let local = try socket.localAddress()
        // The kernel would bind an unbound socket to any address.
        guard local.port != 0 || network.allowsBinding(local, isStream: true) else {
            throw .acces
        }
        try socket.listen(backlog: backlog)
    }

    /// `sock_connect`.
    package func sockConnect(
        _ memory: GuestMemory, fd: UInt32, address: UInt32
    ) throws(WASIFailure) {
        let (descriptor, socket, address) = try failing { () throws(WASIErrno) in
            let descriptor = try descriptors[fd]
            let socket = try descriptor.socket([])
            let address = try GuestAddressLayout.load(from: memory, at: address)
            let isStream = socket.kind == .socketStream
            guard network.allowsSending(to: address, isStream: isStream) else { throw .acces }
            return (descriptor, socket, address)
        }
        do throws(WASIErrno) {
            try socket.connect(to: address)
            return
        } catch {
            guard error == .inprogress, !descriptor.flags.contains(.nonblock) else {
                throw .errno(error)
            }
        }
        try wait(for: socket, .write, limitNanoseconds: socket.sendTimeoutNanoseconds)
        try failing { () throws(WASIErrno) in try socket.finishConnecting() }
    }

    /// `sock_addr_local`.
    package func sockAddrLocal(
        _ memory: GuestMemory, fd: UInt32, result: UInt32
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        try GuestAddressLayout.store(try socket.localAddress(), to: memory, at: result)
    }

    /// `sock_addr_remote`.
    package func sockAddrRemote(
        _ memory: GuestMemory, fd: UInt32, result: UInt32
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        try GuestAddressLayout.store(try socket.remoteAddress(), to: memory, at: result)
    }

    /// `sock_recv_from`; a null address is not filled in.
    package func sockRecvFrom(
        _ memory: GuestMemory, fd: UInt32, vectors: UInt32, count: UInt32, flags: UInt32,
        address: UInt32, result: UInt32
    ) throws(WASIFailure) {
        if address != 0 {
            try failing { () throws(WASIErrno) in
                try memory.check(at: address, byteCount: GuestAddressLayout.byteCount)
            }
        }
        let message = try receive(
            memory, fd, vectors, count, flags, result, wantsSender: address != 0)
        try failing { () throws(WASIErrno) in
            if address != 0, let sender = message.sender {
                try GuestAddressLayout.store(sender, to: memory, at: address)
            }
            try memory.store(UInt32(message.byteCount), at: result)
        }
    }

    /// `sock_send_to`.
    package func sockSendTo(
        _ memory: GuestMemory, fd: UInt32, vectors: UInt32, count: UInt32, flags: UInt32,
        address: UInt32, result: UInt32
    ) throws(WASIFailure) {
        let (descriptor, socket, address) = try failing { () throws(WASIErrno) in
            let descriptor = try descriptors[fd]
            let socket = try descriptor.socket(.fdWrite)
            guard flags == 0 else { throw .inval }
            try memory.check(at: result, byteCount: 4)
            let address = try GuestAddressLayout.load(from: memory, at: address)
            let isStream = socket.kind == .socketStream
            guard network.allowsSending(to: address, isStream: isStream) else { throw .acces }
            return (descriptor, socket, address)
        }
        // SAFETY: the vectors are checked pieces of guest memory, used during this call only.
        let byteCount = try unsafe memory.withVectors(at: vectors, count: count) {
            (vectors) throws(WASIFailure) in
            try blocking(
                descriptor, socket, .write, limitNanoseconds: socket.sendTimeoutNanoseconds
            ) { () throws(WASIErrno) in try unsafe socket.send(vectors, to: address) }
        }
        try failing { () throws(WASIErrno) in try memory.store(UInt32(byteCount), at: result) }
    }
}
