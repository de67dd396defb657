package import Bytes

extension Manifest {
    /// The version of the encoding.
    package static let version: UInt64 = 1
    /// Most bytes of an encoded manifest.
    package static let maximumBytes = 1 << 20

    /// The manifest in core deterministic encoding: one spelling, every member always there.
    package var encoded: [UInt8] {
        CBORValue.fields([
            ("version", .unsigned(Self.version)), ("name", .text(name)),
            ("arguments", .array(arguments.map { .text($0) })),
            ("environment", .map(environment.map { CBOREntry(.text($0.key), .text($0.value)) })),
            ("engine", .text(engine.rawValue)), ("budgets", budgets.value),
            (
                "stdio",
                .array([standardInput, standardOutput, standardError].map { .text($0.rawValue) })
            ),
            ("directories", .array(directories.map(\.value))),
            ("listeners", .array(listeners.map(\.value))),
            ("connections", .array(connections.map(\.value))),
            ("secrets", .array(secrets.map(\.value))),
            ("principals", .array(principals.map(\.value))), ("approvals", .unsigned(approvals)),
            (
                "service",
                service.map {
                    .fields([("address", .text($0.address)), ("policy", .text($0.policy))])
                } ?? .null
            ),
        ]).deterministicEncoding
    }

    /// Decodes a manifest that is in its canonical form; the rules are for ``check()``.
    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        var rules = CBORRules.deterministic
        rules.maximumBytes = Self.maximumBytes
        var reader = try FieldReader(
            try CBORReader.decode(bytes, rules: rules, "manifest"), "manifest")
        guard try reader.unsigned("version") == Self.version else {
            throw reader.malformed("version", "must be \(Self.version)")
        }
        self.init(name: try reader.text("name", atMost: 64))
        arguments = try reader.texts("arguments", atMost: 1024)
        environment = try Self.environment(&reader)
        engine = try reader.choice("engine")
        budgets = try Budgets(try reader.value("budgets"))
        let streams = try reader.texts("stdio").compactMap { Stream(rawValue: $0) }
        guard streams.count == 3 else { throw reader.malformed("stdio", "must be three streams") }
        (standardInput, standardOutput, standardError) = (streams[0], streams[1], streams[2])
        for value in try reader.array("directories") { directories.append(try Directory(value)) }
        for value in try reader.array("listeners") { listeners.append(try Listener(value)) }
        for value in try reader.array("connections") { connections.append(try Connection(value)) }
        for value in try reader.array("secrets") { secrets.append(try Secret(value)) }
        for value in try reader.array("principals") { principals.append(try Principal(value)) }
        approvals = try reader.unsigned("approvals")
        service = try Self.service(&reader)
        try reader.finish()
        guard encoded[...] == bytes else {
            throw MalformedBytes(field: "manifest", offset: 0, problem: "is not canonical")
        }
    }

    private static func environment(
        _ reader: inout FieldReader
    ) throws(MalformedBytes) -> [String: String] {
        guard case .map(let entries) = try reader.value("environment"), entries.count <= 1024
        else { throw reader.malformed("environment", "must be a map") }
        var result: [String: String] = [:]
        for entry in entries {
            guard case .text(let name) = entry.key, case .text(let value) = entry.value else {
                throw reader.malformed("environment", "must be a map of texts")
            }
            result[name] = value
        }
        return result
    }

    private static func service(_ reader: inout FieldReader) throws(MalformedBytes) -> Service? {
        let value = try reader.value("service")
        if value == .null { return nil }
        var fields = try FieldReader(value, "service")
        let service = Service(
            address: try fields.text("address"), policy: try fields.text("policy"))
        try fields.finish()
        return service
    }
}

extension Manifest.Budgets {
    fileprivate var value: CBORValue {
        .fields([
            ("memory", .unsigned(memoryBytes)), ("stack", .unsigned(stackBytes)),
            ("fuel", .optional(fuel)), ("time", .optional(timeSeconds)),
            ("output", .unsigned(outputBytes)), ("descriptors", .unsigned(descriptors)),
        ])
    }

    fileprivate init(_ value: CBORValue) throws(MalformedBytes) {
        var reader = try FieldReader(value, "budgets")
        self.init()
        memoryBytes = try reader.unsigned("memory")
        stackBytes = try reader.unsigned("stack")
        fuel = try reader.optionalUnsigned("fuel")
        timeSeconds = try reader.optionalUnsigned("time")
        outputBytes = try reader.unsigned("output")
        descriptors = try reader.unsigned("descriptors")
        try reader.finish()
    }
}

