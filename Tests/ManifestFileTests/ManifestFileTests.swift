import Diagnostics
import KeepProtocol
import ManifestFile
import Testing

/// What every manifest begins with, three lines.
private let head = "martlet = 1\nname = \"app\"\nprogram = \"app.wasm\"\n"

/// A manifest with every table, so that each is read and checked.
private let whole = """
    martlet = 1
    name = "app"
    program = "app.wasm"
    args = ["-v", "x"]
    engine = "interpreter"
    approvals = 1

    [env]
    MODE = "test"

    [budgets]
    memory = "64MiB"
    stack = 1048576
    output = "1KiB"
    descriptors = 16
    fuel = 1000
    seconds = 5

    [stdio]
    stdin = "owner"
    stdout = "null"

    [[dir]]
    path = "/data"
    vault = "data"

    [[dir]]
    path = "/in"
    memory = "1MiB"
    read-only = true

    [[listen]]
    name = "web"
    port = 7000
    policy = "peers.toml"

    [[listen]]
    name = "plain"
    port = 7001
    transport = "tcp"

    [[connect]]
    name = "database"
    host = "192.0.2.1"
    port = 7000
    policy = "peers.toml"

    [[secret]]
    name = "token"

    [[secret]]
    name = "password"
    env = "PASSWORD"

    [[principal]]
    name = "alice"
    key = "\(String(repeating: "ab", count: 32))"
    read = ["/in"]
    write = ["/in"]
    secrets = ["token"]
    execute = true
    approves = true
    ready = true
    """

