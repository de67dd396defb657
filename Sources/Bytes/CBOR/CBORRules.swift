/// How strictly CBOR from outside is read.
///
/// Whatever the rules, integers and lengths must be encoded as shortly as possible, map keys must
/// be unique, text must be UTF-8, floating-point numbers are refused, and nothing may follow.
package struct CBORRules: Sendable {
    /// Whether arrays, maps and strings of indefinite length (RFC 8949 §3.2) are read.
    package var allowsIndefiniteLength = false
    /// Whether map keys must be in bytewise order of their encodings (RFC 8949 §4.2.1).
    package var requiresSortedKeys = false
    /// Most containers and tags inside one another.
    package var maximumDepth = 16
    /// Most data items in all.
    package var maximumItems = 16_384
    /// Most bytes of a map's key; those in use are numbers and short names.
    package var maximumKeyBytes = 256
    /// Most bytes of input.
    package var maximumBytes = 1 << 20

    package init() {}

    /// RFC 8949 §4.2 core deterministic encoding: each value has exactly one spelling.
    package static let deterministic: CBORRules = {
        var rules = CBORRules()
        rules.requiresSortedKeys = true
        return rules
    }()

    /// Definite lengths, any key order: what COSE messages in the field use.
    package static let definite = CBORRules()

    /// Indefinite lengths too: AWS Nitro documents use them.
    package static let indefinite: CBORRules = {
        var rules = CBORRules()
        rules.allowsIndefiniteLength = true
        return rules
    }()
}
