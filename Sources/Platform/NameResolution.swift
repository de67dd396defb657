import Glibc

/// Turns names into addresses (getaddrinfo(3)). May wait for the network, with no limit of its own.
package enum SystemNameResolution {
    /// The addresses of `name`, each once, in the system's order; empty when there are none.
    package static func addresses(of name: String) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(bitPattern: SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        // SAFETY: strings live through the call; the list is freed below, and each entry's address
        // is read only as far as its family says.
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var result: [IPAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            let info = unsafe current.pointee
            if let address = unsafe Self.address(info), !result.contains(address) {
                result.append(address)
            }
            unsafe entry = info.ai_next
        }
        return result
    }

    private static func address(_ info: addrinfo) -> IPAddress? {
        guard let pointer = unsafe info.ai_addr else { return nil }
        let length = unsafe Int(info.ai_addrlen)
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: length)
        switch unsafe info.ai_family {
        case AF_INET where length >= 8: return unsafe IPAddress(bytes: bytes[4..<8])
        case AF_INET6 where length >= 24: return unsafe IPAddress(bytes: bytes[8..<24])
        default: return nil
        }
    }
}
