internal import Wasm
internal import WasmEngine

/// Structures, arrays and casts (core specification 3.0, §4.6.6), by the engine's helpers.
extension FunctionLowering {
    /// False, and nothing written, when the opcode is none of these.
    mutating func aggregate(_ opcode: Opcode) -> Bool {
        let type = validator.index0
        let context = validator.context
        switch opcode {
        case .structNew:
            perform(opcode, operands: context.fieldCount(ofType: type) ?? 0, results: [.i64])
        case .structNewDefault: perform(opcode, operands: 0, results: [.i64])
        case .arrayNewFixed:
            perform(opcode, operands: Int(validator.index1), results: [.i64])
        case .arrayNewDefault: perform(opcode, operands: 1, results: [.i64])
        case .arrayNew, .arrayNewData, .arrayNewElem:
            perform(opcode, operands: 2, results: [.i64])
        case .structGet, .structGetS, .structGetU:
            let storage = context.field(Int(validator.index1), ofType: type).storage
            perform(opcode, operands: 1, results: [storage.unpacked.ir])
        case .structSet: perform(opcode, operands: 2)
        case .arrayGet, .arrayGetS, .arrayGetU:
            let storage = context.field(0, ofType: type).storage
            perform(opcode, operands: 2, results: [storage.unpacked.ir])
        case .arraySet: perform(opcode, operands: 3)
        case .arrayLen: perform(opcode, operands: 1, results: [.i32])
        case .arrayFill: perform(opcode, operands: 4)
        case .arrayCopy: perform(opcode, operands: 5)
        case .arrayInitData, .arrayInitElem: perform(opcode, operands: 4)
        case .refTest, .refTestNull:
            let value = pop(.i64)
            push(test(value))
        case .refCast, .refCastNull:
            let value = pop(.i64)
            let fits = test(value)
            trap(.castFailure, if: emit("icmp eq \(fits.typed), 0", .i1))
            push(value)
        case .brOnCast, .brOnCastFail:
            let value = pop(.i64)
            push(value)
            let fits = test(value)
            let flag = emit("icmp ne \(fits.typed), 0", .i1)
            branch(if: flag, to: validator.index0, unless: opcode == .brOnCastFail)
        default: return false
        }
        return true
    }

    /// Whether a reference belongs to the instruction's target type.
    private mutating func test(_ value: IRValue) -> IRValue {
        let target = validator.castTarget
        return callHelper(
            .refTest,
            "\(value.typed), i32 \(target.heapType.binary), i32 \(target.isNullable ? 1 : 0)",
            result: "i32", .i32)
    }
}

extension HeapType {
    /// The number that the binary format gives it (§5.3.3).
    fileprivate var binary: Int {
        switch self {
        case .any: -0x12
        case .eq: -0x13
        case .i31: -0x14
        case .struct: -0x15
        case .array: -0x16
        case .none: -0x0F
        case .func: -0x10
        case .noFunc: -0x0D
        case .extern: -0x11
        case .noExtern: -0x0E
        case .exn: -0x17
        case .noExn: -0x0C
        default: typeIndex.map { Int($0) } ?? -0x0F
        }
    }
}
