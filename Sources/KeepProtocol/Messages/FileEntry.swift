/// A file that can be fetched.
package struct FileEntry: Equatable, Sendable {
    /// Absolute, as the program knows it.
    package var path: String
    package var byteCount: UInt64

    package init(path: String, byteCount: UInt64) {
        self.path = path
        self.byteCount = byteCount
    }

    /// The files below `directory` after the path `after`, as many as one message carries.
    ///
    /// - Returns: the files by path, and whether there are no more.
    package static func page(
        of files: [String: [UInt8]], below directory: String, after: String
    ) -> (entries: [FileEntry], isLast: Bool) {
        let prefix = directory == "/" ? "/" : directory + "/"
        let paths = files.keys.filter { $0.utf8.starts(with: prefix.utf8) && $0 > after }.sorted()
        let page = paths.prefix(KeepLimits.listedFiles)
        return (
            page.map { FileEntry(path: $0, byteCount: UInt64(files[$0]?.count ?? 0)) },
            page.count == paths.count
        )
    }
}
