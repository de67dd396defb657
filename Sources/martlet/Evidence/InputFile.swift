import Diagnostics
import Platform

/// Bytes of a file that a person names, or of standard input for `-`.
enum InputFile {
    /// Most bytes that are read of any file.
    static let maximumBytes = 256 << 20

    static func bytes(_ path: String) throws(Diagnostic) -> [UInt8] {
        do throws(Errno) {
            if path == "-" {
                return try BorrowedDescriptor.standardInput.readAll(limitBytes: maximumBytes)
            }
            let file = try open(path)
            return try file.borrowed.readAll(limitBytes: maximumBytes)
        } catch {
            throw Diagnostic(
                what: "can not read the file: \(error)", where: path.escapedForDisplay(),
                remedy: "check the path and the right to read it")
        }
    }

    private static func open(_ path: String) throws(Errno) -> FileDescriptor {
        guard let name = PathName(path) else { throw .EINVAL }
        return try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
    }

    /// Whether a file is there and may be read.
    static func isReadable(_ path: String) -> Bool {
        do throws(Errno) {
            _ = try open(path)
            return true
        } catch {
            return false
        }
    }

    /// A file named in another: relative names count from the other's own directory.
    static func beside(_ file: String, _ name: String) -> String {
        guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
        return file[...slash] + name
    }

    /// The text of a file.
    static func text(_ path: String) throws(Diagnostic) -> String {
        guard let text = String(validating: try bytes(path), as: UTF8.self) else {
            throw Diagnostic(what: "is not UTF-8 text", where: path)
        }
        return text
    }

    /// The names in a directory, sorted; `nil` when `path` is none.
    static func names(in path: String) throws(Diagnostic) -> [String]? {
        guard let name = PathName(path) else { return nil }
        do throws(Errno) {
            let directory = try BorrowedDescriptor.currentDirectory.open(
                name, [.readOnly, .directory])
            return try names(in: directory.borrowed).sorted()
        } catch .ENOTDIR {
            return nil
        } catch {
            throw Diagnostic(what: error.description, where: path)
        }
    }

    private static func names(in directory: BorrowedDescriptor) throws(Errno) -> [String] {
        var names: [String] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let end = try unsafe buffer.withUnsafeMutableBufferPointer {
                (bytes) throws(Errno) -> Int in
                // SAFETY: the buffer outlives the call.
                try unsafe directory.readDirectory(
                    into: UnsafeMutableRawBufferPointer(bytes))
            }
            if end == 0 { return names }
            var offset = 0
            while offset < end, let record = DirectoryRecord(in: buffer, at: offset, end: end) {
                let name = String(decoding: record.name, as: UTF8.self)
                if !name.hasPrefix(".") { names.append(name) }
                offset += record.recordByteCount
            }
        }
    }

    /// Writes a new file or over an old one; `-` is standard output.
    static func write(_ bytes: [UInt8], to path: String) throws(Diagnostic) {
        do throws(Errno) {
            if path == "-" { return try BorrowedDescriptor.standardOutput.writeAll(bytes) }
            guard let name = PathName(path) else { throw Errno.EINVAL }
            let file = try BorrowedDescriptor.currentDirectory.open(
                name, [.writeOnly, .create, .truncate], mode: 0o644)
            try file.borrowed.writeAll(bytes)
        } catch {
            throw notWritten(path, error)
        }
    }

    static func notWritten(_ path: String, _ error: Errno) -> Diagnostic {
        Diagnostic(
            what: "can not write the file: \(error)", where: path.escapedForDisplay(),
            remedy: "check that the folder exists, the right to write there, and its space")
    }
}
