import Bytes
import Diagnostics

/// A Name of RFC 5280 §4.1.2.4. Two names are one when their bytes are.
package struct DistinguishedName: Equatable, Sendable, CustomStringConvertible {
    /// Most attributes of a name.
    static let maximumAttributes = 32

    /// The DER encoding, as received.
    let encoded: [UInt8]
    /// Attribute types and their text, in order.
    let attributes: [(type: OID, text: String)]

    init(_ reader: inout DERReader, _ field: String) throws(MalformedBytes) {
        let element = try reader.element(.sequence, field)
        var attributes: [(type: OID, text: String)] = []
        var names = element.children
        while !names.isAtEnd {
            guard attributes.count < Self.maximumAttributes else {
                throw element.malformed(field, "more than \(Self.maximumAttributes) attributes")
            }
            var set = try names.element(.set, field).children
            var pair = try set.sequence(field)
            let type = try pair.objectIdentifier(field)
            attributes.append((type, try Self.text(try pair.any(field), field)))
            try pair.expectEnd(field)
            try set.expectEnd(field)
        }
        encoded = Array(element.encoded)
        self.attributes = attributes
    }

    private static func text(_ element: DERElement, _ field: String) throws(MalformedBytes)
        -> String
    {
        switch element.tag {
        case .utf8String, .printableString, .ia5String, .teletexString:
            guard let text = String(validating: element.content, as: UTF8.self) else {
                throw element.malformed(field, "text is not UTF-8")
            }
            return text
        default: throw element.malformed(field, "attribute is no text")
        }
    }

    /// The one common name; `nil` when there is none or more than one.
    package var commonName: String? {
        let names = attributes.filter { $0.type == .commonName }
        return names.count == 1 ? names.first?.text : nil
    }

    package static func == (left: Self, right: Self) -> Bool { left.encoded == right.encoded }

    /// The common name, or every attribute, escaped for display.
    package var description: String {
        (commonName ?? attributes.map { "\($0.type)=\($0.text)" }.joined(separator: ","))
            .escapedForDisplay()
    }
}
