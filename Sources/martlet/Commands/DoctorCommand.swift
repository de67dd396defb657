import ArgumentParser
import Bytes
import Platform

/// `martlet doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Show what this machine offers, and how to get the rest.",
        discussion: "Exits with 69 when something that Martlet needs is missing.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let path = ProcessEnvironment.value("PATH") ?? ""
        let findings = Examination(machine: Machine(), searchPath: path).findings
        if json { printJSON(findings) } else { printTable(findings) }
        if findings.contains(where: { $0.status == .failing }) {
            throw ExitCode(ExitStatus.unavailable.rawValue)
        }
    }

    private func printTable(_ findings: [Finding]) {
        var topic = ""
        for finding in findings {
            if finding.topic != topic { print("\(topic.isEmpty ? "" : "\n")\(finding.topic)") }
            topic = finding.topic
            let status = finding.status.rawValue.padded(to: 8)
            print("  \(status) \(finding.name.padded(to: 32)) \(finding.detail)")
            if !finding.fix.isEmpty { print("           fix: \(finding.fix)") }
        }
    }

    private func printJSON(_ findings: [Finding]) {
        let rows = findings.map { finding in
            JSONText.object([
                ("topic", .string(finding.topic)), ("name", .string(finding.name)),
                ("status", .string(finding.status.rawValue)), ("detail", .string(finding.detail)),
                ("fix", .string(finding.fix)),
            ])
        }
        print(JSONText.array(rows).indented)
    }
}

extension String {
    /// The text with spaces after it up to `width` characters.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
