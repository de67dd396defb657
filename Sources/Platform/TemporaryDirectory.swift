internal import Glibc

/// A directory that only this process's user can enter, and that is removed, with the files written
/// to it, when its owner goes.
package final class TemporaryDirectory: Sendable {
    /// Its absolute path.
    package let path: String

    /// Makes a directory below `TMPDIR`, or `/tmp`.
    ///
    /// - Throws: the reason of `mkdtemp`.
    package init(prefix: String) throws(Errno) {
        var parent = "/tmp"
        if let named = unsafe getenv("TMPDIR") {
            let text = unsafe String(cString: named)
            if text.hasPrefix("/") { parent = text }
        }
        // SAFETY: `strdup` gives a copy of the pattern that mkdtemp may change, freed here.
        guard let pattern = unsafe strdup("\(parent)/\(prefix)-XXXXXX") else { throw .last }
        defer { unsafe free(pattern) }
        guard unsafe mkdtemp(pattern) != nil else { throw .last }
        path = unsafe String(cString: pattern)
    }

    /// The path of a file in the directory.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a new file.
    package func write(_ bytes: [UInt8], to name: String) throws(Errno) {
        let number = unsafe open(file(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .last }
        let descriptor = FileDescriptor(owning: number)
        var written = 0
        while written < bytes.count {
            // SAFETY: the range lies inside the array for the length of the call.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(
                    descriptor.number, $0.baseAddress.map { unsafe $0 + written },
                    bytes.count - written)
            }
            if count < 0, errno == Glibc.EINTR { continue }
            guard count > 0 else { throw .last }
            written += count
        }
    }

    /// Reads a file of at most this many bytes.
    ///
    /// - Throws: `EFBIG` for a longer one.
    package func read(_ name: String, limitBytes: Int) throws(Errno) -> [UInt8] {
        let number = unsafe open(file(name), O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .last }
        let descriptor = FileDescriptor(owning: number)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // SAFETY: the buffer has as many bytes as are asked for.
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor.number, $0.baseAddress, $0.count)
            }
            if count < 0, errno == Glibc.EINTR { continue }
            guard count >= 0 else { throw .last }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limitBytes else { throw Errno(rawValue: Glibc.EFBIG) }
        }
    }

    deinit {
        guard let directory = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(directory) {
            // SAFETY: a directory entry's name ends with a zero inside its array.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { unsafe unlink(file(name)) }
        }
        unsafe closedir(directory)
        unsafe rmdir(path)
    }
}
