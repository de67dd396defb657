/// How much JSON from outside is read.
package struct JSONLimits: Sendable {
    /// Most bytes of input.
    package var maximumBytes = 1 << 20
    /// Most arrays and objects inside one another.
    package var maximumDepth = 24
    /// Most values in all.
    package var maximumValues = 8192

    package init() {}

    /// For files of our own, such as test vectors: only nesting is limited.
    package static let unlimited: JSONLimits = {
        var limits = JSONLimits()
        limits.maximumBytes = .max
        limits.maximumValues = .max
        return limits
    }()
}
