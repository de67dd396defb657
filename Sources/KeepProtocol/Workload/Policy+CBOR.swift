internal import Attestation
internal import Bytes
internal import Diagnostics

extension Policy {
    /// The policy as a map of formats, claims and expectations.
    var value: CBORValue {
        .map(
            sections.map { format, section in
                CBOREntry(
                    .text(format.rawValue),
                    .map(section.map { CBOREntry(.text($0.key), $0.value.value) }))
            })
    }

    init(canonical value: CBORValue, name: String) throws(MalformedBytes) {
        self.init(identifier: name)
        guard case .map(let formats) = value else { throw Self.malformed("is no map") }
        for entry in formats {
            guard case .text(let text) = entry.key, let format = EvidenceFormat(rawValue: text),
                case .map(let claims) = entry.value
            else { throw Self.malformed("has an unknown format of evidence") }
            accept(format)
            for claim in claims {
                guard case .text(let name) = claim.key else {
                    throw Self.malformed("has a claim that is no text")
                }
                let expectation = try Expectation(canonical: claim.value)
                do throws(InvalidPolicy) {
                    try expect(format, name, expectation)
                } catch {
                    throw Self.malformed(error.diagnostic.what)
                }
            }
        }
    }

    static func malformed(_ problem: String) -> MalformedBytes {
        MalformedBytes(field: "policy", offset: 0, problem: problem)
    }
}

extension Expectation {
    fileprivate var value: CBORValue {
        switch self {
        case .oneOf(let values): .array([.text("one-of"), .array(values.map(\.value))])
        case .atLeast(let number): .array([.text("at-least"), .unsigned(number)])
        case .atMost(let number): .array([.text("at-most"), .unsigned(number)])
        case .only(let names): .array([.text("only"), .array(names.map { .text($0) })])
        case .minimum(let lines):
            .array([
                .text("minimum"),
                .map(lines.map { CBOREntry(.text($0.key), ClaimValue.Component.value($0.value)) }),
            ])
        case .includes(let bits): .array([.text("includes"), .unsigned(bits)])
        case .notAppraised(let reason): .array([.text("not-appraised"), .text(reason)])
        }
    }

    fileprivate init(canonical value: CBORValue) throws(MalformedBytes) {
        guard case .array(let parts) = value, parts.count == 2, case .text(let kind) = parts[0]
        else { throw Policy.malformed("has an expectation that is none") }
        switch (kind, parts[1]) {
        case ("one-of", .array(let values)):
            var claims: [ClaimValue] = []
            for value in values { claims.append(try ClaimValue(canonical: value)) }
            self = .oneOf(claims)
        case ("at-least", .unsigned(let number)): self = .atLeast(number)
        case ("at-most", .unsigned(let number)): self = .atMost(number)
        case ("includes", .unsigned(let number)): self = .includes(number)
        case ("not-appraised", .text(let reason)): self = .notAppraised(because: reason)
        case ("only", .array(let values)):
            var names: [String] = []
            for value in values {
                guard case .text(let name) = value else {
                    throw Policy.malformed("has a name that is no text")
                }
                names.append(name)
            }
            self = .only(names)
        case ("minimum", .map(let entries)):
            var lines: [String: [ClaimValue.Component]] = [:]
            for entry in entries {
                guard case .text(let line) = entry.key else {
                    throw Policy.malformed("has a line that is no text")
                }
                lines[line] = try ClaimValue.Component.list(entry.value)
            }
            self = .minimum(lines)
        default: throw Policy.malformed("has an unknown expectation")
        }
    }
}

extension ClaimValue {
    fileprivate var value: CBORValue {
        switch self {
        case .bytes(let bytes): .bytes(bytes[...])
        case .number(let number): .unsigned(number)
        case .flag(let flag): .boolean(flag)
        case .text(let text): .text(text)
        case .names(let names): .array(names.map { .text($0) })
        case .components(let line, let parts): .array([.text(line), Component.value(parts)])
        case .workload(let identity): .array([.text("workload"), identity.value])
        }
    }

    fileprivate init(canonical value: CBORValue) throws(MalformedBytes) {
        switch value {
        case .bytes(let bytes): self = .bytes(Array(bytes))
        case .unsigned(let number): self = .number(number)
        case .boolean(let flag): self = .flag(flag)
        case .text(let text): self = .text(text)
        case .array([.text("workload"), .null]): self = .workload(.empty)
        case .array(let parts):
            guard parts.count == 2, parts[0] == .text("workload"),
                case .bytes(let bytes) = parts[1],
                let identity = WorkloadIdentity(digest: Array(bytes))
            else { throw Policy.malformed("has an array that is no workload") }
            self = .workload(identity)
        default: throw Policy.malformed("has a value of a kind that no file can ask for")
        }
    }
}

extension ClaimValue.Component {
    fileprivate static func value(_ parts: [ClaimValue.Component]) -> CBORValue {
        .array(parts.map { .array([.text($0.name), .unsigned($0.version)]) })
    }

    fileprivate static func list(
        _ value: CBORValue
    ) throws(MalformedBytes) -> [ClaimValue.Component] {
        guard case .array(let elements) = value else {
            throw Policy.malformed("has components that are no array")
        }
        var result: [ClaimValue.Component] = []
        for element in elements {
            guard case .array(let pair) = element, pair.count == 2,
                case .text(let name) = pair[0], case .unsigned(let version) = pair[1]
            else { throw Policy.malformed("has a component that is no name and version") }
            result.append(ClaimValue.Component(name, version))
        }
        return result
    }
}
