/// A clause of `try_table` (core specification 3.0, §2.4.8).
package struct CatchClause: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case `catch`, catchRef, catchAll, catchAllRef
    }

    package var kind: Kind
    /// The tag's index; zero for `catch_all` and `catch_all_ref`.
    package var tag: UInt32
    /// The label, counted from outside the `try_table`.
    package var label: UInt32
}

/// A block's type as it is encoded (§5.4.1).
package enum BlockType: Hashable, Sendable {
    case empty
    case value(ValueType)
    case type(UInt32)
}

/// Splits an expression into instructions and reads their immediates; checks no types.
///
/// The bytes belong to whoever made the decoder and must stay in place while it is used.
@safe
package struct InstructionDecoder: ByteSource {
    @usableFromInline var cursor: UnsafePointer<UInt8>
    @usableFromInline let limit: UnsafePointer<UInt8>
    private let lookup = InstructionLookup.shared
    /// ``InstructionLookup/firstInfos``: one entry for each first byte.
    private let firstInfos: UnsafePointer<InstructionInfo>
    /// What makes an address an offset from the module's start.
    @usableFromInline let origin: Int
    private let section: String
    private let function: UInt32?

    /// The instruction read last.
    package private(set) var info: InstructionInfo
    /// Its first byte.
    @usableFromInline var opening: UnsafePointer<UInt8>
    /// Its immediates; see ``FunctionValidator``.
    package private(set) var index0: UInt32 = 0
    package private(set) var index1: UInt32 = 0
    package private(set) var alignment: UInt32 = 0
    package private(set) var value: UInt64 = 0
    package private(set) var value2: UInt64 = 0
    private(set) var blockType = BlockType.empty
    private(set) var castSource = ValueType.bottom
    private(set) var castTarget = ValueType.bottom
    private(set) var labels: [UInt32] = []
    private(set) var catches: [CatchClause] = []
    private(set) var selectTypes: [ValueType] = []

    /// Reads `count` bytes at `base`, which stand at `offset` in the module.
    ///
    /// - Safety: the bytes must stay allocated and unchanged while the decoder is used.
    @unsafe
    init(
        _ base: UnsafePointer<UInt8>, count: Int, at offset: Int, section: String,
        function: UInt32? = nil
    ) {
        unsafe cursor = base
        unsafe limit = base + count
        unsafe opening = base
        origin = offset &- Int(bitPattern: base)
        self.section = section
        self.function = function
        info = lookup.info(Opcode.nop.rawValue)
        unsafe firstInfos = lookup.firstInfos.address(of: 0)
    }

    package var offset: Int { unsafe origin &+ Int(bitPattern: cursor) }

    /// Offset of the instruction's first byte from the module's start.
    @inlinable
    package var start: Int { unsafe origin &+ Int(bitPattern: opening) }

    /// The next instruction's first byte, not read yet; `end`'s past the last byte.
    @inlinable
    package var followingByte: UInt8 {
        // SAFETY: the check keeps the cursor inside the buffer.
        unsafe cursor < limit ? unsafe cursor.pointee : 0x0B
    }

    /// The index in the next instruction when that is a `local.set` or `local.tee` and the index
    /// takes at most two bytes; else -1.
    @inlinable
    @inline(__always)
    package var followingLocalWrite: Int {
        // SAFETY: the check keeps all three bytes inside the buffer.
        guard unsafe limit - cursor >= 3, unsafe cursor[0] == 0x21 || cursor[0] == 0x22 else {
            return -1
        }
        let low = unsafe Int(cursor[1])
        if low < 0x80 { return low }
        let high = unsafe Int(cursor[2])
        return high < 0x80 ? low & 0x7F | high << 7 : -1
    }

    var isAtEnd: Bool { unsafe cursor >= limit }

    @inline(__always)
    mutating func byte() throws(WasmError) -> UInt8 {
        // SAFETY: the check keeps the cursor inside the buffer.
        guard unsafe cursor < limit else { throw unexpectedEnd() }
        let next = unsafe cursor.pointee
        unsafe cursor += 1
        return next
    }

    @inline(never)
    private func unexpectedEnd() -> WasmError {
        malformed("unexpected end of section or function", allowed: "more bytes up to an end")
    }

    @inline(never)
    func problem(
        _ message: String, found: String, allowed: String, at offset: Int
    ) -> WasmProblem {
        WasmProblem(
            message, found: found, allowed: allowed, section: section, function: function,
            offset: offset)
    }

    /// Reads a `u32`, most often one byte.
    @inline(__always)
    mutating func index() throws(WasmError) -> UInt32 {
        // SAFETY: the check keeps the cursor inside the buffer.
        if unsafe cursor < limit, unsafe cursor.pointee < 0x80 {
            let value = unsafe UInt32(cursor.pointee)
            unsafe cursor += 1
            return value
        }
        return try longIndex()
    }

    @inline(never)
    private mutating func longIndex() throws(WasmError) -> UInt32 {
        if let number = followingNumber(), number.byteCount <= 5,
            let index = UInt32(exactly: number.bits)
        {
            unsafe cursor += number.byteCount
            return index
        }
        return UInt32(truncatingIfNeeded: try unsigned(bits: 32))
    }

    /// The bits of the LEB128 number at the cursor, seven a byte, found without a branch for each;
    /// nil for numbers of more than eight bytes and near the buffer's end. Reads nothing.
    @inline(__always)
    private func followingNumber() -> (bits: UInt64, byteCount: Int)? {
        guard unsafe limit - cursor >= 8 else { return nil }
        // SAFETY: the check keeps eight bytes inside the buffer.
        let word = unsafe UInt64(
            littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self))
        // The top bits that are not set: the lowest is the last byte's.
        let ends = ~word & 0x8080_8080_8080_8080
        guard ends != 0 else { return nil }
        var bits = word & (ends ^ (ends &- 1)) & 0x7F7F_7F7F_7F7F_7F7F
        // Pairs of groups of 7, 14 and 28 bits close up.
        bits = bits & 0x007F_007F_007F_007F | (bits & 0x7F00_7F00_7F00_7F00) >> 1
        bits = bits & 0x0000_3FFF_0000_3FFF | (bits & 0x3FFF_0000_3FFF_0000) >> 2
        bits = bits & 0x0FFF_FFFF | (bits & 0x0FFF_FFFF_0000_0000) >> 4
        return (bits, ends.trailingZeroBitCount &>> 3 &+ 1)
    }

    /// As ``followingNumber()``, with the sign extended.
    @inline(__always)
    private func followingSignedNumber() -> (value: Int64, byteCount: Int)? {
        guard let number = followingNumber() else { return nil }
        let unused = Int64(truncatingIfNeeded: 64 &- 7 &* number.byteCount)
        return ((Int64(bitPattern: number.bits) &<< unused) &>> unused, number.byteCount)
    }
}

