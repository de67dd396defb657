/// A manifest that contradicts itself: the member at fault and what is wrong with it.
package struct ManifestRejection: Error, Equatable, Sendable {
    /// The member as the file names it, such as `dir[1].path`.
    package let member: String
    package let problem: String
    package let remedy: String

    package init(_ member: String, _ problem: String, remedy: String) {
        self.member = member
        self.problem = problem
        self.remedy = remedy
    }
}

extension Manifest {
    /// Where secrets without a variable are.
    package static let secretsPath = "/secrets"

    /// Requires that the manifest does not contradict itself.
    ///
    /// - Parameter policies: names of the policies that come with the workload.
    package func check(policies: Set<String>) throws(ManifestRejection) {
        try Self.checkName(name, "name")
        try checkTexts()
        try checkDirectories()
        try checkNetwork(policies)
        try checkService(policies)
        try checkSecrets()
        try checkPrincipals()
        guard 1 << 16...1 << 40 ~= budgets.memoryBytes else {
            throw ManifestRejection(
                "budgets.memory", "must be between 64 KiB and 1 TiB",
                remedy: "write memory = \"256MiB\"")
        }
        guard 1 << 16...1 << 30 ~= budgets.stackBytes, 8...65_536 ~= budgets.descriptors else {
            throw ManifestRejection(
                "budgets", "stack or descriptors are out of range",
                remedy: "leave them out for the usual values")
        }
    }

