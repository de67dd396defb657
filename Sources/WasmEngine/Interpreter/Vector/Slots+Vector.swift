/// The shapes of a `v128` (core specification 3.0, §2.4.2), signed and not.
typealias I8x16 = SIMD16<Int8>
typealias U8x16 = SIMD16<UInt8>
typealias I16x8 = SIMD8<Int16>
typealias U16x8 = SIMD8<UInt16>
typealias I32x4 = SIMD4<Int32>
typealias U32x4 = SIMD4<UInt32>
typealias I64x2 = SIMD2<Int64>
typealias U64x2 = SIMD2<UInt64>
typealias F32x4 = SIMD4<Float>
typealias F64x2 = SIMD2<Double>

extension Slots {
    /// The vector in two slots.
    @inline(__always)
    func vector<V: SIMD>(_ index: Int, _: V.Type = V.self) -> V {
        // SAFETY: the translator gives every v128 two slots; V has 16 bytes.
        unsafe UnsafeRawPointer(base + index).loadUnaligned(as: V.self)
    }

    @inline(__always)
    func setVector<V: SIMD>(_ index: Int, _ value: V) {
        // SAFETY: as above.
        unsafe UnsafeMutableRawPointer(base + index).storeBytes(of: value, as: V.self)
    }

    /// One lane of the vector in two slots.
    @inline(__always)
    func lane<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type, _ index: Int, _ lane: Int) -> T {
        // SAFETY: as above; validation keeps lanes below the shape's count.
        unsafe UnsafeRawPointer(base + index).load(
            fromByteOffset: lane &* MemoryLayout<T>.size, as: T.self)
    }

    /// Where a slot lies.
    @inline(__always)
    func pointer(_ index: Int) -> UnsafeMutableRawPointer {
        unsafe UnsafeMutableRawPointer(base + index)
    }
}

extension Code {
    /// The vector instruction here, on operands in a frame.
    @inline(__always)
    func vector(_ frame: Slots) -> VectorInstruction { VectorInstruction(code: self, frame: frame) }

    /// The constant vector in two words.
    @inline(__always)
    func vector(_ offset: Int) -> U64x2 {
        // SAFETY: the caller names two words of the instruction.
        unsafe address.loadUnaligned(fromByteOffset: offset, as: U64x2.self)
    }
}

extension Memory {
    /// Loads a vector, or the half of one that is widened; the caller has asked ``holds(_:_:)``.
    @inline(__always)
    func loadVector<V: SIMD>(_: V.Type, _ address: UInt) -> V {
        // SAFETY: as the caller has asked.
        unsafe UnsafeRawPointer(base).loadUnaligned(
            fromByteOffset: Int(bitPattern: address), as: V.self)
    }
}