extension InstructionDecoder {
    /// Reads the next instruction and its immediates.
    @inline(__always)
    mutating func next() throws(WasmError) {
        unsafe opening = cursor
        let first = try byte()
        // SAFETY: there is an entry for each byte, and the table is never freed.
        info = unsafe firstInfos[Int(first)]
        if info.isIncomplete { info = lookup.info(try prefixedRow(first)) }
        switch info.immediates {
        case .none: return
        case .label, .function, .type, .local, .global, .table, .memory, .element, .data, .tag:
            index0 = try index()
        case .memoryArgument: try memoryArgument()
        case .i32: try i32()
        default: try otherImmediates()
        }
    }

    @inline(never)
    private mutating func prefixedRow(_ first: UInt8) throws(WasmError) -> UInt16 {
        guard lookup.row(firstByte: first) == InstructionLookup.prefix else {
            throw malformed(
                "illegal opcode \(String(first, radix: 16))", found: hexadecimalByte(first),
                at: start)
        }
        let code = try index()
        let row = lookup.row(prefix: first, code: code)
        guard row != InstructionLookup.illegal else {
            throw malformed(
                "illegal opcode", found: "\(hexadecimalByte(first)) \(code)", at: start)
        }
        return row
    }

    @inline(never)
    private mutating func otherImmediates() throws(WasmError) {
        switch info.immediates {
        case .none, .label, .function, .type, .local, .global, .table, .memory, .element, .data,
            .tag, .memoryArgument, .i32:
            break
        case .typeTable, .tableTable, .memoryMemory, .elementTable, .dataMemory, .typeField,
            .typeCount, .typeData, .typeElement, .typeType:
            index0 = try index()
            index1 = try index()
        case .memoryArgumentLane:
            try memoryArgument()
            index1 = UInt32(try byte())
        case .i64: try i64()
        case .f32: value = try fixed(4)
        case .f64: value = try fixed(8)
        case .v128, .shuffle:
            value = try fixed(8)
            value2 = try fixed(8)
        case .lane: index0 = UInt32(try byte())
        case .blockType: blockType = try readBlockType()
        case .heapType: try castType()
        case .labelTable: try labelTable()
        case .valueTypes: try valueTypes()
        case .branchOnCast: try branchOnCast()
        case .tryTable:
            blockType = try readBlockType()
            try catchClauses()
        case .fence: try fence()
        }
    }

