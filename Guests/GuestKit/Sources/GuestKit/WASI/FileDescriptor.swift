internal import GuestRuntime

/// A number that stands for something of the host's; each call here is one WASI import.
///
/// The functions named `fd_*`, `path_*` and `sock_*` are methods, with the name's parts in words.
/// A descriptor is not closed when the value goes away; `File` does that.
public struct FileDescriptor: Equatable, Hashable, Sendable {
    /// The number.
    public let rawValue: UInt32
    /// A descriptor by its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Standard input.
    public static var standardInput: FileDescriptor { FileDescriptor(rawValue: 0) }
    /// Standard output.
    public static var standardOutput: FileDescriptor { FileDescriptor(rawValue: 1) }
    /// Standard error.
    public static var standardError: FileDescriptor { FileDescriptor(rawValue: 2) }
    /// The first descriptor that a host may preopen.
    public static var firstPreopen: FileDescriptor { FileDescriptor(rawValue: 3) }
}

/// Throws what an import returned, unless it is success.
@inline(__always)
func check(_ errno: wasi_errno_t) throws(Errno) {
    if errno != 0 { throw Errno(rawValue: errno) }
}

/// Calls an import that takes a path as address and length.
///
/// SAFETY: the address is valid during `body` only; imports do not keep it.
@inline(__always)
func withPath(_ path: String, _ body: (UnsafePointer<CChar>?, Int) -> wasi_errno_t) throws(Errno) {
    var path = path
    let errno = path.withUTF8 { bytes in
        unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe body($0.baseAddress, $0.count) }
    }
    try check(errno)
}
