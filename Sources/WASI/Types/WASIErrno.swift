package import Platform

/// Error numbers of WASI preview 1 (`errno` in typenames.witx, snapshot 1); the older
/// `wasi_unstable` has the same.
package struct WASIErrno: Error, RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt16

    @inlinable
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let success = WASIErrno(rawValue: 0)
    package static let toobig = WASIErrno(rawValue: 1)
    package static let acces = WASIErrno(rawValue: 2)
    package static let addrinuse = WASIErrno(rawValue: 3)
    package static let addrnotavail = WASIErrno(rawValue: 4)
    package static let afnosupport = WASIErrno(rawValue: 5)
    package static let again = WASIErrno(rawValue: 6)
    package static let already = WASIErrno(rawValue: 7)
    package static let badf = WASIErrno(rawValue: 8)
    package static let badmsg = WASIErrno(rawValue: 9)
    package static let busy = WASIErrno(rawValue: 10)
    package static let canceled = WASIErrno(rawValue: 11)
    package static let child = WASIErrno(rawValue: 12)
    package static let connaborted = WASIErrno(rawValue: 13)
    package static let connrefused = WASIErrno(rawValue: 14)
    package static let connreset = WASIErrno(rawValue: 15)
    package static let deadlk = WASIErrno(rawValue: 16)
    package static let destaddrreq = WASIErrno(rawValue: 17)
    package static let dom = WASIErrno(rawValue: 18)
    package static let dquot = WASIErrno(rawValue: 19)
    package static let exist = WASIErrno(rawValue: 20)
    package static let fault = WASIErrno(rawValue: 21)
    package static let fbig = WASIErrno(rawValue: 22)
    package static let hostunreach = WASIErrno(rawValue: 23)
    package static let idrm = WASIErrno(rawValue: 24)
    package static let ilseq = WASIErrno(rawValue: 25)
    package static let inprogress = WASIErrno(rawValue: 26)
    package static let intr = WASIErrno(rawValue: 27)
    package static let inval = WASIErrno(rawValue: 28)
    package static let io = WASIErrno(rawValue: 29)
    package static let isconn = WASIErrno(rawValue: 30)
    package static let isdir = WASIErrno(rawValue: 31)
    package static let loop = WASIErrno(rawValue: 32)
    package static let mfile = WASIErrno(rawValue: 33)
    package static let mlink = WASIErrno(rawValue: 34)
    package static let msgsize = WASIErrno(rawValue: 35)
    package static let multihop = WASIErrno(rawValue: 36)
    package static let nametoolong = WASIErrno(rawValue: 37)
    package static let netdown = WASIErrno(rawValue: 38)
    package static let netreset = WASIErrno(rawValue: 39)
    package static let netunreach = WASIErrno(rawValue: 40)
    package static let nfile = WASIErrno(rawValue: 41)
    package static let nobufs = WASIErrno(rawValue: 42)
    package static let nodev = WASIErrno(rawValue: 43)
    package static let noent = WASIErrno(rawValue: 44)
    package static let noexec = WASIErrno(rawValue: 45)
    package static let nolck = WASIErrno(rawValue: 46)
    package static let nolink = WASIErrno(rawValue: 47)
    package static let nomem = WASIErrno(rawValue: 48)
    package static let nomsg = WASIErrno(rawValue: 49)
    package static let noprotoopt = WASIErrno(rawValue: 50)
    package static let nospc = WASIErrno(rawValue: 51)
    package static let nosys = WASIErrno(rawValue: 52)
    package static let notconn = WASIErrno(rawValue: 53)
    package static let notdir = WASIErrno(rawValue: 54)
    package static let notempty = WASIErrno(rawValue: 55)
    package static let notrecoverable = WASIErrno(rawValue: 56)
    package static let notsock = WASIErrno(rawValue: 57)
    package static let notsup = WASIErrno(rawValue: 58)
    package static let notty = WASIErrno(rawValue: 59)
    package static let nxio = WASIErrno(rawValue: 60)
    package static let overflow = WASIErrno(rawValue: 61)
    package static let ownerdead = WASIErrno(rawValue: 62)
    package static let perm = WASIErrno(rawValue: 63)
    package static let pipe = WASIErrno(rawValue: 64)
    package static let proto = WASIErrno(rawValue: 65)
    package static let protonosupport = WASIErrno(rawValue: 66)
    package static let prototype = WASIErrno(rawValue: 67)
    package static let range = WASIErrno(rawValue: 68)
    package static let rofs = WASIErrno(rawValue: 69)
    package static let spipe = WASIErrno(rawValue: 70)
    package static let srch = WASIErrno(rawValue: 71)
    package static let stale = WASIErrno(rawValue: 72)
    package static let timedout = WASIErrno(rawValue: 73)
    package static let txtbsy = WASIErrno(rawValue: 74)
    package static let xdev = WASIErrno(rawValue: 75)
    package static let notcapable = WASIErrno(rawValue: 76)

    package var description: String { "WASI errno \(rawValue)" }
}

extension WASIErrno {
    /// The WASI number for one of Linux (asm-generic/errno.h); `io` for one that WASI has no
    /// word for.
    package init(_ host: Errno) { self = Self.byHostNumber[host.rawValue] ?? .io }

    private static let byHostNumber: [Int32: WASIErrno] = [
        1: .perm, 2: .noent, 3: .srch, 4: .intr, 5: .io, 6: .nxio, 7: .toobig, 8: .noexec,
        9: .badf, 10: .child, 11: .again, 12: .nomem, 13: .acces, 14: .fault, 16: .busy,
        17: .exist, 18: .xdev, 19: .nodev, 20: .notdir, 21: .isdir, 22: .inval, 23: .nfile,
        24: .mfile, 25: .notty, 26: .txtbsy, 27: .fbig, 28: .nospc, 29: .spipe, 30: .rofs,
        31: .mlink, 32: .pipe, 33: .dom, 34: .range, 35: .deadlk, 36: .nametoolong, 37: .nolck,
        38: .nosys, 39: .notempty, 40: .loop, 42: .nomsg, 43: .idrm, 67: .nolink, 71: .proto,
        72: .multihop, 74: .badmsg, 75: .overflow, 84: .ilseq, 88: .notsock, 89: .destaddrreq,
        90: .msgsize, 91: .prototype, 92: .noprotoopt, 93: .protonosupport, 95: .notsup,
        97: .afnosupport, 98: .addrinuse, 99: .addrnotavail, 100: .netdown, 101: .netunreach,
        102: .netreset, 103: .connaborted, 104: .connreset, 105: .nobufs, 106: .isconn,
        107: .notconn, 110: .timedout, 111: .connrefused, 113: .hostunreach, 114: .already,
        115: .inprogress, 116: .stale, 122: .dquot, 125: .canceled, 130: .ownerdead,
        131: .notrecoverable,
    ]
}

/// Runs `body`, telling a failure of the host's in WASI's words.
@inline(__always)
func translating<R: ~Copyable>(
    _ body: () throws(Errno) -> R
) throws(WASIErrno) -> R {
    do {
        return try body()
    } catch {
        throw WASIErrno(error)
    }
}
