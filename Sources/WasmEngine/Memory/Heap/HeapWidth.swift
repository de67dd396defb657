internal import Wasm

/// How a field or element lies in the heap, and how it widens to a slot.
enum HeapWidth: UInt8 {
    case byte, half, word, double, vector
    /// `get_s` of `i8` and `i16`.
    case signedByte, signedHalf

    /// The width of a storage type.
    init(_ storage: ValueType) {
        switch storage {
        case .i8: self = .byte
        case .i16: self = .half
        case .i32, .f32: self = .word
        case .v128: self = .vector
        default: self = .double
        }
    }

    /// Sign-extending, when it is packed.
    var signed: HeapWidth {
        switch self {
        case .byte, .signedByte: .signedByte
        case .half, .signedHalf: .signedHalf
        case .word, .double, .vector: self
        }
    }

    /// Base-two logarithm of its bytes.
    var shift: UInt64 {
        switch self {
        case .byte, .signedByte: 0
        case .half, .signedHalf: 1
        case .word: 2
        case .double: 3
        case .vector: 4
        }
    }

    var byteCount: Int { 1 << Int(shift) }
    var slotCount: Int { self == .vector ? 2 : 1 }
}

/// Reading and writing fields. The caller promises that the address lies inside an object.
extension HeapWidth {
    @inline(__always)
    func load(_ place: UnsafeRawPointer, to slots: Slots) {
        // SAFETY: the caller's promise.
        switch self {
        case .byte: slots[0] = UInt64(unsafe place.load(as: UInt8.self))
        case .half: slots[0] = UInt64(unsafe place.load(as: UInt16.self))
        case .word: slots[0] = UInt64(unsafe place.load(as: UInt32.self))
        case .double: slots[0] = unsafe place.load(as: UInt64.self)
        case .vector:
            slots[0] = unsafe place.load(as: UInt64.self)
            slots[1] = unsafe place.load(fromByteOffset: 8, as: UInt64.self)
        case .signedByte:
            slots.set(0, UInt32(bitPattern: Int32(unsafe place.load(as: Int8.self))))
        case .signedHalf:
            slots.set(0, UInt32(bitPattern: Int32(unsafe place.load(as: Int16.self))))
        }
    }

    @inline(__always)
    func store(_ slots: Slots, to place: UnsafeMutableRawPointer) {
        let value = slots[0]
        // SAFETY: the caller's promise.
        switch self {
        case .byte, .signedByte:
            unsafe place.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
        case .half, .signedHalf:
            unsafe place.storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
        case .word: unsafe place.storeBytes(of: UInt32(truncatingIfNeeded: value), as: UInt32.self)
        case .double: unsafe place.storeBytes(of: value, as: UInt64.self)
        case .vector:
            unsafe place.storeBytes(of: value, as: UInt64.self)
            unsafe place.storeBytes(of: slots[1], toByteOffset: 8, as: UInt64.self)
        }
    }

    /// Writes one value to `count` consecutive elements.
    func fill(_ slots: Slots, count: Int, at place: UnsafeMutableRawPointer) {
        let value = slots[0]
        // SAFETY: the caller's promise, for all elements; they are aligned to their width, vectors
        // to 8 bytes.
        switch self {
        case .byte, .signedByte:
            unsafe place.initializeMemory(
                as: UInt8.self, repeating: UInt8(truncatingIfNeeded: value), count: count)
        case .half, .signedHalf:
            unsafe place.initializeMemory(
                as: UInt16.self, repeating: UInt16(truncatingIfNeeded: value), count: count)
        case .word:
            unsafe place.initializeMemory(
                as: UInt32.self, repeating: UInt32(truncatingIfNeeded: value), count: count)
        case .double:
            unsafe place.initializeMemory(as: UInt64.self, repeating: value, count: count)
        case .vector:
            for index in 0..<count { unsafe store(slots, to: place + index &* 16) }
        }
    }
}
