/// A path as the guest gave it: UTF-8 without a zero, at most ``limitBytes`` long, not absolute.
package struct GuestPath: Sendable {
    /// Longest path in bytes; as on Linux, without the terminator.
    package static let limitBytes = 4095

    /// The bytes as given.
    package let bytes: [UInt8]

    /// - Throws: `nametoolong`, `ilseq` (not UTF-8), `inval` (a zero inside), `noent` (empty) or
    ///   `perm` (absolute: it would leave the directory).
    package init(_ bytes: [UInt8]) throws(WASIErrno) {
        guard bytes.count <= Self.limitBytes else { throw .nametoolong }
        try Self.checkText(bytes)
        guard let first = bytes.first else { throw .noent }
        guard first != UInt8(ascii: "/") else { throw .perm }
        self.bytes = bytes
    }

    /// Requires UTF-8 without a zero.
    static func checkText(_ bytes: [UInt8]) throws(WASIErrno) {
        var union: UInt8 = 0
        for byte in bytes {
            if byte == 0 { throw .inval }
            union |= byte
        }
        // Pure ASCII needs no further look.
        if union >= 0x80, String(validating: bytes, as: UTF8.self) == nil { throw .ilseq }
    }

    /// Whether it ends in a slash, and so must name a directory.
    package var hasTrailingSlash: Bool { bytes.last == UInt8(ascii: "/") }

    /// The path up to the last component, and that component without trailing slashes. The first
    /// is empty when there is only one component.
    package var split: (parent: ArraySlice<UInt8>, last: ArraySlice<UInt8>) {
        let slash = UInt8(ascii: "/")
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[end - 1] == slash { end -= 1 }
        var start = end
        while start > bytes.startIndex, bytes[start - 1] != slash { start -= 1 }
        return (bytes[..<start], bytes[start..<end])
    }

    /// Whether it is one name: no slash, and neither `.` nor `..`.
    package var isSingleName: Bool {
        !bytes.contains(UInt8(ascii: "/")) && bytes != [0x2e] && bytes != [0x2e, 0x2e]
    }
}
