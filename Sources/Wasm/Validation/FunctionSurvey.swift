/// What a compiler wants to know of a body before it walks it: a quick look that checks nothing.
///
/// A body that does not decode is surveyed up to the fault, which ``FunctionValidator`` then tells.
package struct FunctionSurvey: ~Copyable {
    /// How often each local is used, parameters first; a use counts eight times more in each loop
    /// around it, up to six loops.
    package private(set) var localWeights: [UInt32]
    /// The same measure for calls and for what calls the engine.
    package private(set) var callWeight: UInt32 = 0
    /// For each open block, how far leaving it shifts the weight back.
    private var shifts = GrowableStack<UInt8>(capacity: 64)

    /// Of no function yet.
    package init() { localWeights = [] }

    /// Looks at a function, in the memory that served the last one.
    ///
    /// - Parameter localCount: parameters and declared locals.
    package mutating func look(
        at functionIndex: UInt32, of module: ValidModule, localCount: Int
    ) {
        localWeights.removeAll(keepingCapacity: true)
        // One more, for indices that are no local's.
        localWeights.append(contentsOf: repeatElement(0, count: localCount + 1))
        callWeight = 0
        shifts.truncate(to: 0)
        let place = Int(functionIndex) - module.module.importedFunctionCount
        defer { localWeights.removeLast() }
        guard module.module.code.indices.contains(place) else { return }
        let range = module.module.code[place].range
        unsafe module.module.bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, range.upperBound <= bytes.count else {
                return
            }
            unsafe localWeights.withUnsafeMutableBufferPointer { weights in
                // SAFETY: the range lies in the bytes, as checked above.
                var scan = unsafe BodyScan(
                    cursor: base + range.lowerBound, limit: base + range.upperBound,
                    weights: weights)
                scan.run(&shifts)
                callWeight = scan.callWeight
            }
        }
    }
}

/// Reads opcodes and skips immediates.
@safe
private struct BodyScan {
    var cursor: UnsafePointer<UInt8>
    let limit: UnsafePointer<UInt8>
    /// The locals' weights, and behind them one that counts for nothing.
    let weights: UnsafeMutableBufferPointer<UInt32>
    var callWeight: UInt32 = 0
    private var weight: UInt32 = 1

    init(
        cursor: UnsafePointer<UInt8>, limit: UnsafePointer<UInt8>,
        weights: UnsafeMutableBufferPointer<UInt32>
    ) {
        unsafe self.cursor = cursor
        unsafe self.limit = limit
        unsafe self.weights = weights
    }

    /// A byte; `end`'s, harmless everywhere, when none is left.
    @inline(__always)
    private mutating func byte() -> UInt8 {
        // SAFETY: the check keeps the cursor inside the body.
        guard unsafe cursor < limit else { return 0x0B }
        let value = unsafe cursor.pointee
        unsafe cursor += 1
        return value
    }

    /// An unsigned number of up to 32 bits, or whatever bits a longer one has.
    @inline(__always)
    private mutating func index() -> UInt32 {
        let first = byte()
        if first < 0x80 { return UInt32(first) }
        return longIndex(first)
    }

    private mutating func longIndex(_ first: UInt8) -> UInt32 {
        var value = UInt32(first & 0x7F)
        var shift: UInt32 = 7
        while true {
            let next = byte()
            value |= UInt32(next & 0x7F) << (shift & 31)
            if next < 0x80 { return value }
            shift += 7
            if shift > 63 { return value }
        }
    }

    private mutating func skip(_ count: Int) {
        // SAFETY: never past the limit.
        let left = unsafe limit - cursor
        unsafe cursor += Swift.min(count, left)
    }

    private mutating func memoryArgument() {
        if index() & 0x40 != 0 { _ = index() }
        _ = index()
    }

    private mutating func list(_ item: (inout BodyScan) -> Void) {
        var count = index()
        while count > 0, unsafe cursor < limit {
            item(&self)
            count -= 1
        }
    }

    private mutating func countCall() { callWeight = callWeight.saturatingSum(weight) }

    @inline(__always)
    private mutating func countLocal() {
        let local = Int(index())
        // SAFETY: the check keeps the index inside the buffer.
        if unsafe local < weights.count {
            unsafe weights[local] = unsafe weights[local].saturatingSum(weight)
        }
    }

    /// Opcodes below 64 that an index follows and that weigh nothing themselves: `br`, `br_if`, what
    /// takes locals and globals.
    private static let indexed: UInt64 =
        1 << 0x0C | 1 << 0x0D | 1 << 0x20 | 1 << 0x21 | 1 << 0x22 | 1 << 0x23 | 1 << 0x24