    @inline(__always)
    private mutating func i32() throws(WasmError) {
        // SAFETY: the check keeps the cursor inside the buffer.
        if unsafe cursor < limit, unsafe cursor.pointee < 0x80 {
            let byte = unsafe Int8(bitPattern: cursor.pointee << 1) >> 1
            unsafe cursor += 1
            value = UInt64(UInt32(bitPattern: Int32(byte)))
            return
        }
        try longI32()
    }

    @inline(never)
    private mutating func longI32() throws(WasmError) {
        if let number = followingSignedNumber(), number.byteCount <= 5,
            let short = Int32(exactly: number.value)
        {
            unsafe cursor += number.byteCount
            value = UInt64(UInt32(bitPattern: short))
            return
        }
        value = UInt64(UInt32(truncatingIfNeeded: try signed(bits: 32)))
    }

    private mutating func i64() throws(WasmError) {
        if let number = followingSignedNumber() {
            unsafe cursor += number.byteCount
            value = UInt64(bitPattern: number.value)
            return
        }
        value = UInt64(bitPattern: try signed(bits: 64))
    }

    /// Reads a memory argument (§5.4.7): bit 6 of the flags says that a memory's index follows.
    @inline(__always)
    private mutating func memoryArgument() throws(WasmError) {
        let flags = try index()
        alignment = flags & 0x3F
        index0 = 0
        if flags >= 0x40 {
            guard flags < 0x80 else {
                throw malformed("malformed memop flags", found: "\(flags)", at: start)
            }
            index0 = try index()
        }
        // SAFETY: the check keeps the cursor inside the buffer.
        if unsafe cursor < limit, unsafe cursor.pointee < 0x80 {
            value = unsafe UInt64(cursor.pointee)
            unsafe cursor += 1
        } else {
            try longOffset()
        }
    }

    @inline(never)
    private mutating func longOffset() throws(WasmError) {
        if let number = followingNumber() {
            unsafe cursor += number.byteCount
            value = number.bits
            return
        }
        value = try unsigned(bits: 64)
    }

    /// Reads `count` little-endian bytes.
    private mutating func fixed(_ count: Int) throws(WasmError) -> UInt64 {
        var result: UInt64 = 0
        for shift in 0..<UInt64(count) { result |= UInt64(try byte()) << (shift &* 8) }
        return result
    }

    private mutating func readBlockType() throws(WasmError) -> BlockType {
        let place = offset
        let saved = unsafe cursor
        let code = try byte()
        if code == 0x40 { return .empty }
        if let type = try valueType(code: code) { return .value(type) }
        unsafe cursor = saved
        let index = try signed(bits: 33)
        guard index >= 0 else {
            throw malformed("malformed block type", found: hexadecimalByte(code), at: place)
        }
        return .type(UInt32(truncatingIfNeeded: index))
    }

    private mutating func castType() throws(WasmError) {
        let nullable =
            switch info.opcode {
            case .refNull, .refTestNull, .refCastNull: true
            default: false
            }
        castTarget = .reference(try heapType(), nullable: nullable)
    }

    private mutating func branchOnCast() throws(WasmError) {
        let place = offset
        let flags = try byte()
        guard flags <= 3 else {
            throw malformed("malformed br_on_cast flags", found: "\(flags)", at: place)
        }
        index0 = try index()
        castSource = .reference(try heapType(), nullable: flags & 1 != 0)
        castTarget = .reference(try heapType(), nullable: flags & 2 != 0)
    }

    private mutating func fence() throws(WasmError) {
        let place = offset
        guard try byte() == 0 else { throw malformed("zero byte expected", at: place) }
    }

    /// Reads a list's length; each entry takes at least one byte.
    private mutating func length() throws(WasmError) -> Int {
        let count = Int(try index())
        guard unsafe count <= limit - cursor else { throw unexpectedEnd() }
        return count
    }

    private mutating func labelTable() throws(WasmError) {
        let count = try length()
        labels.removeAll(keepingCapacity: true)
        labels.reserveCapacity(count + 1)
        for _ in 0...count { labels.append(try index()) }
    }

    private mutating func valueTypes() throws(WasmError) {
        let count = try length()
        selectTypes.removeAll(keepingCapacity: true)
        for _ in 0..<count { selectTypes.append(try valueType()) }
    }

    private mutating func catchClauses() throws(WasmError) {
        let count = try length()
        catches.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            let place = offset
            let code = try byte()
            guard let kind = CatchClause.Kind(rawValue: code) else {
                throw malformed(
                    "malformed catch clause", found: "\(code)", allowed: "0 to 3", at: place)
            }
            let tag = code < 2 ? try index() : 0
            catches.append(CatchClause(kind: kind, tag: tag, label: try index()))
        }
    }
}
