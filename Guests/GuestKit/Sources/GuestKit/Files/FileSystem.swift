/// Files by full path: finds the preopened directory that holds a path, as a C library does.
///
/// A relative path starts at `/`, or at the preopen named `.`.
public enum FileSystem {
    /// A directory that the host opened for this program.
    public struct Preopen: Sendable {
        /// The descriptor.
        public let descriptor: FileDescriptor
        /// The guest's name of it, as the host says it.
        public let name: String
    }

    /// All of them, in the host's order.
    public static var preopens: [Preopen] {
        var found: [Preopen] = []
        var number = FileDescriptor.firstPreopen.rawValue
        while true {
            let descriptor = FileDescriptor(rawValue: number)
            do throws(Errno) {
                found.append(
                    Preopen(descriptor: descriptor, name: try descriptor.preopenName()))
            } catch .badf {
                return found
            } catch {
                // A preopened socket, or a name we can not say: the next may be a directory.
            }
            number += 1
        }
    }

    /// The preopen whose name is the longest prefix of `path`, and the rest of the path in it.
    ///
    /// - Throws: `ENOTCAPABLE` when no preopened directory holds it.
    public static func resolve(
        _ path: String
    ) throws(Errno) -> (directory: FileDescriptor, path: String) {
        let wanted = components(path)
        var best: (directory: FileDescriptor, depth: Int)?
        for preopen in preopens {
            let have = components(preopen.name)
            guard wanted.starts(with: have), have.count >= best?.depth ?? 0 else { continue }
            best = (preopen.descriptor, have.count)
        }
        guard let best else { throw .notcapable }
        let slash = UInt8(ascii: "/")
        var rest = Array(wanted.dropFirst(best.depth).joined(separator: [slash]))
        // A slash at the end says "directory", and stays.
        if path.utf8.last == slash && !rest.isEmpty { rest.append(slash) }
        return (best.directory, rest.isEmpty ? "." : String(decoding: rest, as: UTF8.self))
    }

    /// Parts between slashes without empty ones and `.`; `..` stays, the host judges it.
    ///
    /// Split by bytes, not characters: a slash and an accent behind it would be one character.
    private static func components(_ path: String) -> [[UInt8]] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
            .filter { $0 != [UInt8(ascii: ".")] }
    }

    /// `path_filestat_get`.
    public static func status(of path: String, followLinks: Bool = true) throws(Errno) -> FileStatus
    {
        let place = try resolve(path)
        return try place.directory.status(of: place.path, followLinks: followLinks)
    }

    /// `path_create_directory`.
    public static func createDirectory(_ path: String) throws(Errno) {
        let place = try resolve(path)
        try place.directory.createDirectory(place.path)
    }

    /// `path_remove_directory`.
    public static func removeDirectory(_ path: String) throws(Errno) {
        let place = try resolve(path)
        try place.directory.removeDirectory(place.path)
    }

    /// `path_unlink_file`.
    public static func unlink(_ path: String) throws(Errno) {
        let place = try resolve(path)
        try place.directory.unlinkFile(place.path)
    }

    /// `path_rename`, replacing what has the new name.
    public static func rename(_ path: String, to newPath: String) throws(Errno) {
        let from = try resolve(path)
        let to = try resolve(newPath)
        try from.directory.rename(from.path, to: to.path, in: to.directory)
    }

    /// `path_symlink`: `path` becomes a link whose text is `target`.
    public static func symlink(_ target: String, at path: String) throws(Errno) {
        let place = try resolve(path)
        try place.directory.symlink(target, at: place.path)
    }

    /// `path_readlink`.
    public static func readLink(_ path: String) throws(Errno) -> String {
        let place = try resolve(path)
        return try place.directory.readLink(place.path)
    }

    /// The entries of a directory, without `.` and `..`, in the host's order.
    public static func entries(of path: String) throws(Errno) -> [DirectoryEntry] {
        let place = try resolve(path)
        let directory = File(
            owning: try place.directory.open(
                place.path, .directory, rights: [.readDirectory, .fdStatus, .openPath]))
        return try directory.entries()
    }

    /// Everything in a file.
    public static func read(_ path: String) throws(Errno) -> [UInt8] {
        let file = try File(path, .read)
        return try file.readToEnd()
    }

    /// Replaces a file's content, creating it when needed.
    public static func write(_ bytes: [UInt8], to path: String) throws(Errno) {
        let file = try File(path, .replace)
        try file.descriptor.writeAll(bytes)
    }
}