    /// Passes by the commonest instructions with immediates of one byte, up to another one or the
    /// last bytes. Branches only tell lengths, for what opcode comes next is not foreseen: so an index
    /// that is no local's counts too, where it does not matter.
    @inline(__always)
    private mutating func passByCommon() {
        var here = unsafe cursor
        let weight = weight
        let last = unsafe weights.count &- 1
        let stop = unsafe limit - Swift.min(limit - cursor, 2)
        while unsafe here < stop {
            // SAFETY: `stop` is two bytes before the end, or where the cursor was.
            let opcode = unsafe here[0]
            let next = unsafe here[1]
            if opcode >= 0x45, opcode <= 0xC4 {
                unsafe here += 1
            } else if next < 0x80, opcode < 0x40, Self.indexed &>> UInt64(opcode) & 1 != 0 {
                let isLocal = opcode &- 0x20 < 3
                let place = isLocal ? Swift.min(Int(next), last) : last
                // SAFETY: `last` is the buffer's last index.
                unsafe weights[place] = unsafe weights[place].saturatingSum(weight)
                unsafe here += 2
            } else if next < 0x80, opcode == 0x41 || opcode == 0x42 {
                unsafe here += 2
            } else if next < 0x40, opcode >= 0x28, opcode <= 0x3E, unsafe here[2] < 0x80 {
                unsafe here += 3
            } else {
                break
            }
        }
        unsafe cursor = here
    }

    /// - Parameter shifts: for each open block, how far leaving it shifts the weight back.
    mutating func run(_ shifts: inout GrowableStack<UInt8>) {
        list { scan in
            _ = scan.index()
            let type = scan.byte()
            if type == 0x63 || type == 0x64 { _ = scan.index() }
        }
        while unsafe cursor < limit {
            passByCommon()
            let opcode = byte()
            switch opcode {
            case 0x20, 0x21, 0x22: countLocal()
            case 0x45...0xC4: break
            case 0x28...0x3E: memoryArgument()
            case 0x41, 0x42, 0x0C, 0x0D, 0x23, 0x24, 0xD0: _ = index()
            case 0x43: skip(4)
            case 0x44: skip(8)
            case 0x02, 0x04, 0x06: open(isLoop: false, &shifts)
            case 0x03: open(isLoop: true, &shifts)
            case 0x0B, 0x18: close(opcode, &shifts)
            case 0x10, 0x12, 0x14, 0x15, 0x40, 0xD2, 0x08:
                countCall()
                _ = index()
            case 0x11, 0x13:
                countCall()
                _ = index()
                _ = index()
            case 0x0E:
                list { _ = $0.index() }
                _ = index()
            case 0xFB, 0xFC, 0xFD, 0xFE: prefixed(opcode)
            default: rare(opcode, &shifts)
            }
        }
    }

    private mutating func open(isLoop: Bool, _ shifts: inout GrowableStack<UInt8>) {
        // A block's type: one byte, or an index, or a reference type of two parts.
        let type = index()
        if type == 0x63 || type == 0x64 { _ = index() }
        let deepens = isLoop && weight < 1 << 18
        shifts.push(deepens ? 3 : 0)
        if deepens { weight <<= 3 }
    }

    private mutating func close(_ opcode: UInt8, _ shifts: inout GrowableStack<UInt8>) {
        if opcode == 0x18 { _ = index() }
        guard shifts.count > 0 else { return }
        weight >>= UInt32(shifts[shifts.count - 1])
        shifts.removeLast()
    }

    private mutating func rare(_ opcode: UInt8, _ shifts: inout GrowableStack<UInt8>) {
        switch opcode {
        case 0x07, 0x09, 0x25, 0x26, 0x3F, 0xD5, 0xD6: _ = index()
        case 0x1C:
            list { scan in
                let type = scan.byte()
                if type == 0x63 || type == 0x64 { _ = scan.index() }
            }
        case 0x1F:
            open(isLoop: false, &shifts)
            list { scan in
                if scan.byte() < 2 { _ = scan.index() }
                _ = scan.index()
            }
        default: break
        }
    }

    private mutating func prefixed(_ opcode: UInt8) {
        let code = index()
        switch (opcode, code) {
        case (0xFC, 0...7): break
        case (0xFC, 8), (0xFC, 10), (0xFC, 12), (0xFC, 14):
            countCall()
            _ = index()
            _ = index()
        case (0xFC, _):
            countCall()
            _ = index()
        case (0xFD, 0...11), (0xFD, 92), (0xFD, 93): memoryArgument()
        case (0xFD, 12), (0xFD, 13): skip(16)
        case (0xFD, 21...34): skip(1)
        case (0xFD, 84...91):
            memoryArgument()
            skip(1)
        case (0xFD, _): break
        case (0xFE, 3): skip(1)
        case (0xFE, _):
            countCall()
            memoryArgument()
        case (_, 24), (_, 25):
            countCall()
            for _ in 0..<4 { _ = index() }
        case (_, 2...5), (_, 8...10), (_, 17...19):
            countCall()
            _ = index()
            _ = index()
        case (_, 15), (_, 26...30): break
        default:
            countCall()
            _ = index()
        }
    }
}

extension UInt32 {
    @inline(__always)
    fileprivate func saturatingSum(_ other: UInt32) -> UInt32 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
