import Attestation
import Bytes
import Diagnostics

/// Reads what a policy file expects of one claim.
struct ExpectationReader {
    private let file: String
    private let definition: ClaimDefinition

    init(file: String, _ definition: ClaimDefinition) {
        self.file = file
        self.definition = definition
    }

    private func invalid(_ line: Int, _ what: String) -> Diagnostic {
        Diagnostic(
            what: "\(definition.name): \(what)", where: "\(file):\(line)",
            remedy: "\(definition.name) takes \(Self.forms(definition.kind))")
    }

    /// The spellings that a kind of claim takes.
    static func forms(_ kind: ClaimKind) -> String {
        let other = "or { not-appraised = \"why\" }"
        return switch kind {
        case .bytes: "\"HEX\", [\"HEX\", …] \(other)"
        case .number: "[1, 2], { at-least = 1 }, { at-most = 1 }, { includes = 0x1 } \(other)"
        case .flag: "true, false \(other)"
        case .text: "\"NAME\", [\"NAME\", …] \(other)"
        case .names: "[\"NAME\", …], all that may be found, \(other)"
        case .components: "{ LINE = { COMPONENT = 1, … } }, minimums by product line, \(other)"
        }
    }

    func read(_ value: TOMLValue) throws(Diagnostic) -> Expectation {
        if case .table(let table) = value.content { return try read(table, value.line) }
        if definition.kind == .names {
            guard case .array(let elements) = value.content else {
                throw invalid(value.line, "must be an array, is \(value.kind)")
            }
            var names: [String] = []
            for element in elements { names.append(try text(element)) }
            return .only(names)
        }
        guard case .array(let elements) = value.content else { return .oneOf([try single(value)]) }
        guard !elements.isEmpty else { throw invalid(value.line, "an empty list admits nothing") }
        var values: [ClaimValue] = []
        for element in elements { values.append(try single(element)) }
        return .oneOf(values)
    }

    private func single(_ value: TOMLValue) throws(Diagnostic) -> ClaimValue {
        switch (definition.kind, value.content) {
        case (.bytes, .string(let text)):
            guard let bytes = [UInt8](hexadecimal: text), !bytes.isEmpty else {
                throw invalid(value.line, "\(text.debugDescription) is no hexadecimal")
            }
            return .bytes(bytes)
        case (.text, .string(let text)): return .text(text)
        case (.flag, .boolean(let flag)): return .flag(flag)
        case (.number, .integer): return .number(try number(value))
        default: throw invalid(value.line, "does not take \(value.kind)")
        }
    }

    private func number(_ value: TOMLValue) throws(Diagnostic) -> UInt64 {
        guard case .integer(let number) = value.content, let result = UInt64(exactly: number) else {
            throw invalid(value.line, "must be a number that is not negative")
        }
        return result
    }

    private func text(_ value: TOMLValue) throws(Diagnostic) -> String {
        guard case .string(let text) = value.content else {
            throw invalid(value.line, "must be a string, is \(value.kind)")
        }
        return text
    }

    private func read(_ table: TOMLTable, _ line: Int) throws(Diagnostic) -> Expectation {
        if let reason = table["not-appraised"], table.entries.count == 1 {
            let text = try text(reason)
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw invalid(reason.line, "say why it is not appraised")
            }
            return .notAppraised(because: text)
        }
        if definition.kind == .components { return .minimum(try minimums(table)) }
        guard definition.kind == .number, table.entries.count == 1, let entry = table.entries.first
        else { throw invalid(line, "does not take this table") }
        switch entry.key {
        case "at-least": return .atLeast(try number(entry.value))
        case "at-most": return .atMost(try number(entry.value))
        case "includes": return .includes(try number(entry.value))
        default: throw invalid(entry.value.line, "does not take \(entry.key.debugDescription)")
        }
    }

    private func minimums(
        _ table: TOMLTable
    ) throws(Diagnostic) -> [String: [ClaimValue.Component]] {
        var lines: [String: [ClaimValue.Component]] = [:]
        for (line, value) in table.entries {
            guard let known = SNPProductLine(rawValue: line) else {
                throw invalid(value.line, "\(line.debugDescription) is no product line")
            }
            guard case .table(let parts) = value.content, !parts.entries.isEmpty else {
                throw invalid(value.line, "\(line) must be a table of components")
            }
            let names = SNPTCBVersion.names(known)
            for (name, version) in parts.entries {
                guard names.contains(name) else {
                    throw invalid(version.line, "\(line) has no component \(name.debugDescription)")
                }
                lines[line, default: []].append(ClaimValue.Component(name, try number(version)))
            }
        }
        return lines
    }
}
