/// One row of ``InstructionTable``: how an instruction is spelled, encoded and typed.
package struct InstructionDescription: Sendable {
    package let opcode: Opcode
    /// The text format's keyword, such as `i32.add`.
    package let mnemonic: StaticString
    /// The opcode space that ``code`` counts in.
    package let space: OpcodeSpace
    /// The opcode's number within its space.
    package let code: UInt16
    /// What follows the opcode.
    package let immediates: ImmediateKind
    /// Operands and result, where they do not depend on immediates or the operand stack.
    package let operands: OperandTypes?
    /// Base-two logarithm of the bytes accessed, which is also the largest alignment hint; `nil`
    /// when the instruction accesses no memory through a memory argument.
    package let accessWidthLog2: UInt8?
    /// The proposal that brought the instruction.
    package let feature: Feature
}

/// The byte that opens an instruction's encoding.
package enum OpcodeSpace: UInt8, Sendable, CaseIterable {
    /// No prefix: the opcode is one byte.
    case core = 0
    /// Garbage collection, prefix 0xFB.
    case gc = 0xFB
    /// Saturating conversions, bulk memory and tables, prefix 0xFC.
    case misc = 0xFC
    /// Vector instructions, prefix 0xFD.
    case simd = 0xFD
    /// Threads' atomic instructions, prefix 0xFE.
    case atomic = 0xFE
}

/// The shape of an instruction's immediates, in encoding order.
package enum ImmediateKind: UInt8, Sendable, BitwiseCopyable {
    case none, blockType, label, labelTable, function, typeTable, type, local, global, table
    case tableTable, memory, memoryMemory, memoryArgument, memoryArgumentLane, lane, shuffle
    case v128, i32, i64, f32, f64, heapType, valueTypes, element, elementTable, data, dataMemory
    case typeField, typeCount, typeData, typeElement, typeType, branchOnCast, tag, tryTable, fence
}

/// The proposals a module can use, each named as in the specification's history.
package enum Feature: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case core1, signExtension, saturatingConversions, multiValue, bulkMemory, referenceTypes
    case simd, relaxedSIMD, tailCalls, functionReferences, garbageCollection, exceptions
    case legacyExceptions, multiMemory, memory64, extendedConstants, threads
}

/// Operands and result of an instruction whose type is fixed.
package struct OperandTypes: Sendable, Equatable {
    /// An operand's type; `address` is `i32` or `i64` as the accessed memory has it.
    package enum Operand: UInt8, Sendable {
        case i32 = 1, i64, f32, f64, v128, address
    }

    /// Four bits an operand, the first operand in the lowest bits.
    private let packedParameters: UInt16
    /// The number of operands, 0 to 4.
    package let parameterCount: UInt8
    /// The result, if there is one.
    package let result: Operand?

    @inline(never)
    package init(_ parameters: [Operand], to result: Operand?) {
        packedParameters = parameters.reversed().reduce(0) { $0 << 4 | UInt16($1.rawValue) }
        parameterCount = UInt8(truncatingIfNeeded: parameters.count)
        self.result = result
    }

    /// The operands, first pushed first.
    package var parameters: [Operand] {
        (0..<Int(parameterCount)).compactMap {
            Operand(rawValue: UInt8(truncatingIfNeeded: packedParameters >> ($0 * 4) & 15))
        }
    }
}

/// Collects the rows of ``InstructionTable``.
struct InstructionTableBuilder {
    private(set) var rows: [InstructionDescription] = []

    init() { rows.reserveCapacity(Opcode.allCases.count) }

    // Not inlined: hundreds of calls in one initialiser would take the optimiser long.

    /// Adds an instruction whose type depends on immediates or the operand stack.
    @inline(never)
    mutating func row(
        _ opcode: Opcode, _ mnemonic: StaticString, _ space: OpcodeSpace, _ code: UInt16,
        _ immediates: ImmediateKind, _ feature: Feature = .core1
    ) {
        rows.append(
            InstructionDescription(
                opcode: opcode, mnemonic: mnemonic, space: space, code: code,
                immediates: immediates, operands: nil, accessWidthLog2: nil, feature: feature))
    }

    /// Adds an instruction of fixed type.
    @inline(never)
    mutating func row(
        _ opcode: Opcode, _ mnemonic: StaticString, _ space: OpcodeSpace, _ code: UInt16,
        _ immediates: ImmediateKind, _ operands: OperandTypes, access: UInt8? = nil,
        _ feature: Feature = .core1
    ) {
        rows.append(
            InstructionDescription(
                opcode: opcode, mnemonic: mnemonic, space: space, code: code,
                immediates: immediates, operands: operands, accessWidthLog2: access,
                feature: feature))
    }
}

extension Opcode {
    /// The instruction's row in ``InstructionTable``.
    package var description: InstructionDescription { InstructionTable.rows[Int(rawValue)] }
}
