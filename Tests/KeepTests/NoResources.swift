import Keep
import Platform

/// A host that gives nothing.
struct NoResources: HostResources {
    func listener(name: String, port: UInt16) throws(HostRefusal) -> FileDescriptor {
        throw HostRefusal("listen", "no")
    }
    func connection(host: String, port: UInt16) throws(HostRefusal) -> FileDescriptor {
        throw HostRefusal("connect", "no")
    }
    func vault(name: String) throws(HostRefusal) -> FileDescriptor {
        throw HostRefusal("vault", "no")
    }
}
