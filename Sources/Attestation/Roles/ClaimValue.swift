package import Bytes
import Diagnostics

/// The value of one verified claim.
package enum ClaimValue: Equatable, Sendable {
    /// A digest, identifier or other string of bytes.
    case bytes([UInt8])
    /// A number or version.
    case number(UInt64)
    /// A fact that holds or does not.
    case flag(Bool)
    /// One word of a small vocabulary, or a name.
    case text(String)
    /// A set of names, such as advisories.
    case names([String])
    /// Security version numbers by component, of one product line.
    case components(line: String, [Component])
    /// What a keep runs.
    case workload(WorkloadIdentity)

    /// One component of a TCB version: its name and its security version number.
    package struct Component: Equatable, Sendable {
        package let name: String
        package let version: UInt64

        package init(_ name: String, _ version: UInt64) {
            self.name = name
            self.version = version
        }
    }

    /// What kind of value it is.
    package var kind: ClaimKind {
        switch self {
        case .bytes: .bytes
        case .number: .number
        case .flag: .flag
        case .text: .text
        case .names: .names
        case .components: .components
        case .workload: .workload
        }
    }

    /// The value as people read it; foreign text is escaped.
    package var description: String {
        switch self {
        case .bytes(let bytes): bytes.hexadecimal
        case .number(let number): String(number)
        case .flag(let flag): flag ? "yes" : "no"
        case .text(let text): text.escapedForDisplay()
        case .names(let names):
            names.isEmpty ? "none" : names.map { $0.escapedForDisplay() }.joined(separator: ", ")
        case .components(let line, let components):
            "\(line) " + components.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        case .workload(let identity): identity.description
        }
    }

    /// The value for `--json`.
    package var json: JSONText {
        switch self {
        case .bytes(let bytes): .string(bytes.hexadecimal)
        case .number(let number): .unsigned(number)
        case .flag(let flag): .boolean(flag)
        case .text(let text): .string(text)
        case .names(let names): .array(names.map(JSONText.string))
        case .components(let line, let components):
            .object(
                [("line", .string(line))] + components.map { ($0.name, .unsigned($0.version)) })
        case .workload(let identity): .string(identity.description)
        }
    }
}

/// What kind of value a claim has.
package enum ClaimKind: String, Equatable, Sendable {
    case bytes
    case number
    case flag
    case text
    case names
    case components
    case workload
}
