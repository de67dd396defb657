/// Steps through a constant expression's instructions, for whoever evaluates it.
///
/// Meant for expressions of a ``ValidModule``; then nothing is thrown.
package struct ConstantExpressionReader: ~Copyable {
    private let code: CodeBuffer
    private var decoder: InstructionDecoder

    package init(_ expression: Module.ConstantExpression, in module: Module) {
        code = CodeBuffer(module.bytes, expression.range)
        decoder = code.decoder(at: expression.range.lowerBound, section: "", function: nil)
    }

    /// Reads the next instruction.
    ///
    /// - Returns: `false` at the `end` that closes the expression.
    /// - Throws: ``WasmError/malformed(_:)`` for bytes outside the format.
    package mutating func next() throws(WasmError) -> Bool {
        try decoder.next()
        return decoder.info.opcode != .end
    }

    package var opcode: Opcode { decoder.info.opcode }
    /// Offset of the opcode's first byte in the module.
    package var offset: Int { decoder.start }
    /// The index or type index; for `array.new_fixed` with the count in ``index1``.
    package var index0: UInt32 { decoder.index0 }
    package var index1: UInt32 { decoder.index1 }
    /// A constant's bits, a vector's low eight bytes.
    package var value: UInt64 { decoder.value }
    /// A vector's high eight bytes.
    package var value2: UInt64 { decoder.value2 }
    /// The type of `ref.null`, as written: its type index is not made canonical.
    package var nullType: ValueType { decoder.castTarget }
}
