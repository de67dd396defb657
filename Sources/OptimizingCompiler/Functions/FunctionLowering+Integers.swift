internal import Wasm
internal import WasmEngine

/// Integer arithmetic (core specification 3.0, §4.3.2).
extension FunctionLowering {
    /// False, and nothing written, when the opcode is none of these.
    mutating func integer(_ opcode: Opcode) -> Bool {
        if let (operation, type) = opcode.integerBinary { return plain(operation, type) }
        if let (predicate, type) = opcode.integerComparison { return compare(predicate, type) }
        switch opcode {
        case .i32Eqz: equalsZero(.i32)
        case .i64Eqz: equalsZero(.i64)
        case .i32Shl: shift("shl", .i32)
        case .i32ShrS: shift("ashr", .i32)
        case .i32ShrU: shift("lshr", .i32)
        case .i64Shl: shift("shl", .i64)
        case .i64ShrS: shift("ashr", .i64)
        case .i64ShrU: shift("lshr", .i64)
        case .i32Rotl: rotate("fshl", .i32)
        case .i32Rotr: rotate("fshr", .i32)
        case .i64Rotl: rotate("fshl", .i64)
        case .i64Rotr: rotate("fshr", .i64)
        case .i32Clz: count("ctlz", .i32, ", i1 false")
        case .i32Ctz: count("cttz", .i32, ", i1 false")
        case .i32Popcnt: count("ctpop", .i32, "")
        case .i64Clz: count("ctlz", .i64, ", i1 false")
        case .i64Ctz: count("cttz", .i64, ", i1 false")
        case .i64Popcnt: count("ctpop", .i64, "")
        case .i32DivS: divide("sdiv", .i32, isSigned: true)
        case .i32DivU: divide("udiv", .i32, isSigned: false)
        case .i32RemS: remainder(.i32)
        case .i32RemU: divide("urem", .i32, isSigned: false)
        case .i64DivS: divide("sdiv", .i64, isSigned: true)
        case .i64DivU: divide("udiv", .i64, isSigned: false)
        case .i64RemS: remainder(.i64)
        case .i64RemU: divide("urem", .i64, isSigned: false)
        case .i32WrapI64: cast("trunc", .i64, to: .i32)
        case .i64ExtendI32S: cast("sext", .i32, to: .i64)
        case .i64ExtendI32U: cast("zext", .i32, to: .i64)
        case .i32Extend8S: extend("i8", .i32)
        case .i32Extend16S: extend("i16", .i32)
        case .i64Extend8S: extend("i8", .i64)
        case .i64Extend16S: extend("i16", .i64)
        case .i64Extend32S: extend("i32", .i64)
        default: return false
        }
        return true
    }

    /// Pushes a result made of operands that may hold loads.
    mutating func push(_ result: IRValue, from operands: IRValue...) {
        var result = result
        result.holdsLoad = operands.contains { $0.holdsLoad }
        stack.append(result)
    }

    /// Two operands and a result of one type.
    @discardableResult
    mutating func plain(_ operation: String, _ type: IRType) -> Bool {
        let right = pop(type)
        let left = pop(type)
        var result = emit("\(operation) \(type.text) \(left.text), \(right.text)", type)
        if operation == "add", type == .i32 { result.sum = sum(left, right) }
        push(result, from: left, right)
        return true
    }

    /// What an address can be made of in 64 bits.
    private func sum(_ left: IRValue, _ right: IRValue) -> AddressSum? {
        guard let local = left.local, boundLocals.contains(local), let addend = right.integer,
            (1..<65_536).contains(addend)
        else { return nil }
        return AddressSum(base: left.text, addend: addend)
    }

    private mutating func compare(_ predicate: String, _ type: IRType) -> Bool {
        let right = pop(type)
        let left = pop(type)
        push(
            emit("icmp \(predicate) \(type.text) \(left.text), \(right.text)", .i1),
            from: left, right)
        return true
    }

    private mutating func equalsZero(_ type: IRType) {
        let value = popAny()
        if value.type == .i1 {
            push(emit("xor i1 \(value.text), true", .i1), from: value)
        } else {
            push(emit("icmp eq \(value.typed), 0", .i1), from: value)
        }
    }

    /// A shift; its count is taken modulo the width.
    private mutating func shift(_ operation: String, _ type: IRType) {
        let count = pop(type)
        let value = pop(type)
        let masked: IRValue
        if let constant = count.integer {
            masked = IRValue("\(constant & Int64(type.laneBits - 1))", type)
        } else {
            masked = emit("and \(count.typed), \(type.laneBits - 1)", type)
        }
        push(emit("\(operation) \(value.typed), \(masked.text)", type), from: value, count)
    }

