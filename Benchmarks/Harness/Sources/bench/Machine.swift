import Foundation

/// The machine that the figures come from: what kind it is, never which one.
struct Machine: Codable {
    var processor: String
    var cores: Int
    var memoryGiB: Int
    var system: String
    var kernel: String

    static func current() -> Machine {
        let cpu = field("model name", in: "/proc/cpuinfo", separator: ":")
        let memory = Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824
        let system = field("PRETTY_NAME", in: "/etc/os-release", separator: "=")
        let kernel =
            (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
        return Machine(
            processor: cpu, cores: ProcessInfo.processInfo.activeProcessorCount,
            memoryGiB: Int(memory.rounded()), system: system,
            kernel: String(kernel.prefix { $0.isNumber || $0 == "." }))
    }

    private static func field(_ name: String, in path: String, separator: Character) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        let value = line.split(separator: separator, maxSplits: 1).last ?? "unknown"
        return value.trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
    }
}
