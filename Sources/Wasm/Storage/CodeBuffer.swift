/// A copy of a function body that stays in place while it is decoded.
///
/// Copying costs next to nothing beside decoding, and makes every pointer into the body sound
/// without asking the module's array to stay where it is.
@safe
struct CodeBuffer: ~Copyable, @unchecked Sendable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count: Int

    init(_ bytes: ModuleBytes, _ range: Range<Int>) {
        capacity = Swift.max(range.count, 1)
        count = 0
        unsafe base = UnsafeMutablePointer.allocate(capacity: capacity)
        fill(bytes, range)
    }

    /// Takes other bytes; decoders of those before must not be used any more.
    mutating func fill(_ bytes: ModuleBytes, _ range: Range<Int>) {
        count = range.count
        if count > capacity {
            unsafe base.deallocate()
            capacity = count
            unsafe base = UnsafeMutablePointer.allocate(capacity: capacity)
        }
        let target = unsafe base
        unsafe bytes.withUnsafeBufferPointer { source in
            precondition(range.upperBound <= source.count)
            guard let start = source.baseAddress else { return }
            // SAFETY: the range lies in the source; the allocation is as long.
            unsafe target.initialize(from: start + range.lowerBound, count: range.count)
        }
    }

    deinit {
        // SAFETY: allocated by `init` or `fill`, owned by this value alone; bytes are trivial.
        unsafe base.deallocate()
    }

    /// A decoder of the copy; it must not outlive this buffer.
    func decoder(at offset: Int, section: String, function: UInt32?) -> InstructionDecoder {
        // SAFETY: the buffer is kept beside the decoder by ``FunctionValidator``.
        unsafe InstructionDecoder(
            base, count: count, at: offset, section: section, function: function)
    }
}
