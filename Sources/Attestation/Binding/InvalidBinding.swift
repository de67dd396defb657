package import Diagnostics

/// An input of the report data's binding that is not of the size it must have.
package struct InvalidBinding: Error, Equatable, Sendable, Diagnosable {
    /// The input's name.
    package let field: String
    /// Bytes that were given.
    package let byteCount: Int
    /// Bytes that it may have.
    package let allowed: ClosedRange<Int>

    package var diagnostic: Diagnostic {
        Diagnostic(
            what: "\(field) has \(byteCount) bytes, not \(allowed.lowerBound) to "
                + "\(allowed.upperBound)", where: "report data binding",
            remedy: "Documentation/Formats/ReportData.md says what each input is")
    }
}
