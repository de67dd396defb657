/// What a policy expects of one claim.
package enum Expectation: Equatable, Sendable {
    /// The value must be one of these.
    case oneOf([ClaimValue])
    /// A number must be this or more.
    case atLeast(UInt64)
    /// A number must be this or less.
    case atMost(UInt64)
    /// Every name found must be among these.
    case only([String])
    /// Each component must reach its minimum, by product line; a line that is not listed is refused.
    case minimum([String: [ClaimValue.Component]])
    /// Every bit set here must be set.
    case includes(UInt64)
    /// The claim is not looked at, and this is why.
    case notAppraised(because: String)

    /// Whether the expectation can be asked of claims of that kind.
    package func suits(_ kind: ClaimKind) -> Bool {
        switch self {
        case .oneOf(let values): !values.isEmpty && values.allSatisfy { $0.kind == kind }
        case .atLeast, .atMost, .includes: kind == .number
        case .only: kind == .names
        case .minimum(let lines): kind == .components && !lines.isEmpty
        case .notAppraised(let reason): !reason.isEmpty
        }
    }

    /// Whether a value meets the expectation. A value that is absent meets none.
    package func admits(_ value: ClaimValue?) -> Bool {
        switch (self, value) {
        case (.notAppraised, _): true
        case (.oneOf(let values), let value?): values.contains(value)
        case (.atLeast(let least), .number(let number)?): number >= least
        case (.atMost(let most), .number(let number)?): number <= most
        case (.includes(let bits), .number(let number)?): number & bits == bits
        case (.only(let allowed), .names(let names)?): names.allSatisfy(allowed.contains)
        case (.minimum(let lines), .components(let line, let found)?):
            lines[line].map { Self.reaches(found, $0) } ?? false
        case (_, nil), (.atLeast, _), (.atMost, _), (.includes, _), (.only, _), (.minimum, _): false
        }
    }

    private static func reaches(
        _ found: [ClaimValue.Component], _ minimum: [ClaimValue.Component]
    ) -> Bool {
        minimum.allSatisfy { wanted in
            found.contains { $0.name == wanted.name && $0.version >= wanted.version }
        }
    }

    /// The expectation in words.
    package var description: String {
        switch self {
        case .oneOf(let values) where values.count == 1:
            values.first?.description ?? ""
        case .oneOf(let values):
            "one of " + values.map(\.description).joined(separator: ", ")
        case .atLeast(let least): "at least \(least)"
        case .atMost(let most): "at most \(most)"
        case .includes(let bits): "bits 0x\(String(bits, radix: 16))"
        case .only(let names):
            names.isEmpty ? "none" : "only " + names.joined(separator: ", ")
        case .minimum(let lines):
            "at least "
                + lines.sorted { $0.key < $1.key }.map { line, parts in
                    "\(line) " + parts.map { "\($0.name) \($0.version)" }.joined(separator: " ")
                }.joined(separator: "; ")
        case .notAppraised(let reason): "not appraised: \(reason)"
        }
    }
}
