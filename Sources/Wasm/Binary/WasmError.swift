package import Diagnostics

/// Why bytes are no WebAssembly module, or a module that breaks the rules.
///
/// Messages begin with the words the official test suite expects ("unexpected end", "type
/// mismatch"...), then say what was found and what is allowed.
package indirect enum WasmError: Error, Equatable, Sendable {
    /// The bytes are not in the binary format (core specification 3.0, chapter 5).
    case malformed(WasmProblem)
    /// The module breaks a validation rule (core specification 3.0, chapter 3) or a limit.
    case invalid(WasmProblem)
}

/// What went wrong in a module, and where.
package struct WasmProblem: Equatable, Sendable {
    /// The broken rule, such as `type mismatch`.
    package var message: String
    /// What stands in the module; empty when the message says it all.
    package var found = ""
    /// What is allowed in its place; empty when the message says it all.
    package var allowed = ""
    /// The section, such as `code`; empty outside sections.
    package var section = ""
    /// The function's index, imports counted, when the problem lies in a function's body.
    package var function: UInt32?
    /// The function's name, where the name section gives one.
    package var functionName: String?
    /// Offset from the module's first byte.
    package var offset: Int

    package init(
        _ message: String, found: String = "", allowed: String = "", section: String = "",
        function: UInt32? = nil, offset: Int
    ) {
        self.message = message
        self.found = found
        self.allowed = allowed
        self.section = section
        self.function = function
        self.offset = offset
    }
}

extension WasmError {
    /// The details, whichever kind of error it is.
    package var problem: WasmProblem {
        switch self {
        case .malformed(let problem), .invalid(let problem): problem
        }
    }

    /// The same error with its details changed.
    package func with(_ change: (inout WasmProblem) -> Void) -> WasmError {
        var changed = problem
        change(&changed)
        switch self {
        case .malformed: return .malformed(changed)
        case .invalid: return .invalid(changed)
        }
    }
}

extension WasmError: Diagnosable, CustomStringConvertible {
    package var description: String { diagnostic.description }

    package var diagnostic: Diagnostic {
        switch self {
        case .malformed(let problem):
            Diagnostic(
                what: "malformed module: \(problem.what)", where: problem.place,
                remedy: "check that the file is complete and is a WebAssembly module")
        case .invalid(let problem):
            Diagnostic(
                what: "invalid module: \(problem.what)", where: problem.place,
                remedy: "rebuild the module; the tool that made it broke WebAssembly's rules")
        }
    }
}

extension WasmProblem {
    /// The message with what was found and what is allowed.
    package var what: String {
        var parts: [String] = []
        if !found.isEmpty { parts.append("found \(found)") }
        if !allowed.isEmpty { parts.append("allowed \(allowed)") }
        return parts.isEmpty ? message : "\(message): \(parts.joined(separator: ", "))"
    }

    /// Section, function and byte offset.
    package var place: String {
        var parts: [String] = []
        if !section.isEmpty { parts.append("\(section) section") }
        if let function {
            let name = functionName.map { " \"\($0.escapedForDisplay())\"" } ?? ""
            parts.append("function \(function)\(name)")
        }
        parts.append("byte offset 0x\(String(offset, radix: 16))")
        return parts.joined(separator: ", ")
    }
}
