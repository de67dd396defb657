internal import Bytes
internal import Diagnostics
internal import KeepProtocol

/// Turns the tables of a `Martlet.toml` into a manifest.
struct ManifestReader {
    private let file: String
    private(set) var manifest: Manifest
    private(set) var policies: [String: String] = [:]
    /// Where each table begins, for errors that only the whole shows.
    private(set) var lines: [String: Int] = [:]

    init(_ name: String, file: String) {
        self.file = file
        manifest = Manifest(name: name)
    }

    mutating func read(_ top: inout TableReader) throws(Diagnostic) {
        manifest.arguments = try top.strings("args")
        manifest.engine = try top.word("engine", Manifest.Engine.self) ?? .auto
        if let table = try top.table("env") {
            for (key, value) in try table.stringEntries() { manifest.environment[key] = value }
        }
        if var table = try top.table("budgets") { try readBudgets(&table) }
        if var table = try top.table("stdio") { try readStreams(&table) }
        for (index, table) in try top.tables("dir").enumerated() {
            lines["dir[\(index)]"] = table.line
            try readDirectory(table)
        }
        for table in try top.tables("listen") { try readListener(table) }
        for table in try top.tables("connect") { try readConnection(table) }
        for table in try top.tables("secret") { try readSecret(table) }
        for table in try top.tables("principal") { try readPrincipal(table) }
        manifest.approvals = try top.number("approvals") ?? 0
        if var table = try top.table("attestation-service") {
            lines["attestation-service"] = table.line
            let address = try table.requiredString("address", example: "service.example:7443")
            let policy = try table.requiredString("policy", example: "service-policy.toml")
            manifest.service = Manifest.Service(address: address, policy: name(of: policy))
            try table.finish()
        }
    }

    private mutating func readBudgets(_ table: inout TableReader) throws(Diagnostic) {
        lines["budgets"] = table.line
        if let bytes = try table.byteCount("memory") { manifest.budgets.memoryBytes = bytes }
        if let bytes = try table.byteCount("stack") { manifest.budgets.stackBytes = bytes }
        if let bytes = try table.byteCount("output") { manifest.budgets.outputBytes = bytes }
        if let count = try table.number("descriptors") { manifest.budgets.descriptors = count }
        manifest.budgets.fuel = try table.number("fuel")
        manifest.budgets.timeSeconds = try table.number("seconds")
        try table.finish()
    }

    private mutating func readStreams(_ table: inout TableReader) throws(Diagnostic) {
        let words = Manifest.Stream.self
        manifest.standardInput = try table.word("input", words) ?? manifest.standardInput
        manifest.standardOutput = try table.word("output", words) ?? manifest.standardOutput
        manifest.standardError = try table.word("error", words) ?? manifest.standardError
        try table.finish()
    }

    private mutating func readDirectory(_ table: TableReader) throws(Diagnostic) {
        var table = table
        let path = try table.requiredString("path", example: "/data")
        let vault = try table.string("vault")
        let memory = try table.byteCount("memory")
        let storage: Manifest.Directory.Storage
        switch (vault, memory) {
        case (let name?, nil): storage = .vault(name: name)
        case (nil, let bytes?): storage = .memory(limitBytes: bytes)
        default:
            throw table.invalid(
                table.line, "the directory needs either a vault or memory",
                remedy: "write vault = \"NAME\" or memory = \"64MiB\"")
        }
        manifest.directories.append(
            Manifest.Directory(
                path: path, storage: storage, isReadOnly: try table.boolean("read-only")))
        try table.finish()
    }

    /// The name under which a policy file goes with the workload.
    private mutating func name(of path: String) -> String {
        let base = path.split(separator: "/").last.map(String.init) ?? path
        let name = base.hasSuffix(".toml") ? String(base.dropLast(5)) : base
        policies[name] = path
        return name
    }

    private mutating func readListener(_ table: TableReader) throws(Diagnostic) {
        var table = table
        lines["listen"] = lines["listen"] ?? table.line
        var listener = Manifest.Listener(
            name: try table.requiredString("name", example: "service"),
            transport: try table.word("transport", Manifest.Transport.self) ?? .attestedTLS,
            port: try table.port("port"))
        listener.policy = try table.string("policy").map { name(of: $0) }
        manifest.listeners.append(listener)
        try table.finish()
    }

    private mutating func readConnection(_ table: TableReader) throws(Diagnostic) {
        var table = table
        lines["connect"] = lines["connect"] ?? table.line
        var connection = Manifest.Connection(
            name: try table.requiredString("name", example: "database"),
            transport: try table.word("transport", Manifest.Transport.self) ?? .attestedTLS,
            host: try table.requiredString("host", example: "192.0.2.7"),
            port: try table.port("port"))
        connection.policy = try table.string("policy").map { name(of: $0) }
        manifest.connections.append(connection)
        try table.finish()
    }

    private mutating func readSecret(_ table: TableReader) throws(Diagnostic) {
        var table = table
        lines["secret"] = lines["secret"] ?? table.line
        manifest.secrets.append(
            Manifest.Secret(
                name: try table.requiredString("name", example: "password"),
                variable: try table.string("env")))
        try table.finish()
    }

    private mutating func readPrincipal(_ table: TableReader) throws(Diagnostic) {
        var table = table
        lines["principal"] = lines["principal"] ?? table.line
        let name = try table.requiredString("name", example: "alice")
        let digest = try table.requiredString("key", example: "SHA-256 of the public key")
        guard let key = [UInt8](hexadecimal: digest), key.count == 32 else {
            throw table.invalid(
                table.line(of: "key"), "principal.key is no SHA-256 in hexadecimal",
                remedy: "`martlet key` prints it")
        }
        var principal = Manifest.Principal(name: name, keyDigest: key)
        let reads = try table.strings("reads")
        let writes = try table.strings("writes")
        for path in (reads + writes.filter { !reads.contains($0) }).sorted() {
            principal.rights.append(
                .init(path: path, reads: reads.contains(path), writes: writes.contains(path)))
        }
        principal.secrets = try table.strings("secrets")
        principal.mayExecute = try table.boolean("executes")
        principal.approvesUpdates = try table.boolean("approves")
        principal.mustBeReady = try table.boolean("must-be-ready")
        manifest.principals.append(principal)
        try table.finish()
    }
}
