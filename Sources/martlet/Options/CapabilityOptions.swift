import ArgumentParser
import Platform

/// What a program may reach. Nothing is the default.
struct CapabilityOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Show a host directory to the program, below GUEST; `:ro` forbids changes.",
            valueName: "host::guest[:ro]"),
        completion: .directory)
    var dir: [DirectoryMapping] = []

    @Option(
        help: ArgumentHelp(
            "Give the program an empty directory in memory, gone when it ends.",
            valueName: "guest"))
    var memDir: [String] = []

    @Option(
        help: ArgumentHelp(
            "Show the encrypted volume in FILE to the program, below GUEST.",
            valueName: "file::guest"),
        completion: .file())
    var vault: [DirectoryMapping] = []

    @Option(
        help: ArgumentHelp("File with the vaults' key: 32 bytes, or 64 hexadecimal digits."),
        completion: .file())
    var vaultKeyFile: String?

    @Option(
        help: ArgumentHelp("File whose first line is the vaults' passphrase."),
        completion: .file())
    var vaultPassphraseFile: String?

    @Flag(help: "Ask for the vaults' passphrase on the terminal.")
    var vaultPassphrase = false

    @Option(
        help: ArgumentHelp("File that remembers the vault's newest state, to show a rollback."),
        completion: .file())
    var vaultAnchor: String?

    @Option(
        help: ArgumentHelp(
            "How large a vault may grow, unless it is larger already.", valueName: "size"))
    var vaultLimit = ByteCount(bytes: 64 << 30)

    @Option(
        help: ArgumentHelp("Set a variable of the program's environment.", valueName: "k=v"))
    var env: [EnvironmentAssignment] = []

    @Option(
        help: ArgumentHelp(
            "Hand the program a listening TCP socket, as the descriptor after its directories.",
            valueName: "address:port"))
    var tcpListen: [Endpoint] = []

    @Option(
        help: ArgumentHelp(
            "Hand the program a TCP connection, as the descriptor after the listeners.",
            valueName: "address:port"))
    var tcpConnect: [Endpoint] = []

    @Option(
        help: ArgumentHelp(
            "Let the program itself listen on these TCP addresses (sock_bind).",
            valueName: "network[:ports]"))
    var allowListen: [NetworkRange] = []

    @Option(
        help: ArgumentHelp(
            "Let the program itself connect to these TCP addresses (sock_connect).",
            valueName: "network[:ports]"))
    var allowConnect: [NetworkRange] = []

    @Option(
        help: ArgumentHelp(
            "Let the program exchange datagrams with these UDP addresses.",
            valueName: "network[:ports]"))
    var allowUdp: [NetworkRange] = []

    @Option(
        help: ArgumentHelp(
            "Let the program look this name up; `*.example.org` for all below.",
            valueName: "name"))
    var allowResolve: [String] = []
}
