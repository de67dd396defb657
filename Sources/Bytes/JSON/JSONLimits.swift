/// How much JSON from outside is read.
package struct JSONLimits: Sendable {
    /// Most bytes of input.
    package var maximumBytes = 1 << 20
    /// Most arrays and objects inside one another.
    package var maximumDepth = 24
    /// Most values in all.
    package var maximumValues = 65_536

    package init() {}
}
