import Diagnostics
import Platform

/// Directories that a person names.
enum FileTree {
    /// Every plain file below a directory, sorted, at most 16 levels deep. Links are not followed.
    static func files(below path: String, depth: Int = 0) throws(Diagnostic) -> [String] {
        guard let names = try InputFile.names(in: path) else {
            throw Diagnostic(what: "is no directory", where: path)
        }
        var result: [String] = []
        for name in names {
            let child = "\(path)/\(name)"
            switch kind(of: child) {
            case .directory where depth < 16: result += try files(below: child, depth: depth + 1)
            case .regularFile: result.append(child)
            default: continue
            }
        }
        return result
    }

    private static func kind(of path: String) -> NodeKind? {
        guard let name = PathName(path) else { return nil }
        return try? BorrowedDescriptor.currentDirectory.status(of: name).kind
    }

    /// Makes a directory unless it is there.
    static func makeDirectory(_ path: String) throws(Diagnostic) {
        guard let name = PathName(path) else {
            throw Diagnostic(what: "is no path", where: path)
        }
        do throws(Errno) {
            try BorrowedDescriptor.currentDirectory.makeDirectory(name, mode: 0o755)
        } catch .EEXIST {
            return
        } catch {
            throw Diagnostic(what: error.description, where: path)
        }
    }
}
