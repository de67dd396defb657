internal import Wasm

/// Runs one instruction for machine code as the interpreter does, operands and results in slots.
enum NativeInstruction {
    typealias Context = UnsafeMutablePointer<InstanceContext>

    /// What the interpreter's instruction says, beside its operation.
    private struct Words {
        var a = 0
        var b = 0
        var c = 1
        var d = 2
        /// In the second word, from bit 32.
        var memory = 0
        var width = HeapWidth.byte
        var first: UInt32 = 0
        var second: UInt32 = 0
    }

    /// Runs an instruction. Operands lie in order from slot 0, results come there.
    @inline(never)
    static func run(
        _ context: Context, _ slots: Slots, _ rawOpcode: UInt32, _ first: UInt32, _ second: UInt32
    ) -> TrapCode {
        guard let opcode = Opcode(rawValue: UInt16(truncatingIfNeeded: rawOpcode)) else {
            return .unreachable
        }
        var words = Words(first: first, second: second)
        switch opcode.description.space {
        case .atomic:
            let count = operandCount(atomic: opcode)
            words.memory = Int(first)
            words.first = UInt32(truncatingIfNeeded: slots[count])
            words.second = UInt32(truncatingIfNeeded: slots[count] >> 32)
            return unsafe dispatch(words, opcode, slots, context, Interpreter.atomicGroup)
        case .gc:
            let module = unsafe NativeHelpers.instance(context).module
            words = objectWords(words, opcode, module)
            return unsafe dispatch(words, opcode, slots, context, Interpreter.gcGroup)
        default:
            return unsafe dispatch(words, opcode, slots, context, Interpreter.bulkGroup)
        }
    }

    /// Whether a reference belongs to a type.
    @inline(never)
    static func test(
        _ context: Context, _ reference: UInt64, _ heapType: UInt32, isNullable: Bool
    ) -> Bool {
        var result = reference
        return unsafe withUnsafeMutablePointer(to: &result) { pointer in
            let opcode = isNullable ? Opcode.refTestNull : .refTest
            _ = unsafe run(context, Slots(pointer), UInt32(opcode.rawValue), heapType, 0)
            return unsafe pointer.pointee != 0
        }
    }

    private static func operandCount(atomic opcode: Opcode) -> Int {
        switch opcode {
        case .memoryAtomicNotify: return 2
        case .memoryAtomicWait32, .memoryAtomicWait64: return 3
        case .atomicFence: return 0
        default:
            switch AtomicOperation(opcode) {
            case .load: return 1
            case .compareExchange: return 3
            default: return 2
            }
        }
    }

    private static func objectWords(
        _ given: Words, _ opcode: Opcode, _ module: LoadedModule
    ) -> Words {
        var words = given
        let type = given.first
        switch opcode {
        case .refTest, .refTestNull, .refCast, .refCastNull:
            let target = ValueType.reference(
                heapType(type), nullable: opcode == .refTestNull || opcode == .refCastNull
            )
            let test = CastTest(target, typeNumbers: module.typeNumbers)
            words.d = Int(test.kind.rawValue)
            words.first = test.number
            words.second = test.depth
        case .structGet, .structGetS, .structGetU, .structSet:
            words.width = width(module, type, Int(given.second), isSigned: opcode == .structGetS)
            words.first = module.fieldOffsets[Int(type)][Int(given.second)]
        case .arrayNew:
            words.c = width(module, type).slotCount
            words.first = module.typeNumbers[Int(type)]
        case .arrayNewDefault, .arrayNewFixed, .arrayNewData, .arrayNewElem, .structNew,
            .structNewDefault:
            words.first = module.typeNumbers[Int(type)]
        case .arrayLen: break
        case .arrayCopy, .arrayInitData, .arrayInitElem:
            words.width = width(module, type)
            words.first = given.second
        default:
            words.width = width(module, type, isSigned: opcode == .arrayGetS)
            if opcode == .arrayFill { words = fillWords(words) }
        }
        return words
    }

    /// A heap type as the binary format writes it, truncated to 32 bits (core specification 3.0,
    /// §5.3.4).
    private static func heapType(_ encoded: UInt32) -> HeapType {
        switch Int32(bitPattern: encoded) &+ 0x80 {
        case 0x6E: .any
        case 0x6D: .eq
        case 0x6C: .i31
        case 0x6B: .struct
        case 0x6A: .array
        case 0x71: .none
        case 0x70: .func
        case 0x73: .noFunc
        case 0x6F: .extern
        case 0x72: .noExtern
        case 0x69: .exn
        case 0x74: .noExn
        default: .concrete(encoded)
        }
    }

    /// `array.fill`: array, index, value, count.
    private static func fillWords(_ given: Words) -> Words {
        var words = given
        (words.a, words.b, words.c) = (0, 1, 2)
        words.d = 2 + words.width.slotCount
        return words
    }

    private static func width(
        _ module: LoadedModule, _ type: UInt32, _ field: Int = 0, isSigned: Bool = false
    ) -> HeapWidth {
        let storage: ValueType
        switch module.module.types[Int(type)].composite {
        case .structure(let fields): storage = fields[field].storage
        case .array(let element): storage = element.storage
        case .function: storage = .i32
        }
        let width = HeapWidth(storage)
        return isSigned ? width.signed : width
    }

    private static func dispatch(
        _ words: Words, _ opcode: Opcode, _ slots: Slots, _ context: Context,
        _ group: (Code, Slots, Context) -> TrapCode
    ) -> TrapCode {
        let head =
            UInt64(opcode.rawValue) | UInt64(words.d) << 16 | UInt64(words.memory) << 32
            | UInt64(words.width.rawValue) << 48
        var code: (UInt64, UInt64, UInt64, UInt64) = (
            Instruction(.bulk, a: words.a, b: words.b, c: words.c).bits, head,
            UInt64(words.first) | UInt64(words.second) << 32, 0
        )
        return unsafe withUnsafePointer(to: &code) { code in
            unsafe group(Code(UnsafeRawPointer(code)), slots, context)
        }
    }
}