    private mutating func rotate(_ intrinsic: String, _ type: IRType) {
        let count = pop(type)
        let value = pop(type)
        push(
            call(
                "llvm.\(intrinsic).\(type.text)", type,
                "\(value.typed), \(value.typed), \(count.typed)"),
            from: value, count)
    }

    private mutating func count(_ intrinsic: String, _ type: IRType, _ more: String) {
        let value = pop(type)
        push(call("llvm.\(intrinsic).\(type.text)", type, "\(value.typed)\(more)"), from: value)
    }

    mutating func cast(_ operation: String, _ from: IRType, to: IRType) {
        if operation == "zext", stack.last?.type == .i1 {
            let flag = popAny()
            return push(emit("zext i1 \(flag.text) to \(to.text)", to), from: flag)
        }
        let value = pop(from)
        push(emit("\(operation) \(value.typed) to \(to.text)", to), from: value)
    }

    private mutating func extend(_ narrow: String, _ type: IRType) {
        let value = pop(type)
        let low = emit("trunc \(value.typed) to \(narrow)", type)
        push(emit("sext \(narrow) \(low.text) to \(type.text)", type), from: value)
    }

    /// A division other than `rem_s`: traps for zero and, signed, for the quotient that does not fit.
    private mutating func divide(_ operation: String, _ type: IRType, isSigned: Bool) {
        let divisor = pop(type)
        let dividend = pop(type)
        checkDivisor(divisor)
        if isSigned, divisor.integer == nil || divisor.integer == -1 {
            let smallest = type == .i32 ? "-2147483648" : "-9223372036854775808"
            let isSmallest = emit("icmp eq \(dividend.typed), \(smallest)", .i1)
            let isMinusOne = emit("icmp eq \(divisor.typed), -1", .i1)
            let overflows = emit("and i1 \(isSmallest.text), \(isMinusOne.text)", .i1)
            trap(.integerOverflow, if: overflows)
        }
        push(
            emit("\(operation) \(dividend.typed), \(divisor.text)", type), from: dividend, divisor)
    }

    private mutating func checkDivisor(_ divisor: IRValue) {
        if let constant = divisor.integer, constant != 0 { return }
        trap(.integerDivideByZero, if: emit("icmp eq \(divisor.typed), 0", .i1))
    }

    /// A remainder of a division by −1 is 0, where the machine's instruction would fault.
    private mutating func remainder(_ type: IRType) {
        let divisor = pop(type)
        let dividend = pop(type)
        checkDivisor(divisor)
        let isMinusOne = emit("icmp eq \(divisor.typed), -1", .i1)
        let safe = emit("select i1 \(isMinusOne.text), \(type.text) 1, \(divisor.typed)", type)
        push(emit("srem \(dividend.typed), \(safe.text)", type), from: dividend, divisor)
    }

    /// A call of an intrinsic that changes nothing.
    mutating func call(_ intrinsic: String, _ type: IRType, _ arguments: String) -> IRValue {
        emit("call \(type.text) @\(intrinsic)(\(arguments))", type)
    }
}

extension Opcode {
    /// LLVM's instruction for two integers and a result of the same type that never traps.
    fileprivate var integerBinary: (String, IRType)? {
        switch self {
        case .i32Add: ("add", .i32)
        case .i32Sub: ("sub", .i32)
        case .i32Mul: ("mul", .i32)
        case .i32And: ("and", .i32)
        case .i32Or: ("or", .i32)
        case .i32Xor: ("xor", .i32)
        case .i64Add: ("add", .i64)
        case .i64Sub: ("sub", .i64)
        case .i64Mul: ("mul", .i64)
        case .i64And: ("and", .i64)
        case .i64Or: ("or", .i64)
        case .i64Xor: ("xor", .i64)
        default: nil
        }
    }

    /// LLVM's predicate of an integer comparison.
    fileprivate var integerComparison: (String, IRType)? {
        switch self {
        case .i32Eq: ("eq", .i32)
        case .i32Ne: ("ne", .i32)
        case .i32LtS: ("slt", .i32)
        case .i32LtU: ("ult", .i32)
        case .i32GtS: ("sgt", .i32)
        case .i32GtU: ("ugt", .i32)
        case .i32LeS: ("sle", .i32)
        case .i32LeU: ("ule", .i32)
        case .i32GeS: ("sge", .i32)
        case .i32GeU: ("uge", .i32)
        case .i64Eq: ("eq", .i64)
        case .i64Ne: ("ne", .i64)
        case .i64LtS: ("slt", .i64)
        case .i64LtU: ("ult", .i64)
        case .i64GtS: ("sgt", .i64)
        case .i64GtU: ("ugt", .i64)
        case .i64LeS: ("sle", .i64)
        case .i64LeU: ("ule", .i64)
        case .i64GeS: ("sge", .i64)
        case .i64GeU: ("uge", .i64)
        default: nil
        }
    }
}
