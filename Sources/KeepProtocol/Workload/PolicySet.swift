package import Attestation
package import Bytes

/// The policies that a workload holds its peers to, by name, with the roots they add.
package struct PolicySet: Equatable, Sendable {
    /// One policy.
    package struct Entry: Equatable, Sendable {
        package var policy: Policy
        /// Certificates in DER that the policy trusts besides the vendors' roots.
        package var roots: [[UInt8]]

        package init(policy: Policy, roots: [[UInt8]]) {
            self.policy = policy
            self.roots = roots
        }
    }

    package var entries: [String: Entry] = [:]

    package init() {}

    package static let maximumBytes = 1 << 20

    /// Core deterministic encoding.
    package var encoded: [UInt8] {
        CBORValue.map(
            entries.map { name, entry in
                CBOREntry(
                    .text(name),
                    .fields([
                        ("policy", entry.policy.value),
                        ("roots", .array(entry.roots.map { .bytes($0[...]) })),
                    ]))
            }
        ).deterministicEncoding
    }

    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        var rules = CBORRules.deterministic
        rules.maximumBytes = Self.maximumBytes
        let value = try CBORReader.decode(bytes, rules: rules, "policies")
        guard case .map(let members) = value, members.count <= 64 else {
            throw MalformedBytes(field: "policies", offset: 0, problem: "is no map")
        }
        for member in members {
            guard case .text(let name) = member.key else {
                throw MalformedBytes(field: "policies", offset: 0, problem: "key is no text")
            }
            var reader = try FieldReader(member.value, "policies")
            let policy = try Policy(canonical: try reader.value("policy"), name: name)
            var roots: [[UInt8]] = []
            for root in try reader.array("roots") {
                guard case .bytes(let bytes) = root else {
                    throw MalformedBytes(field: "roots", offset: 0, problem: "is no certificate")
                }
                roots.append(Array(bytes))
            }
            try reader.finish()
            entries[name] = Entry(policy: policy, roots: roots)
        }
        guard encoded[...] == bytes else {
            throw MalformedBytes(field: "policies", offset: 0, problem: "is not canonical")
        }
    }
}
