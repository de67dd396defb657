internal import Wasm
internal import WasmEngine

/// Loads and stores (core specification 3.0, §4.6.9).
///
/// A 32-bit memory lies in a reservation with guard pages, so that no access is checked. Others are
/// compared with their length first.
extension FunctionLowering {
    /// False, and nothing written, when the opcode is none of these.
    mutating func memory(_ opcode: Opcode) -> Bool {
        guard let access = opcode.access else { return vectorMemory(opcode) }
        if access.isStore {
            var value = pop(access.value)
            if access.memory != access.value.text {
                value = emit("trunc \(value.typed) to \(access.memory)", access.value)
            }
            let address = address(width: access.width)
            store(access.memory, value.text, at: address)
            return true
        }
        let address = address(width: access.width)
        var value = load(access.memory, access.value, at: address)
        if let `extension` = access.extension {
            value = emit(
                "\(`extension`) \(access.memory) \(value.text) to \(access.value.text)",
                access.value)
        }
        value.holdsLoad = true
        push(value)
        return true
    }

    /// Takes the address from the stack and gives a pointer to the place.
    mutating func address(width: Int) -> String {
        let memory = Int(validator.index0)
        if plan.isWide(memory: memory) { return wideAddress(memory, pop(.i64), width) }
        let index = pop(.i32)
        if plan.isGuarded { return narrowAddress(memory, index) }
        let wide = emit("zext \(index.typed) to i64", .i64)
        return wideAddress(memory, wide, width)
    }

    private mutating func narrowAddress(_ memory: Int, _ index: IRValue) -> String {
        let base = memoryBase(memory)
        var offset = validator.value
        if let place = countedAddress(base) { return place }
        if let constant = index.integer {
            let place = UInt64(UInt32(truncatingIfNeeded: constant)) + offset
            return pointer(base, plus: "\(place)")
        }
        var start = index.text
        if let sum = index.sum {
            // The sum does not wrap round, or the access that `base` was in has trapped.
            (start, offset) = (sum.base, offset + UInt64(sum.addend))
        }
        if let local = index.local { boundLocals.insert(local) }
        let wide = emit("zext i32 \(start) to i64", .i64)
        let place = pointer(base, plus: wide.text)
        return offset == 0 ? place : pointer(place, plus: "\(offset)")
    }

    /// A pointer some bytes behind another.
    mutating func pointer(_ base: String, plus offset: String) -> String {
        emit("getelementptr i8, ptr \(base), i64 \(offset)", .i64).text
    }

    /// An address compared with the memory's length.
    mutating func wideAddress(_ memory: Int, _ index: IRValue, _ width: Int) -> String {
        let cell = memoryCell(memory)
        let place = emit("getelementptr i8, ptr \(cell), i64 8", .i64).text
        let count = emit("load i64, ptr \(place), align 8, !tbaa !12", .i64)
        let (needed, overflow) = validator.value.addingReportingOverflow(UInt64(width))
        if overflow {
            trapOutOfBounds(IRValue("true", .i1), index, width)
        } else {
            let needed = Int64(bitPattern: needed)
            let isShort = emit("icmp ult i64 \(count.text), \(needed)", .i1)
            let last = emit("sub i64 \(count.text), \(needed)", .i64)
            let isPast = emit("icmp ugt i64 \(index.text), \(last.text)", .i1)
            trapOutOfBounds(emit("or i1 \(isShort.text), \(isPast.text)", .i1), index, width)
        }
        let base = emit("load ptr, ptr \(cell), align 8, !tbaa !12", .i64).text
        let start = pointer(base, plus: index.text)
        let offset = Int64(bitPattern: validator.value)
        return pointer(start, plus: "\(offset)")
    }

    private mutating func trapOutOfBounds(_ condition: IRValue, _ index: IRValue, _ width: Int) {
        let (bad, next) = (newLabel(), newLabel())
        emit("br i1 \(condition.text), label %L\(bad), label %L\(next), !prof !5")
        traps.line("L\(bad):")
        let address = newName()
        traps.line("\(address) = add i64 \(index.text), \(Int64(bitPattern: validator.value))")
        writeState("i64 \(address)", at: NativeLayout.State.trapAddress)
        writeState("i64 \(width)", at: NativeLayout.State.trapWidth)
        writeTrap(.memoryOutOfBounds)
        place(next)
    }

    mutating func load(_ memory: String, _ type: IRType, at place: String) -> IRValue {
        let location = location()
        return emit("load \(memory), ptr \(place), align 1, !tbaa !11\(location)", type)
    }

    mutating func store(_ memory: String, _ value: String, at place: String) {
        let location = location()
        emit("store \(memory) \(value), ptr \(place), align 1, !tbaa !11\(location)")
    }

    // MARK: Vectors

