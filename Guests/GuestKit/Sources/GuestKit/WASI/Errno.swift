/// An error number of WASI preview 1 (typename `errno`).
///
/// A struct and not an enum: the number comes from the host, and one that preview 1 does not name
/// is still an error to be told.
public struct Errno: Error, Equatable, Sendable {
    /// The number, 1 to 76 as documented; 0 would be success and is never thrown.
    public let rawValue: UInt16

    /// An error by its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `E2BIG`.
    public static var tooBig: Errno { Errno(rawValue: 1) }
    /// `EACCES`.
    public static var acces: Errno { Errno(rawValue: 2) }
    /// `EADDRINUSE`.
    public static var addrinuse: Errno { Errno(rawValue: 3) }
    /// `EADDRNOTAVAIL`.
    public static var addrnotavail: Errno { Errno(rawValue: 4) }
    /// `EAFNOSUPPORT`.
    public static var afnosupport: Errno { Errno(rawValue: 5) }
    /// `EAGAIN`.
    public static var again: Errno { Errno(rawValue: 6) }
    /// `EALREADY`.
    public static var already: Errno { Errno(rawValue: 7) }
    /// `EBADF`.
    public static var badf: Errno { Errno(rawValue: 8) }
    /// `EBADMSG`.
    public static var badmsg: Errno { Errno(rawValue: 9) }
    /// `EBUSY`.
    public static var busy: Errno { Errno(rawValue: 10) }
    /// `ECANCELED`.
    public static var canceled: Errno { Errno(rawValue: 11) }
    /// `ECHILD`.
    public static var child: Errno { Errno(rawValue: 12) }
    /// `ECONNABORTED`.
    public static var connaborted: Errno { Errno(rawValue: 13) }
    /// `ECONNREFUSED`.
    public static var connrefused: Errno { Errno(rawValue: 14) }
    /// `ECONNRESET`.
    public static var connreset: Errno { Errno(rawValue: 15) }
    /// `EDEADLK`.
    public static var deadlk: Errno { Errno(rawValue: 16) }
    /// `EDESTADDRREQ`.
    public static var destaddrreq: Errno { Errno(rawValue: 17) }
    /// `EDOM`.
    public static var dom: Errno { Errno(rawValue: 18) }
    /// `EDQUOT`.
    public static var dquot: Errno { Errno(rawValue: 19) }
    /// `EEXIST`.
    public static var exist: Errno { Errno(rawValue: 20) }
    /// `EFAULT`.
    public static var fault: Errno { Errno(rawValue: 21) }
    /// `EFBIG`.
    public static var fbig: Errno { Errno(rawValue: 22) }
    /// `EHOSTUNREACH`.
    public static var hostunreach: Errno { Errno(rawValue: 23) }
    /// `EIDRM`.
    public static var idrm: Errno { Errno(rawValue: 24) }
    /// `EILSEQ`.
    public static var ilseq: Errno { Errno(rawValue: 25) }
    /// `EINPROGRESS`.
    public static var inprogress: Errno { Errno(rawValue: 26) }
    /// `EINTR`.
    public static var intr: Errno { Errno(rawValue: 27) }
    /// `EINVAL`.
    public static var inval: Errno { Errno(rawValue: 28) }
    /// `EIO`.
    public static var io: Errno { Errno(rawValue: 29) }
    /// `EISCONN`.
    public static var isconn: Errno { Errno(rawValue: 30) }
    /// `EISDIR`.
    public static var isdir: Errno { Errno(rawValue: 31) }
    /// `ELOOP`.
    public static var loop: Errno { Errno(rawValue: 32) }
    /// `EMFILE`.
    public static var mfile: Errno { Errno(rawValue: 33) }
    /// `EMLINK`.
    public static var mlink: Errno { Errno(rawValue: 34) }
    /// `EMSGSIZE`.
    public static var msgsize: Errno { Errno(rawValue: 35) }
    /// `EMULTIHOP`.
    public static var multihop: Errno { Errno(rawValue: 36) }
    /// `ENAMETOOLONG`.
    public static var nametoolong: Errno { Errno(rawValue: 37) }
    /// `ENETDOWN`.
    public static var netdown: Errno { Errno(rawValue: 38) }
    /// `ENETRESET`.
    public static var netreset: Errno { Errno(rawValue: 39) }
    /// `ENETUNREACH`.
    public static var netunreach: Errno { Errno(rawValue: 40) }
    /// `ENFILE`.
    public static var nfile: Errno { Errno(rawValue: 41) }
    /// `ENOBUFS`.
    public static var nobufs: Errno { Errno(rawValue: 42) }
    /// `ENODEV`.
    public static var nodev: Errno { Errno(rawValue: 43) }
    /// `ENOENT`.
    public static var noent: Errno { Errno(rawValue: 44) }
    /// `ENOEXEC`.
    public static var noexec: Errno { Errno(rawValue: 45) }
    /// `ENOLCK`.
    public static var nolck: Errno { Errno(rawValue: 46) }
    /// `ENOLINK`.
    public static var nolink: Errno { Errno(rawValue: 47) }
    /// `ENOMEM`.
    public static var nomem: Errno { Errno(rawValue: 48) }
    /// `ENOMSG`.
    public static var nomsg: Errno { Errno(rawValue: 49) }
    /// `ENOPROTOOPT`.
    public static var noprotoopt: Errno { Errno(rawValue: 50) }
    /// `ENOSPC`.
    public static var nospc: Errno { Errno(rawValue: 51) }
    /// `ENOSYS`.
    public static var nosys: Errno { Errno(rawValue: 52) }
    /// `ENOTCONN`.
    public static var notconn: Errno { Errno(rawValue: 53) }
    /// `ENOTDIR`.
    public static var notdir: Errno { Errno(rawValue: 54) }
    /// `ENOTEMPTY`.
    public static var notempty: Errno { Errno(rawValue: 55) }
    /// `ENOTRECOVERABLE`.
    public static var notrecoverable: Errno { Errno(rawValue: 56) }
    /// `ENOTSOCK`.
    public static var notsock: Errno { Errno(rawValue: 57) }
    /// `ENOTSUP`.
    public static var notsup: Errno { Errno(rawValue: 58) }
    /// `ENOTTY`.
    public static var notty: Errno { Errno(rawValue: 59) }
    /// `ENXIO`.
    public static var nxio: Errno { Errno(rawValue: 60) }
    /// `EOVERFLOW`.
    public static var overflow: Errno { Errno(rawValue: 61) }
    /// `EOWNERDEAD`.
    public static var ownerdead: Errno { Errno(rawValue: 62) }
    /// `EPERM`.
    public static var perm: Errno { Errno(rawValue: 63) }
    /// `EPIPE`.
    public static var pipe: Errno { Errno(rawValue: 64) }
    /// `EPROTO`.
    public static var proto: Errno { Errno(rawValue: 65) }
    /// `EPROTONOSUPPORT`.
    public static var protonosupport: Errno { Errno(rawValue: 66) }
    /// `EPROTOTYPE`.
    public static var prototype: Errno { Errno(rawValue: 67) }
    /// `ERANGE`.
    public static var range: Errno { Errno(rawValue: 68) }
    /// `EROFS`.
    public static var rofs: Errno { Errno(rawValue: 69) }
    /// `ESPIPE`.
    public static var spipe: Errno { Errno(rawValue: 70) }
    /// `ESRCH`.
    public static var srch: Errno { Errno(rawValue: 71) }
    /// `ESTALE`.
    public static var stale: Errno { Errno(rawValue: 72) }
    /// `ETIMEDOUT`.
    public static var timedout: Errno { Errno(rawValue: 73) }
    /// `ETXTBSY`.
    public static var txtbsy: Errno { Errno(rawValue: 74) }
    /// `EXDEV`.
    public static var xdev: Errno { Errno(rawValue: 75) }
    /// `ENOTCAPABLE`.
    public static var notcapable: Errno { Errno(rawValue: 76) }

