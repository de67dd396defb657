/// Text that is no TOML, or uses a part of it that is not read here.
package struct MalformedTOML: Error, Equatable, Sendable {
    /// The line, counted from 1.
    package let line: Int
    /// What is wrong there.
    package let problem: String

    package init(line: Int, problem: String) {
        self.line = line
        self.problem = problem
    }
}
