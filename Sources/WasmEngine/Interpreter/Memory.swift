/// Memory 0 as the interpreter's loop keeps it: base and size.
@safe
struct Memory {
    let base: UnsafeMutableRawPointer
    let byteCount: UInt

    /// What memory 0 of an instance is now.
    @inline(__always)
    init(_ context: UnsafeMutablePointer<InstanceContext>) {
        unsafe base = context.pointee.memory0.pointee.base
        byteCount = unsafe context.pointee.memory0.pointee.byteCount
    }

    /// Whether `width` bytes at an address lie inside. The address is an index of at most 32 bits
    /// plus an offset of at most 32 bits, so the sum does not wrap.
    @inline(__always)
    func holds(_ address: UInt, _ width: UInt) -> Bool { address &+ width <= byteCount }

    // SAFETY: of all below: the caller has asked ``holds(_:_:)``.

    @inline(__always)
    func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type, _ address: UInt) -> T {
        unsafe base.loadUnaligned(fromByteOffset: Int(bitPattern: address), as: T.self)
    }

    @inline(__always)
    func loadDouble(_ address: UInt) -> Double {
        unsafe base.loadUnaligned(fromByteOffset: Int(bitPattern: address), as: Double.self)
    }

    @inline(__always)
    func store<T: BitwiseCopyable>(_ value: T, _ address: UInt) {
        unsafe base.storeBytes(of: value, toByteOffset: Int(bitPattern: address), as: T.self)
    }
}