extension Manifest.Directory {
    fileprivate var value: CBORValue {
        let storage: [(String, CBORValue)] =
            switch storage {
            case .vault(let name): [("vault", .text(name)), ("memory", .null)]
            case .memory(let limit): [("vault", .null), ("memory", .unsigned(limit))]
            }
        return .fields([("path", .text(path)), ("read-only", .boolean(isReadOnly))] + storage)
    }

    fileprivate init(_ value: CBORValue) throws(MalformedBytes) {
        var reader = try FieldReader(value, "directory")
        let vault = try reader.optionalText("vault")
        let limit = try reader.optionalUnsigned("memory")
        let storage: Storage
        switch (vault, limit) {
        case (let name?, nil): storage = .vault(name: name)
        case (nil, let limit?): storage = .memory(limitBytes: limit)
        default: throw reader.malformed("vault", "either a vault or memory")
        }
        self.init(
            path: try reader.text("path"), storage: storage,
            isReadOnly: try reader.boolean("read-only"))
        try reader.finish()
    }
}

extension Manifest.Listener {
    fileprivate var value: CBORValue {
        .fields([
            ("name", .text(name)), ("transport", .text(transport.rawValue)),
            ("port", .unsigned(UInt64(port))), ("policy", .optional(policy)),
        ])
    }

    fileprivate init(_ value: CBORValue) throws(MalformedBytes) {
        var reader = try FieldReader(value, "listener")
        self.init(
            name: try reader.text("name", atMost: 64), transport: try reader.choice("transport"),
            port: try reader.port("port"), policy: try reader.optionalText("policy"))
        try reader.finish()
    }
}

extension Manifest.Connection {
    fileprivate var value: CBORValue {
        .fields([
            ("name", .text(name)), ("transport", .text(transport.rawValue)),
            ("host", .text(host)), ("port", .unsigned(UInt64(port))),
            ("policy", .optional(policy)),
        ])
    }

    fileprivate init(_ value: CBORValue) throws(MalformedBytes) {
        var reader = try FieldReader(value, "connection")
        self.init(
            name: try reader.text("name", atMost: 64), transport: try reader.choice("transport"),
            host: try reader.text("host", atMost: 253), port: try reader.port("port"),
            policy: try reader.optionalText("policy"))
        try reader.finish()
    }
}

extension Manifest.Secret {
    fileprivate var value: CBORValue {
        .fields([("name", .text(name)), ("variable", .optional(variable))])
    }

    fileprivate init(_ value: CBORValue) throws(MalformedBytes) {
        var reader = try FieldReader(value, "secret")
        self.init(
            name: try reader.text("name", atMost: 64),
            variable: try reader.optionalText("variable"))
        try reader.finish()
    }
}

extension Manifest.Principal {
    fileprivate var value: CBORValue {
        .fields([
            ("name", .text(name)), ("key", .bytes(keyDigest[...])),
            ("rights", .array(rights.map(\.value))),
            ("secrets", .array(secrets.map { .text($0) })), ("execute", .boolean(mayExecute)),
            ("approves", .boolean(approvesUpdates)), ("ready", .boolean(mustBeReady)),
        ])
    }

    fileprivate init(_ value: CBORValue) throws(MalformedBytes) {
        var reader = try FieldReader(value, "principal")
        self.init(
            name: try reader.text("name", atMost: 64), keyDigest: try reader.bytes("key", 32...32))
        for right in try reader.array("rights") { rights.append(try DirectoryRight(right)) }
        secrets = try reader.texts("secrets")
        mayExecute = try reader.boolean("execute")
        approvesUpdates = try reader.boolean("approves")
        mustBeReady = try reader.boolean("ready")
        try reader.finish()
    }
}

extension Manifest.Principal.DirectoryRight {
    fileprivate var value: CBORValue {
        .fields([("path", .text(path)), ("read", .boolean(reads)), ("write", .boolean(writes))])
    }

    fileprivate init(_ value: CBORValue) throws(MalformedBytes) {
        var reader = try FieldReader(value, "right")
        self.init(
            path: try reader.text("path"), reads: try reader.boolean("read"),
            writes: try reader.boolean("write"))
        try reader.finish()
    }
}

extension FieldReader {
    fileprivate mutating func port(_ key: String) throws(MalformedBytes) -> UInt16 {
        guard let port = UInt16(exactly: try unsigned(key)) else {
            throw malformed(key, "must be a port")
        }
        return port
    }
}
