import Bytes
import Diagnostics
import KeepProtocol

/// Turns the tables of a manifest file into a manifest.
struct ManifestReader {
    let file: String
    private(set) var manifest = Manifest(name: "program")
    private(set) var program = ""
    /// Policy files, with the member that names each first.
    private(set) var policyFiles: [String: String] = [:]
    /// Files of certificates, with the member that names each first.
    private(set) var rootFiles: [String: String] = [:]

    init(file: String) { self.file = file }

    mutating func read(_ document: TOMLTable) throws(Diagnostic) {
        var root = TableReader(file: file, name: "", document, line: 1)
        guard try root.number("martlet") == UInt64(ManifestFile.version) else {
            throw root.invalid(
                1, "the file does not say which format it is in",
                remedy: "write `martlet = \(ManifestFile.version)` at its top")
        }
        manifest.name = try root.required("name", like: "hello")
        program = try root.required("program", like: "hello.wasm")
        manifest.arguments = try root.texts("args")
        manifest.engine = try root.choice("engine", Manifest.Engine.auto)
        manifest.approvals = try root.number("approvals") ?? 0
        if var environment = try root.table("env") {
            manifest.environment = try environment.allTexts()
        }
        if let budgets = try root.table("budgets") { try read(budgets: budgets) }
        if let streams = try root.table("stdio") { try read(streams: streams) }
        for table in try root.tables("dir") { try read(directory: table) }
        for table in try root.tables("listen") { try read(listener: table) }
        for table in try root.tables("connect") { try read(connection: table) }
        for table in try root.tables("secret") { try read(secret: table) }
        for table in try root.tables("principal") { try read(principal: table) }
        if var table = try root.table("attestation-service") {
            let policy = try table.required("policy", like: "service.toml")
            noteFile(policy, "attestation-service.policy")
            manifest.service = Manifest.Service(
                address: try table.required("address", like: "192.0.2.1:8443"), policy: policy)
            try table.finish()
        }
        try root.finish()
    }

    private mutating func noteFile(_ policy: String?, _ member: String) {
        guard let policy, policyFiles[policy] == nil else { return }
        policyFiles[policy] = member
    }

    private mutating func read(budgets table: TableReader) throws(Diagnostic) {
        var table = table
        if let bytes = try table.bytes("memory") { manifest.budgets.memoryBytes = bytes }
        if let bytes = try table.bytes("stack") { manifest.budgets.stackBytes = bytes }
        if let bytes = try table.bytes("output") { manifest.budgets.outputBytes = bytes }
        if let count = try table.number("descriptors") { manifest.budgets.descriptors = count }
        manifest.budgets.fuel = try table.number("fuel")
        manifest.budgets.timeSeconds = try table.number("seconds")
        try table.finish()
    }

    private mutating func read(streams table: TableReader) throws(Diagnostic) {
        var table = table
        manifest.standardInput = try table.choice("stdin", Manifest.Stream.null)
        manifest.standardOutput = try table.choice("stdout", Manifest.Stream.owner)
        manifest.standardError = try table.choice("stderr", Manifest.Stream.owner)
        try table.finish()
    }

    private mutating func read(directory table: TableReader) throws(Diagnostic) {
        var table = table
        let path = try table.required("path", like: "/data")
        let vault = try table.text("vault")
        let memory = try table.bytes("memory")
        let storage: Manifest.Directory.Storage
        switch (vault, memory) {
        case (let name?, nil): storage = .vault(name: name)
        case (nil, let bytes?): storage = .memory(limitBytes: bytes)
        default:
            throw table.invalid(
                table.line, "needs either vault or memory",
                remedy: "write vault = \"NAME\", or memory = \"64MiB\"")
        }
        manifest.directories.append(
            Manifest.Directory(
                path: path, storage: storage, isReadOnly: try table.flag("read-only")))
        try table.finish()
    }

    private mutating func read(listener table: TableReader) throws(Diagnostic) {
        var table = table
        let policy = try table.text("policy")
        noteFile(policy, "listen[\(manifest.listeners.count)].policy")
        manifest.listeners.append(
            Manifest.Listener(
                name: try table.required("name", like: "web"),
                transport: try table.choice("transport", Manifest.Transport.attestedTLS),
                port: try table.port("port"), policy: policy))
        try table.finish()
    }

    private mutating func read(connection table: TableReader) throws(Diagnostic) {
        var table = table
        let transport = try table.choice("transport", Manifest.Transport.attestedTLS)
        let policy = try table.text("policy")
        let roots = try table.text("roots")
        let member = "connect[\(manifest.connections.count)]"
        guard transport == .tls ? policy == nil : roots == nil else {
            throw table.invalid(
                table.line, "roots belong to transport tls, a policy to attested-tls",
                remedy: "write transport = \"tls\" with roots, or leave them out")
        }
        noteFile(policy, "\(member).policy")
        if let roots, policyFiles[roots] == nil { rootFiles[roots] = "\(member).roots" }
        manifest.connections.append(
            Manifest.Connection(
                name: try table.required("name", like: "database"), transport: transport,
                host: try table.required("host", like: "192.0.2.1"),
                port: try table.port("port"), policy: policy ?? roots))
        try table.finish()
    }

    private mutating func read(secret table: TableReader) throws(Diagnostic) {
        var table = table
        manifest.secrets.append(
            Manifest.Secret(
                name: try table.required("name", like: "token"),
                variable: try table.text("env")))
        try table.finish()
    }

    private mutating func read(principal table: TableReader) throws(Diagnostic) {
        var table = table
        let key = try table.required("key", like: "64 hexadecimal digits")
        guard let digest = [UInt8](hexadecimal: key), digest.count == 32 else {
            throw table.invalid(
                table.line, "key must be 64 hexadecimal digits",
                remedy: "the principal prints theirs with `martlet key`")
        }
        var principal = Manifest.Principal(
            name: try table.required("name", like: "alice"), keyDigest: digest)
        principal.secrets = try table.texts("secrets")
        principal.mayExecute = try table.flag("execute")
        principal.approvesUpdates = try table.flag("approves")
        principal.mustBeReady = try table.flag("ready")
        let reads = try table.texts("read")
        let writes = try table.texts("write")
        for path in (Set(reads).union(writes)).sorted() {
            principal.rights.append(
                Manifest.Principal.DirectoryRight(
                    path: path, reads: reads.contains(path), writes: writes.contains(path)))
        }
        manifest.principals.append(principal)
        try table.finish()
    }
}
