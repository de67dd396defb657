import ArgumentParser
import Bytes
import Diagnostics
import KeepClient
import Platform

/// `martlet ps`.
struct PsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "List the keeps of a host.")

    @OptionGroup var host: HostOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try reportingKeep {
            let (answer, _) = try host.connection().ask(.object([("do", .string("list"))]))
            if json { return print(String(decoding: answer.bytes, as: UTF8.self)) }
            for keep in try answer.member("keeps").array("keeps") {
                let id = try keep.member("keep").string("keep")
                let state = try keep.member("state").string("state")
                let launcher = try keep.member("launcher").string("launcher")
                let memory = try keep.member("memory").unsigned("memory") >> 20
                let cpu = try keep.member("cpu-ms").unsigned("cpu-ms")
                let line = "\(id)  \(launcher)  \(state)  cpu \(cpu) ms  memory \(memory) MiB"
                print(line.escapedForDisplay())
            }
        }
    }
}

/// `martlet logs`.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what a host logged about a keep; for your program's output see attach.")

    @OptionGroup var host: HostOptions
    @Argument(help: "The keep, as `martlet ps` names it.") var keep: String

    func run() throws {
        try reportingKeep {
            let (answer, _) = try host.connection().ask(
                .object([("do", .string("log")), ("keep", .string(keep))]))
            for line in try answer.member("log").array("log") {
                print(try line.string("log").escapedForDisplay(limit: 1100))
            }
        }
    }
}

/// `martlet stop`.
struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Ask a host to end a keep; its vaults stay consistent.")

    @OptionGroup var host: HostOptions
    @Flag(help: "End it at once.") var kill = false
    @Argument(help: "The keep, as `martlet ps` names it.") var keep: String

    func run() throws {
        try reportingKeep {
            _ = try host.connection().ask(
                .object([
                    ("do", .string("stop")), ("keep", .string(keep)), ("kill", .boolean(kill)),
                ]))
        }
    }
}

/// `martlet key`.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Print the SHA-256 by which manifests and hosts know a client's key.")

    @Argument(help: "File with the key; made when it is missing.") var file = "martlet-owner.key"

    func run() throws {
        try reportingKeep { print(try OwnerKeyFile.key(file).digest.hexadecimal) }
    }
}

/// `martlet new`.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a directory with a program and a manifest to start from.")

    @Argument(help: "A directory that does not exist.") var directory: String

    func run() throws {
        try reportingKeep {
            guard let path = PathName(directory) else { throw Diagnostic(what: "is no path") }
            do throws(Errno) {
                try BorrowedDescriptor.currentDirectory.makeDirectory(path)
            } catch {
                throw Diagnostic(
                    what: "can not make the directory: \(error)", where: directory,
                    remedy: "name one that does not exist")
            }
            try InputFile.write(Array(Self.manifest.utf8), to: "\(directory)/Martlet.toml")
            try InputFile.write(Array(Self.program.utf8), to: "\(directory)/hello.wat")
            print("made \(directory)/Martlet.toml and \(directory)/hello.wat")
        }
    }

    private static let manifest = """
        # What the program is given; everything else is denied. Documentation/Formats/Manifest.md
        martlet = 1
        name = "hello"
        program = "hello.wat"

        [budgets]
        memory = "16MiB"
        seconds = 10

        [[secret]]
        name = "token"

        """

    /// Prints a greeting and how long its secret is.
    private static let program = """
        (module
          (import "wasi_snapshot_preview1" "path_open" (func $open
            (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_read" (func $read
            (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write
            (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 100) "Hello from the keep; the secret has 00 bytes.\\n")
          (data (i32.const 200) "token")
          (func (export "_start") (local $size i32)
            (drop (call $open (i32.const 3) (i32.const 0) (i32.const 200) (i32.const 5)
              (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0)))
            (i32.store (i32.const 8) (i32.const 1024))
            (i32.store (i32.const 12) (i32.const 99))
            (drop (call $read (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 16)))
            (local.set $size (i32.load (i32.const 16)))
            (i32.store8 (i32.const 136)
              (i32.add (i32.const 48) (i32.div_u (local.get $size) (i32.const 10))))
            (i32.store8 (i32.const 137)
              (i32.add (i32.const 48) (i32.rem_u (local.get $size) (i32.const 10))))
            (i32.store (i32.const 8) (i32.const 100))
            (i32.store (i32.const 12) (i32.const 46))
            (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))))

        """
}
