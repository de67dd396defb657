/// Where a linear memory lies now. The interpreter and native code read it; only ``LinearMemory``
/// writes it. Part of the engine's native interface: `base` at offset 0, `byteCount` at 8.
@safe
struct MemoryCell {
    var base: UnsafeMutableRawPointer
    var byteCount: UInt
}
