import Attestation
import Bytes
import Diagnostics

/// Turns the tables of a policy file into expectations.
struct PolicyReader {
    let file: String
    private(set) var policy: Policy
    private(set) var rootFiles: [RootFile] = []

    init(file: String) {
        self.file = file
        policy = Policy(identifier: file)
    }

    private func invalid(_ line: Int, _ what: String, remedy: String = "") -> Diagnostic {
        Diagnostic(what: what, where: "\(file):\(line)", remedy: remedy)
    }

    mutating func read(_ document: TOMLTable) throws(Diagnostic) {
        guard case .integer(Int64(PolicyFile.version))? = document["policy"]?.content else {
            throw invalid(
                document["policy"]?.line ?? 1, "the file does not say which format it is in",
                remedy: "write `policy = \(PolicyFile.version)` at its top")
        }
        for (key, value) in document.entries where key != "policy" {
            switch key {
            case "name": policy.identifier = try string(value, key)
            case "roots": try readRoots(try table(value, key))
            default:
                guard let format = EvidenceFormat(rawValue: key) else {
                    let known = EvidenceFormat.allCases.map(\.rawValue).joined(separator: ", ")
                    throw invalid(
                        value.line, "unknown key \(key.debugDescription)",
                        remedy: "known are policy, name, roots and the formats \(known)")
                }
                try readSection(format, try table(value, key))
            }
        }
    }

    private mutating func readRoots(_ roots: TOMLTable) throws(Diagnostic) {
        for (key, value) in roots.entries {
            guard let vendor = RootFile.Vendor(rawValue: key) else {
                let known = RootFile.Vendor.allCases.map(\.rawValue).joined(separator: ", ")
                throw invalid(
                    value.line, "unknown key \("roots.\(key)".debugDescription)",
                    remedy: "`amd = [\"FILE\"]` names further roots; known are \(known)")
            }
            for element in try array(value, key) {
                rootFiles.append(
                    RootFile(vendor: vendor, path: try string(element, key), line: element.line))
            }
        }
    }

    private mutating func readSection(
        _ format: EvidenceFormat, _ section: TOMLTable
    ) throws(Diagnostic) {
        policy.accept(format)
        for (claim, value) in section.entries {
            guard let definition = format.claimTable.first(where: { $0.name == claim }) else {
                throw invalid(
                    value.line, "\(format.title)s make no claim \(claim.debugDescription)",
                    remedy: "`martlet policy explain \(format.rawValue)` lists the claims")
            }
            let expectation = try ExpectationReader(file: file, definition).read(value)
            do {
                try policy.expect(format, claim, expectation)
                policy.note(place: "\(file):\(value.line)", of: claim, in: format)
            } catch {
                throw invalid(value.line, error.diagnostic.what, remedy: error.diagnostic.remedy)
            }
        }
    }

    private func string(_ value: TOMLValue, _ key: String) throws(Diagnostic) -> String {
        guard case .string(let text) = value.content else {
            throw invalid(value.line, "\(key) must be a string, is \(value.kind)")
        }
        return text
    }

    private func array(_ value: TOMLValue, _ key: String) throws(Diagnostic) -> [TOMLValue] {
        guard case .array(let elements) = value.content else {
            throw invalid(value.line, "\(key) must be an array, is \(value.kind)")
        }
        return elements
    }

    private func table(_ value: TOMLValue, _ key: String) throws(Diagnostic) -> TOMLTable {
        guard case .table(let table) = value.content else {
            throw invalid(value.line, "\(key) must be a table, is \(value.kind)")
        }
        return table
    }
}
