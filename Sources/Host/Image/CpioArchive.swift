/// An archive in the format that Linux takes as initial file system: `newc`
/// (Documentation/driver-api/early-userspace/buffer-format.rst of the kernel).
///
/// Reproducible: times are 0, owners are root, inode numbers count up, names keep the order of calls.
package struct CpioArchive {
    private var bytes: [UInt8] = []
    private var nextInode: UInt32 = 1
    private var directories: Set<String> = []

    package init() {}

    /// File type and permission bits (`inode(7)`).
    private enum Mode {
        static let directory: UInt32 = 0o040755
        static let characterDevice: UInt32 = 0o020600
        static let executable: UInt32 = 0o100755
        static let plainFile: UInt32 = 0o100644
    }

    /// Adds a directory and those above it, each once.
    package mutating func addDirectory(_ path: String) {
        var prefix = ""
        for part in path.split(separator: "/") {
            prefix += prefix.isEmpty ? String(part) : "/\(part)"
            guard directories.insert(prefix).inserted else { continue }
            add(prefix, mode: Mode.directory, links: 2)
        }
    }

    /// Adds a file of at most 4 GiB.
    package mutating func addFile(_ path: String, _ content: [UInt8], isExecutable: Bool = false) {
        if let slash = path.lastIndex(of: "/") { addDirectory(String(path[..<slash])) }
        add(path, mode: isExecutable ? Mode.executable : Mode.plainFile, content: content)
    }

    /// Adds a character device.
    package mutating func addDevice(_ path: String, major: UInt32, minor: UInt32) {
        if let slash = path.lastIndex(of: "/") { addDirectory(String(path[..<slash])) }
        add(path, mode: Mode.characterDevice, device: (major, minor))
    }

    /// The whole archive, padded to blocks of 512 bytes.
    package consuming func finish() -> [UInt8] {
        nextInode = 0
        add("TRAILER!!!", mode: 0)
        pad(to: 512)
        return bytes
    }

    private mutating func add(
        _ name: String, mode: UInt32, links: UInt32 = 1, content: [UInt8] = [],
        device: (major: UInt32, minor: UInt32) = (0, 0)
    ) {
        bytes += Array("070701".utf8)
        let fields: [UInt32] = [
            nextInode, mode, 0, 0, links, 0, UInt32(content.count), 0, 0,
            device.major, device.minor, UInt32(name.utf8.count + 1), 0,
        ]
        for field in fields {
            let digits = String(field, radix: 16, uppercase: true)
            bytes += Array(String(repeating: "0", count: 8 - digits.count).utf8) + digits.utf8
        }
        bytes += Array(name.utf8) + [0]
        pad(to: 4)
        bytes += content
        pad(to: 4)
        nextInode += 1
    }

    private mutating func pad(to multiple: Int) {
        while bytes.count % multiple != 0 { bytes.append(0) }
    }
}
