import Diagnostics
import Platform

/// A file that takes the place of another when it is whole; until then it has a name of its own,
/// beside the other's.
struct UnfinishedFile: ~Copyable {
    private let target: PathName
    private let name: PathName
    private let file: FileDescriptor

    /// - Throws: `EEXIST`, or why no file can be made there.
    init(for path: String, mode: UInt32) throws(Errno) {
        guard let target = PathName(path.utf8),
            let name = PathName("\(path).\(SystemClockID.monotonic.nanoseconds)".utf8)
        else { throw .EINVAL }
        let file = try BorrowedDescriptor.currentDirectory.open(
            name, [.writeOnly, .create, .exclusive], mode: mode)
        self.target = target
        self.name = name
        self.file = file
    }

    /// Whoever has the old file open or mapped keeps it as it was.
    consuming func finish(_ bytes: [UInt8]) throws(Errno) {
        let here = BorrowedDescriptor.currentDirectory
        try file.borrowed.writeAll(bytes)
        try here.rename(name, to: here, as: target)
    }

    // Once renamed, nothing has the name.
    deinit { try? BorrowedDescriptor.currentDirectory.unlink(name) }
}

/// A file that a long work ends with.
struct OutputFile {
    private let path: String
    /// What is no regular file (a pipe, a device, a link) stays, and is written to.
    private let isReplaced: Bool

    /// - Throws: why nothing can be written there, before the work is done in vain.
    init(_ path: String) throws(Diagnostic) {
        self.path = path
        var isReplaced = path != "-"
        if let name = PathName(path.utf8),
            let status = try? BorrowedDescriptor.currentDirectory.status(of: name)
        {
            if status.kind == .directory { throw InputFile.notWritten(path, .EISDIR) }
            isReplaced = status.kind == .regularFile
        }
        self.isReplaced = isReplaced
        if isReplaced { _ = try unfinished() }
    }

    func write(_ bytes: [UInt8]) throws(Diagnostic) {
        guard isReplaced else { return try InputFile.write(bytes, to: path) }
        let file = try unfinished()
        do throws(Errno) { try file.finish(bytes) } catch {
            throw InputFile.notWritten(path, error)
        }
    }

    private func unfinished() throws(Diagnostic) -> UnfinishedFile {
        do throws(Errno) { return try UnfinishedFile(for: path, mode: 0o644) } catch {
            throw InputFile.notWritten(path, error)
        }
    }
}