    /// Letters, digits, dash, dot and underscore; 64 bytes at most.
    package static func isName(_ text: String) -> Bool {
        1...64 ~= text.utf8.count && !text.hasPrefix(".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
                default: false
                }
            }
    }

    private static func checkName(_ text: String, _ member: String) throws(ManifestRejection) {
        guard isName(text) else {
            throw ManifestRejection(
                member, "is no name", remedy: "use letters, digits, dash, dot and underscore")
        }
    }

    private func checkTexts() throws(ManifestRejection) {
        for text in arguments where text.utf8.contains(0) {
            throw ManifestRejection("args", "hold a zero byte", remedy: "remove it")
        }
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            guard !name.isEmpty, !name.utf8.contains(0x3d), !(name + value).utf8.contains(0) else {
                throw ManifestRejection(
                    "env.\(name)", "is empty, contains = or a zero byte",
                    remedy: "rename the variable")
            }
        }
    }

    private func checkDirectories() throws(ManifestRejection) {
        var paths: Set<String> = secrets.contains { $0.variable == nil } ? [Self.secretsPath] : []
        var vaults: Set<String> = []
        for (index, directory) in directories.enumerated() {
            let member = "dir[\(index)]"
            guard Directory.isPath(directory.path) else {
                throw ManifestRejection(
                    "\(member).path", "is no absolute path without . and ..",
                    remedy: "write path = \"/data\"")
            }
            guard paths.insert(directory.path).inserted else {
                throw ManifestRejection(
                    "\(member).path", "is used twice",
                    remedy: "give each directory its own path; secrets are in /secrets")
            }
            switch directory.storage {
            case .vault(let name):
                try Self.checkName(name, "\(member).vault")
                guard vaults.insert(name).inserted else {
                    throw ManifestRejection(
                        "\(member).vault", "is used twice", remedy: "a vault has one directory")
                }
            case .memory: try checkIsApart(directory, member)
            }
        }
    }

    /// A memory directory inside another would have two sets of rights.
    private func checkIsApart(
        _ directory: Directory, _ member: String
    ) throws(ManifestRejection) {
        for other in directories {
            guard case .memory = other.storage, other.path != directory.path,
                other.contains(directory.path)
            else { continue }
            throw ManifestRejection(
                "\(member).path", "is inside memory directory \(other.path)",
                remedy: "put them beside each other, so that rights to one are none to the other")
        }
    }

    private func checkNetwork(_ policies: Set<String>) throws(ManifestRejection) {
        var names: Set<String> = []
        var ports: Set<UInt16> = []
        for (index, listener) in listeners.enumerated() {
            let member = "listen[\(index)]"
            try checkEnd(
                member, listener.name, listener.port, listener.transport, listener.policy, policies,
                &names)
            guard ports.insert(listener.port).inserted else {
                throw ManifestRejection(
                    "\(member).port", "is used twice", remedy: "choose another")
            }
        }
        for (index, connection) in connections.enumerated() {
            let member = "connect[\(index)]"
            try checkEnd(
                member, connection.name, connection.port, connection.transport, connection.policy,
                policies, &names)
            try check(connection, member)
        }
    }

    private func check(
        _ connection: Connection, _ member: String
    ) throws(ManifestRejection) {
        guard !connection.host.isEmpty, !connection.host.utf8.contains(where: { $0 <= 0x20 }) else {
            throw ManifestRejection(
                "\(member).host", "is no address or name", remedy: "write host = \"192.0.2.1\"")
        }
        guard connection.transport != .tls || connection.policy != nil else {
            throw ManifestRejection(
                "\(member).roots", "is missing: a peer with tls is known by whom it chains to",
                remedy: "write roots = \"ca.pem\", or transport = \"attested-tls\" and a policy")
        }
        guard connection.transport != .attestedTLS || connection.policy != nil else {
            throw ManifestRejection(
                "\(member).policy", "is missing: attested peers are held to one",
                remedy: "write policy = \"FILE\"")
        }
    }

    /// What listeners and connections have in common.
    private func checkEnd(
        _ member: String, _ name: String, _ port: UInt16, _ transport: Transport,
        _ policy: String?, _ policies: Set<String>, _ names: inout Set<String>
    ) throws(ManifestRejection) {
        try Self.checkName(name, "\(member).name")
        guard names.insert(name).inserted else {
            throw ManifestRejection(
                "\(member).name", "\(name) is used twice", remedy: "give each its own name")
        }
        guard port != 0 else {
            throw ManifestRejection("\(member).port", "is 0", remedy: "choose a port")
        }
        guard let policy else { return }
        guard policies.contains(policy) else {
            throw ManifestRejection(
                "\(member).policy", "does not come with the workload",
                remedy: "name a policy file that exists")
        }
        // Of a connection with tls, it is the name of the roots.
        guard transport == .attestedTLS || transport == .tls && member.hasPrefix("connect") else {
            throw ManifestRejection(
                "\(member).policy", "can not be asked of transport \(transport.rawValue)",
                remedy: "write transport = \"attested-tls\"")
        }
    }

    /// A manifest that names a service expects anchors and certificates of it. No keep asks one yet,
    /// so such a manifest is refused rather than half obeyed.
    private func checkService(_ policies: Set<String>) throws(ManifestRejection) {
        guard let service else { return }
        guard policies.contains(service.policy) else {
            throw ManifestRejection(
                "attestation-service.policy", "does not come with the workload",
                remedy: "name a policy file that exists")
        }
        throw ManifestRejection(
            "attestation-service", "is asked by no keep of this release",
            remedy: "remove the table")
    }

    private func checkSecrets() throws(ManifestRejection) {
        var names: Set<String> = []
        var variables = Set(environment.keys)
        for (index, secret) in secrets.enumerated() {
            let member = "secret[\(index)]"
            try Self.checkName(secret.name, "\(member).name")
            guard names.insert(secret.name).inserted else {
                throw ManifestRejection(
                    "\(member).name", "\(secret.name) is used twice", remedy: "name each once")
            }
            guard let variable = secret.variable else { continue }
            guard !variable.isEmpty, !variable.utf8.contains(where: { $0 == 0x3d || $0 == 0 }),
                variables.insert(variable).inserted
            else {
                throw ManifestRejection(
                    "\(member).env", "is a variable that is taken, or no name of one",
                    remedy: "choose another variable")
            }
        }
    }

    private func checkPrincipals() throws(ManifestRejection) {
        var names: Set<String> = ["owner"]
        var keys: Set<[UInt8]> = []
        for (index, principal) in principals.enumerated() {
            let member = "principal[\(index)]"
            try Self.checkName(principal.name, "\(member).name")
            guard names.insert(principal.name).inserted else {
                throw ManifestRejection(
                    "\(member).name", "\(principal.name) is used twice",
                    remedy: "one entry for each principal; owner is taken")
            }
            guard keys.insert(principal.keyDigest).inserted else {
                throw ManifestRejection(
                    "\(member).key", "is another principal's too",
                    remedy: "one entry for each principal")
            }
            try checkRights(principal, member)
        }
        guard approvals <= UInt64(principals.count(where: \.approvesUpdates)) else {
            throw ManifestRejection(
                "approvals", "is more than the principals who approve",
                remedy: "write approves = true for more of them")
        }
    }

    private func checkRights(
        _ principal: Principal, _ member: String
    ) throws(ManifestRejection) {
        for right in principal.rights {
            let isMemory = directories.contains { directory in
                if case .memory = directory.storage { directory.path == right.path } else { false }
            }
            guard isMemory else {
                throw ManifestRejection(
                    "\(member).\(right.reads ? "read" : "write")",
                    "names \(right.path), no memory directory",
                    remedy: "give it a [[dir]] with memory")
            }
        }
        for secret in principal.secrets where !secrets.contains(where: { $0.name == secret }) {
            throw ManifestRejection(
                "\(member).secrets", "names \(secret), no secret",
                remedy: "declare it with [[secret]]")
        }
    }
}
