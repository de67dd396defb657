/// What one run was asked for: the values behind ``RunCommand``'s options.
///
/// Programs that live for milliseconds wait for nothing they do not need, so ``init(plain:)`` reads
/// the usual command lines without the machinery that reads all of them.
struct RunSettings {
    struct Capabilities {
        var dir: [DirectoryMapping] = []
        var memDir: [String] = []
        var vault: [DirectoryMapping] = []
        var vaultKeyFile: String?
        var vaultPassphraseFile: String?
        var vaultPassphrase = false
        var vaultAnchor: String?
        var vaultLimit = Capabilities.defaultVaultLimit
        var env: [EnvironmentAssignment] = []
        var tcpListen: [Endpoint] = []
        var tcpConnect: [Endpoint] = []
        var allowListen: [NetworkRange] = []
        var allowConnect: [NetworkRange] = []
        var allowUdp: [NetworkRange] = []
        var allowResolve: [String] = []

        static var defaultVaultLimit: ByteCount { ByteCount(bytes: 64 << 30) }
    }

    struct Budgets {
        var fuel: UInt64?
        var maxMemory = Budgets.defaultMemory
        var maxStack = Budgets.defaultStack
        var maxFiles = Budgets.defaultFiles
        var maxOutput: ByteCount?
        var timeout: TimeBudget?

        static var defaultMemory: ByteCount { ByteCount(bytes: 4 << 30) }
        static var defaultStack: ByteCount { ByteCount(bytes: 8 << 20) }
        static var defaultFiles: ByteCount { ByteCount(bytes: 256 << 20) }

        /// Whether the stack's size is one that a guest can have.
        var isStackAllowed: Bool { maxStack.bytes >= 64 << 10 && maxStack.bytes <= 4 << 30 }
    }

    var capabilities = Capabilities()
    var budgets = Budgets()
    var engine = EngineChoice.auto
    var profile: ProfileOutput?
    var invoke: String?
    var deterministic: UInt64?
    var file = ""
    var arguments: [String] = []
}

extension RunSettings {
    init(_ command: RunCommand) {
        let options = command.capabilities
        capabilities = Capabilities(
            dir: options.dir, memDir: options.memDir, vault: options.vault,
            vaultKeyFile: options.vaultKeyFile, vaultPassphraseFile: options.vaultPassphraseFile,
            vaultPassphrase: options.vaultPassphrase, vaultAnchor: options.vaultAnchor,
            vaultLimit: options.vaultLimit,
            env: options.env, tcpListen: options.tcpListen, tcpConnect: options.tcpConnect,
            allowListen: options.allowListen, allowConnect: options.allowConnect,
            allowUdp: options.allowUdp, allowResolve: options.allowResolve)
        budgets = Budgets(
            fuel: command.budgets.fuel, maxMemory: command.budgets.maxMemory,
            maxStack: command.budgets.maxStack, maxFiles: command.budgets.maxFiles,
            maxOutput: command.budgets.maxOutput, timeout: command.budgets.timeout)
        engine = command.engine
        profile = command.profile
        invoke = command.invoke
        deterministic = command.deterministic
        file = command.file
        arguments = command.arguments
    }

    /// Reads the usual options, the file and the program's arguments; nil for any other command line,
    /// right or wrong, which ``RunCommand`` then reads or refuses with an explanation.
    init?(plain words: some Sequence<String>) {
        var words = words.makeIterator()
        while let word = words.next() {
            guard word.utf8.first == UInt8(ascii: "-") else {
                file = word
                while let argument = words.next() { arguments.append(argument) }
                guard budgets.isStackAllowed else { return nil }
                return
            }
            guard let value = words.next(), take(option: word, value) else { return nil }
        }
        return nil
    }

    /// Takes one option and its value; false when it is none of the usual ones, or the value is not
    /// one of its.
    private mutating func take(option: String, _ value: String) -> Bool {
        // What looks like an option is no value here; the long way decides.
        if value.utf8.first == UInt8(ascii: "-") { return false }
        switch option {
        case "--dir": return Self.append(DirectoryMapping(argument: value), to: &capabilities.dir)
        case "--env":
            return Self.append(EnvironmentAssignment(argument: value), to: &capabilities.env)
        case "--mem-dir": return Self.append(value, to: &capabilities.memDir)
        case "--fuel": return Self.set(&budgets.fuel, UInt64(value))
        case "--max-output": return Self.set(&budgets.maxOutput, ByteCount(argument: value))
        case "--timeout": return Self.set(&budgets.timeout, TimeBudget(argument: value))
        case "--invoke": return Self.set(&invoke, value)
        case "--deterministic": return Self.set(&deterministic, UInt64(value))
        case "--max-memory": return Self.replace(&budgets.maxMemory, ByteCount(argument: value))
        case "--max-stack": return Self.replace(&budgets.maxStack, ByteCount(argument: value))
        case "--max-files": return Self.replace(&budgets.maxFiles, ByteCount(argument: value))
        case "--engine": return Self.replace(&engine, EngineChoice(rawValue: value))
        default: return false
        }
    }

    private static func append<Value>(_ value: Value?, to list: inout [Value]) -> Bool {
        guard let value else { return false }
        list.append(value)
        return true
    }

    private static func set<Value>(_ place: inout Value?, _ value: Value?) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }

    private static func replace<Value>(_ place: inout Value, _ value: Value?) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }
}
