internal import CPlatform
import Glibc

/// Operations on one name in this directory. A name's last component is
/// never followed when it is a symbolic link, so a name without `/` can not lead anywhere else.
extension BorrowedDescriptor {
    // SAFETY (all of this extension): names are terminated strings that the kernel only reads.

    /// fstatat(2) with AT_SYMLINK_NOFOLLOW.
    package func status(of name: PathName) throws(Errno) -> FileStatus {
        var raw = stat()
        try checkedLibc(
            unsafe name.withPointer { unsafe fstatat(number, $0, &raw, AT_SYMLINK_NOFOLLOW) })
        return FileStatus(raw)
    }

    /// mkdirat(2).
    package func makeDirectory(
        _ name: PathName, mode: UInt32 = 0o777
    ) throws(Errno) {
        try checkedLibc(unsafe name.withPointer { unsafe mkdirat(number, $0, mode_t(mode)) })
    }

    /// unlinkat(2) for anything but a directory.
    package func unlink(_ name: PathName) throws(Errno) {
        try checkedLibc(unsafe name.withPointer { unsafe unlinkat(number, $0, 0) })
    }

    /// unlinkat(2) for an empty directory.
    package func removeDirectory(_ name: PathName) throws(Errno) {
        try checkedLibc(unsafe name.withPointer { unsafe unlinkat(number, $0, AT_REMOVEDIR) })
    }

    /// symlinkat(2): makes `name` a symbolic link that holds `target`.
    package func makeSymbolicLink(
        _ name: PathName, to target: PathName
    ) throws(Errno) {
        try checkedLibc(
            unsafe name.withPointer { name in
                unsafe target.withPointer { unsafe symlinkat($0, number, name) }
            })
    }

    /// linkat(2) without following a symbolic link.
    package func link(
        _ name: PathName, to directory: BorrowedDescriptor,
        as newName: PathName
    ) throws(Errno) {
        try checkedLibc(
            unsafe name.withPointer { name in
                unsafe newName.withPointer { unsafe linkat(number, name, directory.number, $0, 0) }
            })
    }

    /// renameat(2).
    package func rename(
        _ name: PathName, to directory: BorrowedDescriptor,
        as newName: PathName
    ) throws(Errno) {
        _ = try checked(
            unsafe name.withPointer { name in
                unsafe newName.withPointer {
                    unsafe martlet_renameat2(number, name, directory.number, $0, 0)
                }
            })
    }

    /// readlinkat(2): the bytes of a symbolic link, at most `limitBytes` of them.
    package func readLink(
        _ name: PathName, limitBytes: Int = 4096
    ) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limitBytes)
        let count = unsafe bytes.withUnsafeMutableBytes { (buffer) -> Int in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe name.withPointer {
                unsafe readlinkat(
                    number, $0, base.assumingMemoryBound(to: CChar.self), buffer.count)
            }
        }
        bytes.removeLast(bytes.count - Int(try checkedLibc(count)))
        return bytes
    }

    /// utimensat(2) on a name, not following a symbolic link.
    package func setTimes(
        of name: PathName, access: TimeChange, modification: TimeChange
    ) throws(Errno) {
        let times = [access.specification, modification.specification]
        try checkedLibc(
            unsafe name.withPointer { unsafe utimensat(number, $0, times, AT_SYMLINK_NOFOLLOW) })
    }

    /// utimensat(2) with AT_EMPTY_PATH: on what this descriptor names, even if opened `.pathOnly`.
    package func setTimesOfPlace(access: TimeChange, modification: TimeChange) throws(Errno) {
        let times = [access.specification, modification.specification]
        let emptyPath: Int32 = 0x1000  // AT_EMPTY_PATH
        try checkedLibc(unsafe utimensat(number, "", times, emptyPath))
    }

    /// getdents64(2): fills `buffer` with directory records and returns their size, 0 at the end.
    package func readDirectory(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(Errno) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        // SAFETY: the buffer bounds the write.
        return try checked(unsafe martlet_getdents64(number, base, buffer.count))
    }
}

/// One record of getdents64(2).
package struct DirectoryRecord {
    /// Where the next record starts, for `seek`.
    package var nextOffset: Int64
    package var inode: UInt64
    package var kind: NodeKind
    package var name: ArraySlice<UInt8>

    /// Decodes the record at `offset` of `bytes`; nil when the kernel's record is not well formed.
    package init?(in bytes: [UInt8], at offset: Int, end: Int) {
        // struct linux_dirent64: u64 ino, s64 off, u16 reclen, u8 type, char name[].
        let headerByteCount = 19
        guard offset >= 0, end <= bytes.count, end - offset > headerByteCount else { return nil }
        func number(_ start: Int, _ count: Int) -> UInt64 {
            bytes[offset + start..<offset + start + count].reversed().reduce(0) {
                $0 << 8 | UInt64($1)
            }
        }
        let length = Int(number(16, 2))
        guard length > headerByteCount, length <= end - offset else { return nil }
        inode = number(0, 8)
        nextOffset = Int64(bitPattern: number(8, 8))
        recordByteCount = length
        let field = bytes[offset + headerByteCount..<offset + length]
        name = field.prefix { $0 != 0 }
        kind =
            switch Int(bytes[offset + 18]) {
            case 8: .regularFile
            case 4: .directory
            case 10: .symbolicLink
            case 2: .characterDevice
            case 6: .blockDevice
            case 1: .pipe
            case 12: .socket
            default: .unknown
            }
    }

    /// Size of the whole record.
    package var recordByteCount: Int
}

extension BorrowedDescriptor {
    /// The names in a directory, but `.` and `..`, in the order of the file system.
    package func names() throws(Errno) -> [String] {
        var names: [String] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let end = try unsafe buffer.withUnsafeMutableBufferPointer {
                (bytes) throws(Errno) -> Int in
                // SAFETY: the buffer outlives the call.
                try unsafe readDirectory(into: UnsafeMutableRawBufferPointer(bytes))
            }
            if end == 0 { return names }
            var offset = 0
            while offset < end, let record = DirectoryRecord(in: buffer, at: offset, end: end) {
                let name = String(decoding: record.name, as: UTF8.self)
                if name != ".", name != ".." { names.append(name) }
                offset += record.recordByteCount
            }
        }
    }
}