    private mutating func vectorMemory(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .v128Load: loadVector()
        case .v128Store:
            let value = popAny()
            let address = address(width: 16)
            store(value.type.text, value.text, at: address)
        case .v128Load8x8S: loadWidening(.i16x8, "i8", "sext")
        case .v128Load8x8U: loadWidening(.i16x8, "i8", "zext")
        case .v128Load16x4S: loadWidening(.i32x4, "i16", "sext")
        case .v128Load16x4U: loadWidening(.i32x4, "i16", "zext")
        case .v128Load32x2S: loadWidening(.i64x2, "i32", "sext")
        case .v128Load32x2U: loadWidening(.i64x2, "i32", "zext")
        case .v128Load8Splat: loadSplat(.i8x16)
        case .v128Load16Splat: loadSplat(.i16x8)
        case .v128Load32Splat: loadSplat(.i32x4)
        case .v128Load64Splat: loadSplat(.i64x2)
        case .v128Load32Zero: loadZero(.i32x4)
        case .v128Load64Zero: loadZero(.i64x2)
        case .v128Load8Lane: loadLane(.i8x16)
        case .v128Load16Lane: loadLane(.i16x8)
        case .v128Load32Lane: loadLane(.i32x4)
        case .v128Load64Lane: loadLane(.i64x2)
        case .v128Store8Lane: storeLane(.i8x16)
        case .v128Store16Lane: storeLane(.i16x8)
        case .v128Store32Lane: storeLane(.i32x4)
        case .v128Store64Lane: storeLane(.i64x2)
        default: return false
        }
        return true
    }

    private mutating func pushLoaded(_ value: IRValue) {
        var value = value
        value.holdsLoad = true
        push(value)
    }

    private mutating func loadVector() {
        let address = address(width: 16)
        let value = load("<2 x i64>", .i64x2, at: address)
        pushLoaded(value)
    }

    private mutating func loadWidening(_ type: IRType, _ lane: String, _ extension: String) {
        let address = address(width: 8)
        let half = load("<\(type.laneCount) x \(lane)>", type, at: address)
        pushLoaded(
            emit(
                "\(`extension`) <\(type.laneCount) x \(lane)> \(half.text) to \(type.text)", type))
    }

    private mutating func loadSplat(_ type: IRType) {
        let address = address(width: type.laneBits / 8)
        let lane = load(type.lane, type, at: address)
        pushLoaded(splat(lane.text, type))
    }

    private mutating func loadZero(_ type: IRType) {
        let address = address(width: type.laneBits / 8)
        let lane = load(type.lane, type, at: address)
        pushLoaded(
            emit(
                "insertelement \(type.text) zeroinitializer, \(type.lane) \(lane.text), i32 0",
                type))
    }

    private mutating func loadLane(_ type: IRType) {
        let value = pop(type)
        let address = address(width: type.laneBits / 8)
        let lane = load(type.lane, type, at: address)
        pushLoaded(
            emit(
                "insertelement \(value.typed), \(type.lane) \(lane.text), i32 \(validator.index1)",
                type))
    }

    private mutating func storeLane(_ type: IRType) {
        let value = pop(type)
        let address = address(width: type.laneBits / 8)
        let lane = emit("extractelement \(value.typed), i32 \(validator.index1)", type)
        store(type.lane, lane.text, at: address)
    }
}

/// What a load or store of a number does.
struct ScalarAccess {
    /// The operand or result.
    var value: IRType
    /// What lies in memory, as LLVM spells it.
    var memory: String
    /// Bytes.
    var width: Int
    /// How a load fills the result.
    var `extension`: String?
    var isStore = false

    static func load(
        _ value: IRType, _ memory: String, _ width: Int, _ extension: String? = nil
    ) -> ScalarAccess {
        ScalarAccess(value: value, memory: memory, width: width, extension: `extension`)
    }

    static func store(_ value: IRType, _ memory: String, _ width: Int) -> ScalarAccess {
        ScalarAccess(value: value, memory: memory, width: width, isStore: true)
    }
}

extension Opcode {
    fileprivate var access: ScalarAccess? {
        switch self {
        case .i32Load: .load(.i32, "i32", 4)
        case .i64Load: .load(.i64, "i64", 8)
        case .f32Load: .load(.float, "float", 4)
        case .f64Load: .load(.double, "double", 8)
        case .i32Load8S: .load(.i32, "i8", 1, "sext")
        case .i32Load8U: .load(.i32, "i8", 1, "zext")
        case .i32Load16S: .load(.i32, "i16", 2, "sext")
        case .i32Load16U: .load(.i32, "i16", 2, "zext")
        case .i64Load8S: .load(.i64, "i8", 1, "sext")
        case .i64Load8U: .load(.i64, "i8", 1, "zext")
        case .i64Load16S: .load(.i64, "i16", 2, "sext")
        case .i64Load16U: .load(.i64, "i16", 2, "zext")
        case .i64Load32S: .load(.i64, "i32", 4, "sext")
        case .i64Load32U: .load(.i64, "i32", 4, "zext")
        case .i32Store: .store(.i32, "i32", 4)
        case .i64Store: .store(.i64, "i64", 8)
        case .f32Store: .store(.float, "float", 4)
        case .f64Store: .store(.double, "double", 8)
        case .i32Store8: .store(.i32, "i8", 1)
        case .i32Store16: .store(.i32, "i16", 2)
        case .i64Store8: .store(.i64, "i8", 1)
        case .i64Store16: .store(.i64, "i16", 2)
        case .i64Store32: .store(.i64, "i32", 4)
        default: nil
        }
    }
}
