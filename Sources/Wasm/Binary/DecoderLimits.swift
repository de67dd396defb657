/// What a module may ask for before decoding gives up on it.
///
/// The standard values are those of the WebAssembly JavaScript Interface, "Implementation-defined
/// Limits", which every toolchain already keeps to.
package struct DecoderLimits: Sendable {
    package var types = 1_000_000
    package var functions = 1_000_000
    package var imports = 1_000_000
    package var exports = 1_000_000
    package var globals = 1_000_000
    package var tags = 1_000_000
    package var tables = 100_000
    package var memories = 100
    package var dataSegments = 100_000
    package var elementSegments = 10_000_000
    /// Entries of one element segment.
    package var elementEntries = 10_000_000
    /// Parameters of one function type.
    package var parameters = 1_000
    /// Results of one function type.
    package var results = 1_000
    package var structureFields = 10_000
    /// Operands of `array.new_fixed`.
    package var arrayFixedLength: UInt32 = 10_000
    /// Locals of one function, its parameters included.
    package var locals = 50_000
    /// Bytes of one function's body.
    package var bodyBytes = 7_654_321
    /// Values on one function's operand stack.
    package var operands = 1_000_000
    /// Values that the blocks, calls and branches of one body may move as lists, to begin with...
    package var listedTypes = 200_000
    /// ...and for each byte of the body besides. Compilers' code stays below ten.
    package var listedTypesPerByte = 64
    /// Declared supertypes above a type.
    package var subtypeDepth = 63

    package static let standard = DecoderLimits()

    package init() {}
}
