import Bytes

/// Lines of `policy.toml` as they would have to read.
enum PolicyLine {
    /// The line that would admit what was found, in the form of the expectation that refused it.
    static func admitting(
        _ claim: Claim, like expectation: Expectation?, _ format: EvidenceFormat
    ) -> String {
        let key = "\(format.rawValue).\(claim.definition.name)"
        guard let value = claim.value else {
            return "\(key) = { not-appraised = \"why it need not be known\" }"
        }
        return "\(key) = \(right(value, like: expectation))"
    }

    private static func right(_ value: ClaimValue, like expectation: Expectation?) -> String {
        switch (value, expectation) {
        case (.number(let number), .atLeast?): "{ at-least = \(number) }"
        case (.number(let number), .atMost?): "{ at-most = \(number) }"
        case (.number(let number), .includes?): "{ includes = \(number) }"
        case (.number(let number), _): "[\(number)]"
        case (.bytes(let bytes), _): "[\"\(bytes.hexadecimal)\"]"
        case (.flag(let flag), _): flag ? "true" : "false"
        case (.workload(let identity), _): "[\"\(identity)\"]"
        case (.text(let text), _): "[\(JSONText.string(text).compact)]"
        case (.names(let names), _):
            "[" + names.map { JSONText.string($0).compact }.joined(separator: ", ") + "]"
        case (.components(let line, let parts), _):
            "{ \(line) = { "
                + parts.map { "\($0.name) = \($0.version)" }.joined(separator: ", ") + " } }"
        }
    }
}
