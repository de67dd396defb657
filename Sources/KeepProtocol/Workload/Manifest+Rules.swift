/// A manifest that contradicts itself: the member at fault and what is wrong with it.
package struct ManifestRejection: Error, Equatable, Sendable {
    /// The member, such as `dir[1].path`.
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
        for text in arguments + environment.keys + environment.values where text.utf8.contains(0) {
            throw ManifestRejection("args", "hold a zero byte", remedy: "remove it")
        }
        for name in environment.keys where name.isEmpty || name.utf8.contains(0x3d) {
            throw ManifestRejection(
                "env", "has a name that is empty or contains =", remedy: "rename the variable")
        }
    }

    private func checkDirectories() throws(ManifestRejection) {
        var paths: Set<String> = secrets.contains { $0.variable == nil } ? [Self.secretsPath] : []
        var vaults: Set<String> = []
        for (index, directory) in directories.enumerated() {
            let member = "dir[\(index)]"
            guard directory.path.hasPrefix("/"), !directory.path.utf8.contains(0) else {
                throw ManifestRejection(
                    "\(member).path", "must begin with /", remedy: "write path = \"/data\"")
            }
            guard paths.insert(directory.path).inserted else {
                throw ManifestRejection(
                    "\(member).path", "is used twice", remedy: "give each directory its own path")
            }
            guard case .vault(let name) = directory.storage else { continue }
            try Self.checkName(name, "\(member).vault")
            guard vaults.insert(name).inserted else {
                throw ManifestRejection(
                    "\(member).vault", "is used twice", remedy: "a vault has one directory")
            }
        }
    }

    private func checkNetwork(_ policies: Set<String>) throws(ManifestRejection) {
        var names: Set<String> = []
        var ports: Set<UInt16> = []
        let all =
            listeners.map { ("listen", $0.name, $0.transport, $0.port, $0.policy, true) }
            + connections.map { ("connect", $0.name, $0.transport, $0.port, $0.policy, false) }
        for (kind, name, transport, port, policy, isListener) in all {
            try Self.checkName(name, "\(kind).name")
            guard names.insert(name).inserted else {
                throw ManifestRejection(
                    "\(kind).name", "\(name) is used twice", remedy: "give each its own name")
            }
            guard port != 0, !isListener || ports.insert(port).inserted else {
                throw ManifestRejection(
                    "\(kind).port", "of \(name) is 0 or used twice", remedy: "choose another")
            }
            if let policy, !policies.contains(policy) {
                throw ManifestRejection(
                    "\(kind).policy", "of \(name) does not come with the workload",
                    remedy: "name a policy file that exists")
            }
            guard policy == nil || transport == .attestedTLS else {
                throw ManifestRejection(
                    "\(kind).policy",
                    "of \(name) can not be asked of transport \(transport.rawValue)",
                    remedy: "write transport = \"attested-tls\"")
            }
            guard isListener || transport != .attestedTLS || policy != nil else {
                throw ManifestRejection(
                    "connect.policy", "of \(name) is missing: attested peers are held to one",
                    remedy: "write policy = \"FILE\"")
            }
        }
        if let service, !policies.contains(service.policy) {
            throw ManifestRejection(
                "attestation-service.policy", "does not come with the workload",
                remedy: "name a policy file that exists")
        }
    }

    private func checkSecrets() throws(ManifestRejection) {
        var names: Set<String> = []
        var variables = Set(environment.keys)
        for secret in secrets {
            try Self.checkName(secret.name, "secret.name")
            guard names.insert(secret.name).inserted else {
                throw ManifestRejection(
                    "secret.name", "\(secret.name) is used twice", remedy: "name each once")
            }
            guard let variable = secret.variable else { continue }
            guard !variable.isEmpty, !variable.utf8.contains(0x3d),
                variables.insert(variable).inserted
            else {
                throw ManifestRejection(
                    "secret.env", "\(secret.name) has a variable that is taken or no name",
                    remedy: "choose another variable")
            }
        }
    }

    private func checkPrincipals() throws(ManifestRejection) {
        var names: Set<String> = ["owner"]
        var keys: Set<[UInt8]> = []
        let paths = Set(
            directories.filter { if case .memory = $0.storage { true } else { false } }
                .map(\.path))
        for principal in principals {
            try Self.checkName(principal.name, "principal.name")
            guard names.insert(principal.name).inserted,
                keys.insert(principal.keyDigest).inserted
            else {
                throw ManifestRejection(
                    "principal", "\(principal.name) has a name or key that is used twice",
                    remedy: "one entry for each principal; owner is taken")
            }
            for right in principal.rights where !paths.contains(right.path) {
                throw ManifestRejection(
                    "principal.rights",
                    "\(principal.name) names \(right.path), no memory directory",
                    remedy: "give it a [[dir]] with memory")
            }
            for secret in principal.secrets where !secrets.contains(where: { $0.name == secret }) {
                throw ManifestRejection(
                    "principal.secrets", "\(principal.name) names \(secret), no secret",
                    remedy: "declare it with [[secret]]")
            }
        }
        guard approvals <= UInt64(principals.count(where: \.approvesUpdates)) else {
            throw ManifestRejection(
                "approvals", "is more than the principals who approve",
                remedy: "set approves = true for more of them")
        }
    }
}
