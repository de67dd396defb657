/// What `clang` wrote is not the object file that was asked for.
package struct MalformedObject: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong and where.
    package var problem: String

    init(_ problem: String) { self.problem = problem }

    package var description: String { "object file: \(problem)" }
}
