/// A JSON value to be written, with its members in the order given.
package indirect enum JSONText: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case unsigned(UInt64)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    package static func == (left: JSONText, right: JSONText) -> Bool {
        left.compact == right.compact
    }

    /// On one line, without spaces.
    package var compact: String { written(indent: nil, level: 0) }

    /// Over several lines, two spaces a level.
    package var indented: String { written(indent: 2, level: 0) }

    private func written(indent: Int?, level: Int) -> String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .string(let text): Self.quoted(text)
        case .array(let elements):
            Self.group(
                "[", elements.map { $0.written(indent: indent, level: level + 1) }, "]", indent,
                level)
        case .object(let members):
            Self.group(
                "{",
                members.map { name, value in
                    Self.quoted(name) + (indent == nil ? ":" : ": ")
                        + value.written(indent: indent, level: level + 1)
                }, "}", indent, level)
        }
    }

    private static func group(
        _ open: String, _ parts: [String], _ close: String, _ indent: Int?, _ level: Int
    ) -> String {
        guard let indent, !parts.isEmpty else {
            return open + parts.joined(separator: ",") + close
        }
        let inner = "\n" + String(repeating: " ", count: indent * (level + 1))
        let outer = "\n" + String(repeating: " ", count: indent * level)
        return open + inner + parts.joined(separator: "," + inner) + outer + close
    }

    /// A string in quotes; everything outside printable ASCII is escaped, so that no terminal or
    /// log reads more into it.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5c: result += "\\\\"
            case 0x20...0x7e: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
