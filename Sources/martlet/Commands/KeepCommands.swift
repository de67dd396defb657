import ArgumentParser
import Bytes
import Diagnostics
import Host
import Platform

/// Which host is asked.
struct HostOption: ParsableArguments {
    @Option(name: .customLong("at"), help: "The host: a Unix socket's path, or HOST:PORT.")
    var host: String

    func ask(_ request: HostRequest) throws -> JSONNode {
        try reporting { try HostAddress(text: host).ask(request).members }
    }
}

/// `martlet ps`.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "List a host's keeps. The host says so; it proves nothing.")

    @OptionGroup var host: HostOption

    func run() throws {
        let answer = try host.ask(.list)
        try reporting {
            print("KEEP  LAUNCHER  PID     CPU ms    MEMORY     STATE")
            for keep in try answer.member("keeps").array("keeps") {
                func text(_ key: String) throws -> String {
                    try keep.member(key).string(key).escapedForDisplay()
                }
                let pid = try? keep.member("pid").unsigned("pid")
                let cpu = try keep.member("cpu-ms").unsigned("cpu-ms")
                let memory = try keep.member("memory").unsigned("memory") >> 20
                print(
                    try text("keep").padded(to: 6) + text("launcher").padded(to: 10)
                        + (pid.map { "\($0)" } ?? "-").padded(to: 8) + "\(cpu)".padded(to: 10)
                        + "\(memory) MiB".padded(to: 11) + text("state"))
            }
        }
    }
}

/// `martlet logs`.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what a host knows of a keep; never the program's output.")

    @OptionGroup var host: HostOption

    @Argument(help: "The keep's name.")
    var keep: String

    func run() throws {
        let answer = try host.ask(.log(keep: keep))
        try reporting {
            for line in try answer.member("log").array("log") {
                print(try line.string("log").escapedForDisplay(limit: 2000))
            }
        }
    }
}

/// `martlet stop`.
struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Have a host end a keep in order.")

    @OptionGroup var host: HostOption

    @Argument(help: "The keep's name.")
    var keep: String

    @Flag(help: "At once; vaults stay as they last were made durable.")
    var kill = false

    func run() throws { _ = try host.ask(.stop(keep: keep, kill: kill)) }
}

/// `martlet key`.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract:
            "Print the SHA-256 by which manifests and hosts know an owner's or principal's key.")

    @Argument(help: "The key file; made when it is not there.")
    var file = "owner.key"

    func run() throws { print(OwnerKey.pin(try OwnerKey.identity(file)).hexadecimal) }
}