    /// The name as C knows it: `ENOENT`.
    public var name: String {
        let index = Int(rawValue) - 1
        guard index >= 0, index < Self.names.count else { return "errno \(rawValue)" }
        return Self.names[index].description
    }

    private static var names: [StaticString] {
        [
            "E2BIG", "EACCES", "EADDRINUSE", "EADDRNOTAVAIL", "EAFNOSUPPORT",
            "EAGAIN", "EALREADY", "EBADF", "EBADMSG", "EBUSY",
            "ECANCELED", "ECHILD", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET",
            "EDEADLK", "EDESTADDRREQ", "EDOM", "EDQUOT", "EEXIST",
            "EFAULT", "EFBIG", "EHOSTUNREACH", "EIDRM", "EILSEQ",
            "EINPROGRESS", "EINTR", "EINVAL", "EIO", "EISCONN",
            "EISDIR", "ELOOP", "EMFILE", "EMLINK", "EMSGSIZE",
            "EMULTIHOP", "ENAMETOOLONG", "ENETDOWN", "ENETRESET", "ENETUNREACH",
            "ENFILE", "ENOBUFS", "ENODEV", "ENOENT", "ENOEXEC",
            "ENOLCK", "ENOLINK", "ENOMEM", "ENOMSG", "ENOPROTOOPT",
            "ENOSPC", "ENOSYS", "ENOTCONN", "ENOTDIR", "ENOTEMPTY",
            "ENOTRECOVERABLE", "ENOTSOCK", "ENOTSUP", "ENOTTY", "ENXIO",
            "EOVERFLOW", "EOWNERDEAD", "EPERM", "EPIPE", "EPROTO",
            "EPROTONOSUPPORT", "EPROTOTYPE", "ERANGE", "EROFS", "ESPIPE",
            "ESRCH", "ESTALE", "ETIMEDOUT", "ETXTBSY", "EXDEV",
            "ENOTCAPABLE",
        ]
    }
}
