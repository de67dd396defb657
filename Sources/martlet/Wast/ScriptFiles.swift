import Platform

/// The scripts that a command line names.
enum ScriptFiles {
    /// Bytes of the largest script that is read.
    private static let maximumScriptBytes = 1 << 28
    /// How deep folders may lie in folders.
    private static let maximumDepth = 32

    struct File {
        let path: String
        let content: Result<[UInt8], ScriptFailure>
    }

    /// The file at `path`, or every `.wast` file in the folder at `path`, in the order of names.
    static func find(_ path: String) -> [File] { find(path, depth: 0, isNamed: true) }

    private static func find(_ path: String, depth: Int, isNamed: Bool) -> [File] {
        do throws(Errno) {
            guard let name = PathName(path) else { throw Errno.EINVAL }
            let file = try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
            guard try file.borrowed.status().kind == .directory else {
                guard isNamed || path.hasSuffix(".wast") else { return [] }
                let bytes = try file.borrowed.readAll(limitBytes: maximumScriptBytes)
                return [File(path: path, content: .success(bytes))]
            }
            guard depth < maximumDepth else { throw Errno.EINVAL }
            let names = try names(in: file.borrowed).sorted()
            let folder = path.hasSuffix("/") ? path : path + "/"
            return names.flatMap { find(folder + $0, depth: depth + 1, isNamed: false) }
        } catch {
            return [File(path: path, content: .failure(ScriptFailure("can not be read: \(error)")))]
        }
    }

    /// The folders, scripts and links in a folder.
    private static func names(in folder: BorrowedDescriptor) throws(Errno) -> [String] {
        var names: [String] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // SAFETY: the buffer bounds the write.
            let count = try unsafe buffer.withUnsafeMutableBufferPointer {
                (bytes) throws(Errno) -> Int in
                try unsafe folder.readDirectory(into: UnsafeMutableRawBufferPointer(bytes))
            }
            if count == 0 { return names }
            var offset = 0
            while let record = DirectoryRecord(in: buffer, at: offset, end: count) {
                offset += record.recordByteCount
                let name = String(decoding: record.name, as: UTF8.self)
                let isScript = name.hasSuffix(".wast") && !name.hasPrefix(".")
                if isScript || record.kind == .directory && !name.hasPrefix(".") {
                    names.append(name)
                }
            }
        }
    }
}