@Suite struct ManifestFileTests {
    @Test("every table of a manifest is read, and its canonical form reads as the same")
    func everyTable() throws {
        let file = try ManifestFile(whole, name: "Martlet.toml")
        let manifest = file.manifest
        #expect(file.program == "app.wasm")
        #expect(file.policyFiles == ["peers.toml": "listen[0].policy"])
        #expect(manifest.arguments == ["-v", "x"])
        #expect(manifest.engine == .interpreter)
        #expect(manifest.environment == ["MODE": "test"])
        #expect(manifest.budgets.memoryBytes == 64 << 20)
        #expect(manifest.budgets.stackBytes == 1 << 20)
        #expect(manifest.budgets.outputBytes == 1 << 10)
        #expect(manifest.budgets.descriptors == 16)
        #expect(manifest.budgets.fuel == 1000)
        #expect(manifest.budgets.timeSeconds == 5)
        #expect(manifest.standardInput == .owner)
        #expect(manifest.standardOutput == .null)
        #expect(manifest.standardError == .owner)
        #expect(
            manifest.directories == [
                .init(path: "/data", storage: .vault(name: "data")),
                .init(path: "/in", storage: .memory(limitBytes: 1 << 20), isReadOnly: true),
            ])
        #expect(
            manifest.listeners == [
                .init(name: "web", transport: .attestedTLS, port: 7000, policy: "peers.toml"),
                .init(name: "plain", transport: .tcp, port: 7001),
            ])
        #expect(
            manifest.connections == [
                .init(
                    name: "database", transport: .attestedTLS, host: "192.0.2.1", port: 7000,
                    policy: "peers.toml")
            ])
        #expect(
            manifest.secrets == [
                .init(name: "token"), .init(name: "password", variable: "PASSWORD"),
            ])
        let alice = try #require(manifest.principals.first)
        #expect(alice.keyDigest == [UInt8](repeating: 0xab, count: 32))
        #expect(alice.rights == [.init(path: "/in", reads: true, writes: true)])
        #expect(alice.secrets == ["token"])
        #expect(alice.mayExecute && alice.approvesUpdates && alice.mustBeReady)
        #expect(manifest.approvals == 1)
        #expect(try Manifest(decoding: manifest.encoded[...]) == manifest)
    }

    @Test("what is not written is denied")
    func empty() throws {
        let manifest = try ManifestFile(head, name: "m").manifest
        #expect(manifest == Manifest(name: "app"))
        #expect(manifest.standardInput == .null)
    }

    /// A fault: text after the head, the line that is told (the head has three), and words of the
    /// error and of its remedy.
    struct Fault: Sendable, CustomTestStringConvertible {
        var text: String
        var line: Int
        var what: String
        var remedy: String

        init(_ text: String, _ line: Int, _ what: String, _ remedy: String = "") {
            (self.text, self.line, self.what, self.remedy) = (text, line, what, remedy)
        }

        var testDescription: String { what }
    }

    @Test(
        "a key that is not known is an error with its line",
        arguments: [
            Fault("color = 1", 4, "unknown key \"color\"", "remove it"),
            Fault(
                "[budgets]\nmemory = 65536\nmemroy = 1", 6, "[budgets]: unknown key", "remove it"),
            Fault("[stdio]\nstdlog = \"owner\"", 5, "[stdio]: unknown key", "remove it"),
            Fault("[[dir]]\npath = \"/a\"\nvault = \"v\"\nsize = 1", 7, "unknown key \"size\""),
            Fault("[[listen]]\nname = \"w\"\nport = 1\nhost = \"x\"", 7, "unknown key \"host\""),
            Fault("[[connect]]\nname = \"w\"\nport = 1\nhost = \"x\"\nvia = 1", 8, "unknown key"),
            Fault("[[secret]]\nname = \"s\"\nvalue = \"hunter2\"", 6, "unknown key \"value\""),
            Fault(
                "[[principal]]\nname = \"a\"\nkey = \"\(String(repeating: "00", count: 32))\"\nx = 1",
                7,
                "unknown key \"x\""),
            Fault(
                "[attestation-service]\naddress = \"a\"\npolicy = \"p\"\nx = 1", 7, "unknown key"),
        ])
    func unknownKeys(fault: Fault) { expect(fault) }

    @Test(
        "a value that is missing or of the wrong kind is an error with its line",
        arguments: [
            Fault("args = \"x\"", 4, "args must be an array", ""),
            Fault("args = [1]", 4, "args must hold strings"),
            Fault("engine = \"fast\"", 4, "engine has no such choice", "auto, interpreter, native"),
            Fault("approvals = -1", 4, "approvals must be a number"),
            Fault("env = 1", 4, "env must be a table"),
            Fault("[env]\nA = 1", 5, "A must be a string"),
            Fault("[budgets]\nmemory = \"64MB\"", 5, "memory is no number of bytes", "64MiB"),
            Fault("[budgets]\nmemory = \"99999999999GiB\"", 5, "memory is no number of bytes"),
            Fault("[[dir]]\nvault = \"v\"", 4, "path is missing", "write path = "),
            Fault("[[dir]]\npath = \"/a\"", 4, "needs either vault or memory", "vault = "),
            Fault("[[dir]]\npath = \"/a\"\nvault = \"v\"\nmemory = 1", 4, "either vault or memory"),
            Fault("[dir]\npath = \"/a\"", 4, "must be written as [[dir]]"),
            Fault("[[listen]]\nname = \"w\"", 4, "port must be from 1 to 65535", "port = 7000"),
            Fault("[[listen]]\nname = \"w\"\nport = 70000", 4, "port must be from 1 to 65535"),
            Fault("[[connect]]\nname = \"w\"\nport = 1", 4, "host is missing"),
            Fault("[[secret]]\nenv = \"A\"", 4, "name is missing"),
            Fault(
                "[[principal]]\nname = \"a\"\nkey = \"00\"", 4, "64 hexadecimal digits",
                "martlet key"),
            Fault("[[principal]]\nname = \"a\"", 4, "key is missing"),
            Fault("[attestation-service]\naddress = \"a\"", 4, "policy is missing"),
        ])
    func wrongValues(fault: Fault) { expect(fault) }

    @Test(
        "a contradiction is an error at the line of the member at fault",
        arguments: [
            Fault("[env]\n\"A=B\" = \"x\"", 5, "env.A=B", "rename"),
            Fault("[budgets]\nmemory = 1", 5, "budgets.memory must be between", "256MiB"),
            Fault("[budgets]\ndescriptors = 1", 4, "out of range"),
            Fault("[[dir]]\nvault = \"v\"\npath = \"data\"", 6, "is no absolute path", "/data"),
            Fault("[[dir]]\nvault = \"v\"\npath = \"/a/../b\"", 6, "is no absolute path"),
            Fault("[[dir]]\nvault = \"../v\"\npath = \"/a\"", 5, "is no name"),
            Fault(
                "[[dir]]\nvault = \"v\"\npath = \"/a\"\n[[dir]]\nvault = \"w\"\npath = \"/a\"", 9,
                "dir[1].path is used twice", "own path"),
            Fault(
                "[[dir]]\nvault = \"v\"\npath = \"/a\"\n[[dir]]\nvault = \"v\"\npath = \"/b\"", 8,
                "dir[1].vault is used twice"),
            Fault(
                "[[dir]]\nmemory = 1\npath = \"/a\"\n[[dir]]\nmemory = 1\npath = \"/a/b\"", 9,
                "dir[1].path is inside memory directory /a", "beside each other"),
            Fault(
                "[[secret]]\nname = \"s\"\n[[dir]]\nmemory = 1\npath = \"/secrets\"", 8,
                "is used twice", "secrets are in /secrets"),
            Fault(
                "[[listen]]\nname = \"w\"\nport = 1\n[[listen]]\nname = \"w\"\nport = 2", 8,
                "listen[1].name w is used twice"),
            Fault(
                "[[listen]]\nname = \"w\"\nport = 1\n[[listen]]\nname = \"x\"\nport = 1", 9,
                "listen[1].port is used twice"),
            Fault(
                "[[listen]]\nname = \"w\"\nport = 1\ntransport = \"tcp\"\npolicy = \"p\"", 8,
                "can not be asked of transport tcp", "attested-tls"),
            Fault(
                "[[connect]]\nname = \"w\"\nport = 1\nhost = \"h\"", 4,
                "connect[0].policy is missing", "policy = "),
            Fault(
                "[[connect]]\nname = \"w\"\nport = 1\nhost = \"h\"\ntransport = \"tls\"", 4,
                "connect[0].roots is missing", "roots = "),
            Fault(
                "[[connect]]\nname = \"w\"\nport = 1\nhost = \"h\"\nroots = \"ca.pem\"", 4,
                "roots belong to transport tls", "transport = \"tls\""),
            Fault(
                "[[connect]]\nname = \"w\"\nport = 1\nhost = \"h x\"\ntransport = \"tcp\"", 7,
                "is no address or name"),
            Fault("[[secret]]\nname = \"a/b\"", 5, "secret[0].name is no name"),
            Fault("[[secret]]\nname = \"s\"\n[[secret]]\nname = \"s\"", 7, "s is used twice"),
            Fault(
                "[env]\nA = \"1\"\n[[secret]]\nname = \"s\"\nenv = \"A\"", 8,
                "a variable that is taken"),
            Fault(principal("owner", "01"), 5, "owner is used twice", "owner is taken"),
            Fault(
                principal("a", "01") + principal("b", "01"), 9, "principal[1].key is another"),
            Fault(
                principal("a", "01") + "read = [\"/x\"]", 7, "names /x, no memory directory",
                "[[dir]] with memory"),
            Fault(
                "[[dir]]\npath = \"/v\"\nvault = \"v\"\n" + principal("a", "01")
                    + "write = [\"/v\"]",
                10, "names /v, no memory directory"),
            Fault(
                principal("a", "01") + "secrets = [\"x\"]", 7, "names x, no secret", "[[secret]]"),
            Fault("approvals = 1", 4, "more than the principals who approve", "approves = true"),
            Fault(
                "[attestation-service]\naddress = \"a:1\"\npolicy = \"p\"", 4,
                "is asked by no keep of this release", "remove"),
        ])
    func contradictions(fault: Fault) { expect(fault) }

    private static func principal(_ name: String, _ byte: String) -> String {
        let key = String(repeating: byte, count: 32)
        return "[[principal]]\nname = \"\(name)\"\nkey = \"\(key)\"\n"
    }

    private func expect(_ fault: Fault) {
        let error = #expect(throws: Diagnostic.self) {
            try ManifestFile(head + fault.text + "\n", name: "Martlet.toml")
        }
        #expect(error?.what.contains(fault.what) == true, "\(error?.what ?? "")")
        #expect(error?.location == "Martlet.toml:\(fault.line)")
        #expect(error?.remedy.contains(fault.remedy) == true || fault.remedy.isEmpty)
    }

    @Test("a file of another format, or of none, is refused at its top")
    func formats() {
        for text in ["", "martlet = 2\n", "name = \"a\"\nprogram = \"b\"\n"] {
            let error = #expect(throws: Diagnostic.self) { try ManifestFile(text, name: "m") }
            #expect(error?.location == "m:1")
            #expect(error?.remedy.contains("martlet = 1") == true)
        }
        let broken = #expect(throws: Diagnostic.self) {
            try ManifestFile(head + "a = [", name: "m")
        }
        #expect(broken?.location.hasPrefix("m:4") == true)
    }

    @Test("the place of a member is its line, or that of the table that lacks it")
    func places() throws {
        let file = try ManifestFile(whole, name: "m")
        #expect(file.place(of: "program") == "m:3")
        #expect(file.place(of: "budgets.memory") == "m:12")
        #expect(file.place(of: "dir[1].path") == "m:28")
        #expect(file.place(of: "listen[0].policy") == "m:35")
        #expect(file.place(of: "listen[1].policy") == "m:37")
        #expect(file.place(of: "nothing") == "m:1")
    }

    @Test("with any one byte changed, a manifest is read or refused, never a crash")
    func flippedBytes() {
        let bytes = Array(whole.utf8)
        for position in bytes.indices {
            for flip: UInt8 in [1, 0x20, 0x80] {
                var changed = bytes
                changed[position] ^= flip
                let text = String(decoding: changed, as: UTF8.self)
                do throws(Diagnostic) {
                    let file = try ManifestFile(text, name: "m")
                    #expect((try? Manifest(decoding: file.manifest.encoded[...])) == file.manifest)
                } catch {
                    #expect(error.location.hasPrefix("m:"))
                }
            }
        }
    }
}
