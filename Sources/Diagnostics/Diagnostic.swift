/// How an error is told to a person: what happened, where, and how to mend it.
///
/// Never holds a secret. Text from outside is escaped with ``Swift/String/escapedForDisplay(limit:)``
/// before it gets here.
package struct Diagnostic: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, in one clause: what was found and what was allowed.
    package var what: String
    /// Where: a file and line, or a section, function and byte offset. Empty when there is no place.
    package var location: String
    /// How to mend it. Empty when nothing sensible can be advised.
    package var remedy: String

    package init(what: String, where location: String = "", remedy: String = "") {
        self.what = what
        self.location = location
        self.remedy = remedy
    }

    /// `where: what` and, on a second line, the remedy.
    package var description: String {
        let place = location.isEmpty ? "" : "\(location): "
        let mend = remedy.isEmpty ? "" : "\n  remedy: \(remedy)"
        return "\(place)\(what)\(mend)"
    }
}

/// An error that can be told to a person.
package protocol Diagnosable: Error {
    /// The error as what, where and remedy.
    var diagnostic: Diagnostic { get }
}

extension String {
    /// The text with control characters, quotes, backslashes and invisible characters escaped, cut
    /// to `limit` characters; safe to print on a terminal or in a log.
    package func escapedForDisplay(limit: Int = 200) -> String {
        var result = ""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count >= limit { return result + "…" }
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate,
                    .privateUse, .unassigned:
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}
