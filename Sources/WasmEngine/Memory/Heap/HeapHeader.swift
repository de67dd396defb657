/// The first word of every object: what it is. Zero in a free cell.
struct HeapHeader {
    var bits: UInt64

    private static let numberMask: UInt64 = 0xF_FFFF
    private static let markBit: UInt64 = 1 << 24
    private static let arrayBit: UInt64 = 1 << 25
    private static let exceptionBit: UInt64 = 1 << 26
    private static let objectBit: UInt64 = 1 << 31

    @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    static func structure(_ number: UInt32) -> HeapHeader {
        HeapHeader(bits: objectBit | UInt64(number))
    }

    static func array(_ number: UInt32, count: UInt32) -> HeapHeader {
        HeapHeader(bits: objectBit | arrayBit | UInt64(number) | UInt64(count) << 32)
    }

    static func exception(_ number: UInt32) -> HeapHeader {
        HeapHeader(bits: objectBit | exceptionBit | UInt64(number))
    }

    /// Number of its type in the ``TypeRegistry``; for an exception its tag's.
    var number: Int { Int(bits & Self.numberMask) }
    var isObject: Bool { bits & Self.objectBit != 0 }
    var isArray: Bool { bits & Self.arrayBit != 0 }
    var isException: Bool { bits & Self.exceptionBit != 0 }
    var isStructure: Bool { isObject && !isArray && !isException }
    /// Elements of an array.
    var count: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }

    var isMarked: Bool {
        get { bits & Self.markBit != 0 }
        set { bits = newValue ? bits | Self.markBit : bits & ~Self.markBit }
    }
}

/// An exception in the heap: header, address of its ``Tag``, payload as slots.
enum HeapException {
    static let tagOffset = 8
    static let payloadOffset = 16
}
