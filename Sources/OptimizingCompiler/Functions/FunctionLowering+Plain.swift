internal import Wasm
internal import WasmEngine

extension FunctionLowering {
    /// Lowers an instruction other than a block's.
    mutating func plainStep() {
        let opcode = validator.opcode
        switch opcode {
        case .nop: break
        case .unreachable: trap(.unreachable)
        case .br: branch(to: validator.index0)
        case .brIf:
            var condition = pop(.i1)
            if let round = nextRound() { condition = round }
            branch(if: condition, to: validator.index0)
        case .brTable: branchTable()
        case .return: emitReturn()
        case .call: call(validator.index0)
        case .callIndirect: callIndirect()
        case .callRef: callReference()
        case .returnCall, .returnCallIndirect, .returnCallRef: tailCall()
        case .throw, .throwRef, .rethrow: throwException(opcode)
        case .drop:
            let value = popAny()
            keep(value)
        case .select, .selectTyped: select()
        case .localGet, .localSet, .localTee: local(opcode)
        case .globalGet: getGlobal()
        case .globalSet: setGlobal()
        case .i32Const: push(.constant(Int32(truncatingIfNeeded: validator.value)))
        case .i64Const: push(.constant(Int64(bitPattern: validator.value)))
        case .f32Const: push(.float(bits: UInt32(truncatingIfNeeded: validator.value)))
        case .f64Const: push(.double(bits: validator.value))
        default:
            if memory(opcode) || integer(opcode) || float(opcode) || vector(opcode)
                || atomic(opcode) || reference(opcode) || bulk(opcode) || aggregate(opcode)
            {
                return
            }
            isUnsupported = true
        }
    }

    private mutating func local(_ opcode: Opcode) {
        let index = validator.index0
        let type = validator.local(index).ir
        switch opcode {
        case .localGet:
            var value = emit("load \(type.text), ptr %l\(index)", type)
            value.local = current(index)
            value.sum = sums[current(index)]
            push(value)
        case .localSet:
            let value = pop(type)
            localVersions[index, default: 0] += 1
            sums[current(index)] = value.sum
            guard survey.readLocals.contains(index) else { return keep(value) }
            emit("store \(value.typed), ptr %l\(index)")
        default:
            var value = pop(type)
            localVersions[index, default: 0] += 1
            if survey.readLocals.contains(index) { emit("store \(value.typed), ptr %l\(index)") }
            value.local = current(index)
            sums[current(index)] = value.sum
            push(value)
        }
    }

    /// The value that a local has now.
    private func current(_ local: UInt32) -> LocalValue {
        LocalValue(
            local: local, version: localVersions[local, default: 0], straightLine: straightLine)
    }

    private mutating func select() {
        let condition = pop(.i1)
        let other = popAny()
        let one = popAny()
        var (left, right) = (one, other)
        if left.type != right.type {
            let type: IRType = left.type == .i1 || right.type == .i1 ? .i32 : .i64x2
            left = convert(left, to: type)
            right = convert(right, to: type)
        }
        push(
            emit("select i1 \(condition.text), \(left.typed), \(right.typed)", left.type),
            from: one, other, condition)
    }

    private mutating func getGlobal() {
        let index = Int(validator.index0)
        let type = plan.module.globals[index].type.value.ir
        let constant = plan.module.globals[index].type.isMutable ? "" : ", !invariant.load !4"
        let place = global(index)
        push("load \(type.text), ptr \(place), align 8, !tbaa !13\(constant)", type)
    }

    private mutating func setGlobal() {
        let index = Int(validator.index0)
        let value = pop(plan.module.globals[index].type.value.ir)
        let place = global(index)
        emit("store \(value.typed), ptr \(place), align 8, !tbaa !13")
    }

    /// References that no heap is needed for (§4.6.6), and branches on them.
    mutating func reference(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .refNull: push(.constant(Int64(0)))
        case .refIsNull:
            let value = pop(.i64)
            push(emit("icmp eq \(value.typed), 0", .i1), from: value)
        case .refEq:
            let right = pop(.i64)
            let left = pop(.i64)
            push(emit("icmp eq \(left.typed), \(right.text)", .i1), from: left, right)
        case .refAsNonNull:
            let value = pop(.i64)
            trap(.nullReference, if: emit("icmp eq \(value.typed), 0", .i1))
            push(value)
        case .brOnNull:
            let value = pop(.i64)
            let isNull = emit("icmp eq \(value.typed), 0", .i1)
            branch(if: isNull, to: validator.index0)
            push(value)
        case .brOnNonNull:
            let value = pop(.i64)
            push(value)
            let isNull = emit("icmp eq \(value.typed), 0", .i1)
            branch(if: isNull, to: validator.index0, unless: true)
            _ = popAny()
        case .refI31:
            let value = pop(.i32)
            let wide = emit("zext \(value.typed) to i64", .i64)
            let shifted = emit("shl i64 \(wide.text), 33", .i64)
            let placed = emit("lshr i64 \(shifted.text), 1", .i64)
            push(emit("or i64 \(placed.text), 1", .i64), from: value)
        case .i31GetS, .i31GetU: i31(isSigned: opcode == .i31GetS)
        case .anyConvertExtern, .externConvertAny: break  // No bit changes.
        default: return false
        }
        return true
    }

    private mutating func i31(isSigned: Bool) {
        let value = pop(.i64)
        trap(.nullReference, if: emit("icmp eq \(value.typed), 0", .i1))
        let high = emit("lshr \(value.typed), 32", .i64)
        var number = emit("trunc \(high.typed) to i32", .i32)
        if isSigned {
            let up = emit("shl \(number.typed), 1", .i32)
            number = emit("ashr \(up.typed), 1", .i32)
        }
        push(number, from: value)
    }
}
