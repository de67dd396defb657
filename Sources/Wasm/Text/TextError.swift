package import Diagnostics

/// Text that is not WebAssembly's text format: what was found, what is allowed, and where.
///
/// ``problem`` starts with the conformance suite's own phrase where there is one, such as
/// `unknown operator` or `constant out of range`.
package struct TextError: Error, Equatable, Sendable, Diagnosable, CustomStringConvertible {
    /// Line of the offending token; the first line is 1.
    package let line: Int
    /// Column in bytes; the first column is 1.
    package let column: Int
    /// What was found and what is allowed; text from outside is escaped.
    package let problem: String

    package init(line: Int, column: Int, problem: String) {
        self.line = line
        self.column = column
        self.problem = problem
    }

    package var description: String { "\(line):\(column): \(problem)" }

    package var diagnostic: Diagnostic {
        Diagnostic(what: problem, where: "\(line):\(column)")
    }
}
