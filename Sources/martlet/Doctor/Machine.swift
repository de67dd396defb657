import Platform

/// Looks at a machine through a root directory, so that tests can show it another machine.
struct Machine {
    /// Prefix of every path that is looked at; empty for this machine.
    var root = ""

    /// The text of a small file, or `nil` when it can not be read.
    func text(_ path: String) -> String? {
        guard let name = PathName((root + path).utf8),
            let file = try? BorrowedDescriptor.currentDirectory.open(name, .readOnly),
            let bytes = try? file.borrowed.readAll(limitBytes: 1 << 20)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether there is something at `path`.
    func exists(_ path: String) -> Bool {
        guard let name = PathName((root + path).utf8) else { return false }
        return (try? BorrowedDescriptor.currentDirectory.open(name, .pathOnly)) != nil
    }

    /// Whether `path` can be opened for reading and writing.
    func isWritable(_ path: String) -> Bool {
        guard let name = PathName((root + path).utf8) else { return false }
        return (try? BorrowedDescriptor.currentDirectory.open(name, .readWrite)) != nil
    }

    /// Where an executable stands in the search path.
    func executable(_ name: String, in searchPath: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(name)" }.first { exists($0) }
    }

    /// The processor's feature flags, from `/proc/cpuinfo`.
    var processorFlags: Set<Substring> {
        let lines = (text("/proc/cpuinfo") ?? "").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("flags") }),
            let colon = line.firstIndex(of: ":")
        else { return [] }
        return Set(line[line.index(after: colon)...].split(separator: " "))
    }

    var processorName: String {
        let lines = (text("/proc/cpuinfo") ?? "").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("model name") }),
            let colon = line.firstIndex(of: ":")
        else { return "unknown" }
        return String(line[line.index(after: colon)...].drop { $0 == " " })
    }

    /// The kernel's version as numbers, such as 6.18.
    var kernelVersion: (major: Int, minor: Int) {
        let words = (text("/proc/sys/kernel/osrelease") ?? "").split(separator: ".")
        let numbers = words.prefix(2).map { Int($0.prefix { $0.isNumber }) ?? 0 }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : (0, 0)
    }

    /// Kilobytes of memory, from `/proc/meminfo`.
    var memoryKibibytes: Int {
        let lines = (text("/proc/meminfo") ?? "").split(separator: "\n")
        let words = lines.first { $0.hasPrefix("MemTotal:") }?.split(separator: " ") ?? []
        return words.count > 1 ? Int(words[1]) ?? 0 : 0
    }
}
