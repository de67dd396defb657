/// Bytes of the binary format read one after another: integers in LEB128 and types.
///
/// Source: core specification 3.0, §5.2 (Values) and §5.3 (Types).
protocol ByteSource: ~Copyable {
    /// Reads one byte.
    mutating func byte() throws(WasmError) -> UInt8
    /// Offset of the next byte from the module's start.
    var offset: Int { get }
    /// An error at this place, told as the source knows it.
    func problem(_ message: String, found: String, allowed: String, at offset: Int) -> WasmProblem
}

extension ByteSource where Self: ~Copyable {
    func malformed(
        _ message: String, found: String = "", allowed: String = "", at place: Int? = nil
    ) -> WasmError {
        .malformed(problem(message, found: found, allowed: allowed, at: place ?? offset))
    }

    func invalid(
        _ message: String, found: String = "", allowed: String = "", at place: Int? = nil
    ) -> WasmError {
        .invalid(problem(message, found: found, allowed: allowed, at: place ?? offset))
    }

    /// Reads an unsigned LEB128 integer of at most `bits` bits (not a multiple of seven).
    mutating func unsigned(bits: Int) throws(WasmError) -> UInt64 {
        let start = offset
        var result: UInt64 = 0
        var shift = 0
        while true {
            let next = try byte()
            let left = bits &- shift
            if left < 7 {
                guard next & 0x80 == 0 else { throw tooLong(bits, start) }
                guard next >> left == 0 else { throw tooLarge(bits, start) }
            }
            result |= UInt64(next & 0x7F) << UInt64(shift)
            if next & 0x80 == 0 { return result }
            shift &+= 7
        }
    }

    /// Reads a signed LEB128 integer of at most `bits` bits (not a multiple of seven).
    mutating func signed(bits: Int) throws(WasmError) -> Int64 {
        let start = offset
        var result: UInt64 = 0
        var shift = 0
        while true {
            let next = try byte()
            let left = bits &- shift
            if left < 7 {
                guard next & 0x80 == 0 else { throw tooLong(bits, start) }
                // Every bit from the sign bit upwards must equal the sign.
                let sign = Int8(bitPattern: next << 1) >> Int8(left)
                guard sign == 0 || sign == -1 else { throw tooLarge(bits, start) }
            }
            result |= UInt64(next & 0x7F) << UInt64(shift)
            shift &+= 7
            if next & 0x80 == 0 {
                if next & 0x40 != 0, shift < 64 { result |= ~0 << UInt64(shift) }
                return Int64(bitPattern: result)
            }
        }
    }

    /// Reads a `u32`.
    mutating func index() throws(WasmError) -> UInt32 {
        UInt32(truncatingIfNeeded: try unsigned(bits: 32))
    }

    private func tooLong(_ bits: Int, _ start: Int) -> WasmError {
        malformed(
            "integer representation too long", allowed: "\((bits + 6) / 7) bytes", at: start)
    }

    private func tooLarge(_ bits: Int, _ start: Int) -> WasmError {
        malformed("integer too large", allowed: "\(bits) bits", at: start)
    }
}

extension ByteSource where Self: ~Copyable {
    /// Reads a heap type (§5.3.2): an abstract type's code or a type index as `s33`.
    mutating func heapType() throws(WasmError) -> HeapType {
        let start = offset
        let code = try signed(bits: 33)
        if code >= 0 { return try concreteHeapType(UInt64(code), at: start) }
        guard code >= -64, let type = HeapType(code: UInt8(truncatingIfNeeded: code & 0x7F)) else {
            throw malformed("malformed heap type", found: "\(code)", at: start)
        }
        return type
    }

    private func concreteHeapType(
        _ index: UInt64, at start: Int
    ) throws(WasmError) -> HeapType {
        // Type indices are kept in 20 bits; no module under the limits has more.
        guard index < HeapType.typeIndexLimit else {
            throw invalid("unknown type", found: "type \(index)", at: start)
        }
        return .concrete(UInt32(truncatingIfNeeded: index))
    }

    /// Reads a value type (§5.3.5).
    mutating func valueType() throws(WasmError) -> ValueType {
        let start = offset
        let code = try byte()
        guard let type = try valueType(code: code) else {
            throw malformed(
                "malformed value type", found: hexadecimalByte(code), allowed: "a value type",
                at: start)
        }
        return type
    }

    /// The value type that `code` opens, or `nil`; reads the heap type of `ref`.
    mutating func valueType(code: UInt8) throws(WasmError) -> ValueType? {
        switch code {
        case 0x7F: return .i32
        case 0x7E: return .i64
        case 0x7D: return .f32
        case 0x7C: return .f64
        case 0x7B: return .v128
        case 0x64: return .reference(try heapType(), nullable: false)
        case 0x63: return .reference(try heapType(), nullable: true)
        default: return HeapType(code: code).map { .reference($0, nullable: true) }
        }
    }

    /// Reads a reference type (§5.3.3).
    mutating func referenceType() throws(WasmError) -> ValueType {
        let start = offset
        let code = try byte()
        guard let type = try valueType(code: code), type.isReference else {
            throw malformed(
                "malformed reference type", found: hexadecimalByte(code),
                allowed: "a reference type", at: start)
        }
        return type
    }

    /// Reads a field's storage type (§5.3.6).
    mutating func storageType() throws(WasmError) -> ValueType {
        let start = offset
        let code = try byte()
        if code == 0x78 { return .i8 }
        if code == 0x77 { return .i16 }
        guard let type = try valueType(code: code) else {
            throw malformed("malformed storage type", found: hexadecimalByte(code), at: start)
        }
        return type
    }
}

/// `0x` and two digits.
func hexadecimalByte(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0x0\(digits)" : "0x\(digits)"
}

extension HeapType {
    /// Type indices below this fit the packed form.
    static let typeIndexLimit: UInt64 = (1 << 20) - 32

    /// The abstract heap type with this code (§5.3.2), or `nil`.
    init?(code: UInt8) {
        switch code {
        case 0x74: self = .noExn
        case 0x73: self = .noFunc
        case 0x72: self = .noExtern
        case 0x71: self = .none
        case 0x70: self = .func
        case 0x6F: self = .extern
        case 0x6E: self = .any
        case 0x6D: self = .eq
        case 0x6C: self = .i31
        case 0x6B: self = .struct
        case 0x6A: self = .array
        case 0x69: self = .exn
        default: return nil
        }
    }

    /// The code of an abstract heap type in the binary format; `nil` for the others.
    package var code: UInt8? {
        switch self {
        case .noExn: 0x74
        case .noFunc: 0x73
        case .noExtern: 0x72
        case .none: 0x71
        case .func: 0x70
        case .extern: 0x6F
        case .any: 0x6E
        case .eq: 0x6D
        case .i31: 0x6C
        case .struct: 0x6B
        case .array: 0x6A
        case .exn: 0x69
        default: nil
        }
    }
}
