package import Platform

/// How a socket option's value looks in guest memory.
package enum SocketOptionShape: Sendable {
    /// One byte, 0 or 1.
    case truth
    /// One byte.
    case byte
    /// Four bytes.
    case number

    var byteCount: UInt32 { self == .number ? 4 : 1 }
}

/// The option functions among WebAssembly Micro Runtime's socket extensions.
extension WASIHost {
    /// `sock_set_…` for an option with a plain value.
    package func sockSetOption(
        _ option: SocketOption, _ shape: SocketOptionShape, fd: UInt32, value: UInt32
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        let number: Int32
        switch shape {
        case .truth: number = value & 255 == 0 ? 0 : 1
        case .byte: number = Int32(value & 255)
        case .number: number = Int32(clamping: value)
        }
        try socket.setOption(option, to: number)
    }

    /// `sock_get_…` for an option with a plain value.
    package func sockGetOption(
        _ memory: GuestMemory, _ option: SocketOption, _ shape: SocketOptionShape, fd: UInt32,
        result: UInt32
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        try memory.check(at: result, byteCount: shape.byteCount)
        let value = try socket.option(option)
        switch shape {
        case .truth: try memory.store(UInt8(value == 0 ? 0 : 1), at: result)
        case .byte: try memory.store(UInt8(clamping: value), at: result)
        case .number: try memory.store(UInt32(clamping: value), at: result)
        }
    }

    /// `sock_set_ip_multicast_loop` for either version of the protocol.
    package func sockSetMulticastLoop(
        fd: UInt32, isV6: UInt32, value: UInt32
    ) throws(WASIErrno) {
        let option: SocketOption = isV6 & 255 == 0 ? .multicastLoopV4 : .multicastLoopV6
        try sockSetOption(option, .truth, fd: fd, value: value)
    }

    /// `sock_get_ip_multicast_loop`.
    package func sockGetMulticastLoop(
        _ memory: GuestMemory, fd: UInt32, isV6: UInt32, result: UInt32
    ) throws(WASIErrno) {
        let option: SocketOption = isV6 & 255 == 0 ? .multicastLoopV4 : .multicastLoopV6
        try sockGetOption(memory, option, .truth, fd: fd, result: result)
    }

    /// `sock_set_linger`.
    package func sockSetLinger(
        fd: UInt32, enabled: UInt32, seconds: UInt32
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        try socket.setLinger(seconds: enabled & 255 == 0 ? nil : Int32(clamping: seconds))
    }

    /// `sock_get_linger`.
    package func sockGetLinger(
        _ memory: GuestMemory, fd: UInt32, enabled: UInt32, seconds: UInt32
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        try memory.check(at: enabled, byteCount: 1)
        try memory.check(at: seconds, byteCount: 4)
        let value = try socket.lingerSeconds()
        try memory.store(UInt8(value == nil ? 0 : 1), at: enabled)
        try memory.store(value ?? 0, at: seconds)
    }

    /// `sock_set_recv_timeout` and `sock_set_send_timeout`: microseconds, 0 for no limit.
    package func sockSetTimeout(
        fd: UInt32, microseconds: UInt64, forReceiving: Bool
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        let (product, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
        let nanoseconds = overflow ? UInt64.max : product
        if forReceiving {
            socket.receiveTimeoutNanoseconds = nanoseconds
        } else {
            socket.sendTimeoutNanoseconds = nanoseconds
        }
    }

    /// `sock_get_recv_timeout` and `sock_get_send_timeout`.
    package func sockGetTimeout(
        _ memory: GuestMemory, fd: UInt32, result: UInt32, forReceiving: Bool
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        let nanoseconds =
            forReceiving ? socket.receiveTimeoutNanoseconds : socket.sendTimeoutNanoseconds
        try memory.store(nanoseconds / 1000, at: result)
    }

    /// `sock_set_ip_add_membership` and `sock_set_ip_drop_membership`. Joining a group means to
    /// receive what is sent to it, so it must be allowed like binding to it.
    package func sockSetMembership(
        _ memory: GuestMemory, fd: UInt32, group: UInt32, interface: UInt32, joined: Bool
    ) throws(WASIErrno) {
        let socket = try descriptors[fd].socket([])
        let group = try GuestAddressLayout.loadIP(from: memory, at: group).ip
        let address = SocketAddress(group, port: try socket.localAddress().port)
        guard network.allowsBinding(address, isStream: socket.kind == .socketStream) else {
            throw .acces
        }
        try socket.setMembership(of: group, interface: interface, joined: joined)
    }
}
