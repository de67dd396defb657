internal import Platform

/// The guest's linear memory for the length of one host call: every access is checked.
///
/// Must not be kept past the call: the guest may then grow its memory, and it moves with it. When
/// the memory is shared, other threads of the guest may write to it meanwhile; so what is checked
/// is first copied out, once.
@safe
package struct GuestMemory {
    @usableFromInline let base: UnsafeMutableRawPointer
    /// Size in bytes.
    package let byteCount: UInt64

    /// A view of `byteCount` bytes from `base` on, which the caller keeps alive and accessible.
    @inlinable @unsafe
    package init(base: UnsafeMutableRawPointer, byteCount: Int) {
        unsafe self.base = base
        self.byteCount = UInt64(byteCount)
    }

    /// The memory of a guest that has none: every access is a fault.
    package static var empty: GuestMemory {
        guard let base = unsafe UnsafeMutableRawPointer(bitPattern: 4096) else {
            preconditionFailure("not null")
        }
        // SAFETY: no byte of it is ever touched.
        return unsafe GuestMemory(base: base, byteCount: 0)
    }

    /// Requires that `byteCount` bytes from `address` on are inside.
    @inlinable
    package func check(at address: UInt32, byteCount count: UInt32) throws(WASIErrno) {
        // Two 32-bit numbers do not overflow 64 bits.
        guard UInt64(address) + UInt64(count) <= byteCount else { throw .fault }
    }

    /// The bytes from `address` on.
    ///
    /// - Throws: `fault` unless all of them are inside.
    @inlinable @unsafe
    package func slice(
        at address: UInt32, byteCount count: UInt32
    ) throws(WASIErrno) -> UnsafeMutableRawBufferPointer {
        try check(at: address, byteCount: count)
        // SAFETY: just checked to lie inside the memory.
        return unsafe UnsafeMutableRawBufferPointer(start: base + Int(address), count: Int(count))
    }

    /// Loads a little-endian number, at any alignment.
    @inlinable
    package func load<T: FixedWidthInteger & BitwiseCopyable>(
        _: T.Type = T.self, at address: UInt32, offset: UInt32 = 0
    ) throws(WASIErrno) -> T {
        let place = UInt64(address) + UInt64(offset)
        guard place + UInt64(MemoryLayout<T>.size) <= byteCount else { throw .fault }
        // SAFETY: just checked to lie inside the memory.
        return unsafe T(littleEndian: base.loadUnaligned(fromByteOffset: Int(place), as: T.self))
    }

    /// Stores a little-endian number, at any alignment.
    @inlinable
    package func store<T: FixedWidthInteger & BitwiseCopyable>(
        _ value: T, at address: UInt32, offset: UInt32 = 0
    ) throws(WASIErrno) {
        let place = UInt64(address) + UInt64(offset)
        guard place + UInt64(MemoryLayout<T>.size) <= byteCount else { throw .fault }
        // SAFETY: just checked to lie inside the memory.
        unsafe base.storeBytes(of: value.littleEndian, toByteOffset: Int(place), as: T.self)
    }

    /// A copy of the bytes from `address` on.
    package func bytes(at address: UInt32, byteCount count: UInt32) throws(WASIErrno) -> [UInt8] {
        // SAFETY: the slice is inside the memory and copied before anything else runs.
        try unsafe [UInt8](slice(at: address, byteCount: count))
    }

    /// Writes all of `bytes` from `address` on.
    package func store(bytes: some Collection<UInt8>, at address: UInt32) throws(WASIErrno) {
        guard let count = UInt32(exactly: bytes.count) else { throw .fault }
        // SAFETY: the slice is inside the memory and as long as the bytes.
        try unsafe slice(at: address, byteCount: count).copyBytes(from: bytes)
    }

    /// Writes zeros.
    func zero(at address: UInt32, byteCount count: UInt32) throws(WASIErrno) {
        // SAFETY: the slice is inside the memory.
        try unsafe slice(at: address, byteCount: count).initializeMemory(
            as: UInt8.self, repeating: 0)
    }

    /// A path argument.
    func path(at address: UInt32, byteCount count: UInt32) throws(WASIErrno) -> GuestPath {
        try check(at: address, byteCount: count)
        guard count <= GuestPath.limitBytes else { throw .nametoolong }
        return try GuestPath(bytes(at: address, byteCount: count))
    }
}

extension GuestMemory {
    /// Most vectors in one call, as on Linux (`IOV_MAX`).
    static let vectorLimit: UInt32 = 1024

    /// Reads an array of `iovec` or `ciovec` and hands it to `body` as pointers into the memory,
    /// each checked.
    ///
    /// - Throws: `inval` for more than ``vectorLimit``, `fault` when any piece is not inside.
    @inline(__always)
    func withVectors<R>(
        at array: UInt32, count: UInt32, _ body: (IOVectors) throws(WASIFailure) -> R
    ) throws(WASIFailure) -> R {
        guard count <= Self.vectorLimit else { throw .errno(.inval) }
        // SAFETY: entries are initialised before the buffer of exactly `count` is handed on, and
        // point to checked pieces of the memory.
        return try unsafe withUnsafeTemporaryAllocation(
            of: IOVector.self, capacity: Int(count)
        ) { (vectors) throws(WASIFailure) -> R in
            for index in 0..<count {
                let vector = try unsafe failing { () throws(WASIErrno) in
                    try unsafe self.vector(at: array, index: index)
                }
                unsafe vectors.initializeElement(at: Int(index), to: vector)
            }
            return try unsafe body(IOVectors(vectors))
        }
    }

    @inline(__always)
    private func vector(at array: UInt32, index: UInt32) throws(WASIErrno) -> IOVector {
        let (entry, overflow) = array.addingReportingOverflow(index &* 8)
        guard !overflow else { throw .fault }
        let address: UInt32 = try load(at: entry)
        let length: UInt32 = try load(at: entry, offset: 4)
        try check(at: address, byteCount: length)
        // SAFETY: just checked to lie inside the memory.
        return unsafe IOVector(base: base + Int(address), byteCount: Int(length))
    }
}

extension IOVectors {
    /// Bytes in all pieces together.
    var totalByteCount: Int {
        // SAFETY: only lengths are read. 1,024 pieces of 4 GiB do not overflow.
        unsafe reduce(0) { unsafe $0 + $1.byteCount }
    }

    /// Calls `body` with the first piece of which something is left after `done` bytes, cut to that
    /// rest; 0 when nothing is left.
    func withRest(
        from done: Int, _ body: (IOVectors) throws(WASIFailure) -> Int
    ) throws(WASIFailure) -> Int {
        var skipped = done
        for index in indices {
            let piece = unsafe self[index]
            if unsafe skipped >= piece.byteCount {
                skipped -= unsafe piece.byteCount
                continue
            }
            // SAFETY: the rest of a piece is inside the piece.
            let rest = unsafe IOVector(
                base: piece.base + skipped, byteCount: piece.byteCount - skipped)
            return try unsafe withUnsafePointer(to: rest) { (pointer) throws(WASIFailure) in
                try unsafe body(IOVectors(start: pointer, count: 1))
            }
        }
        return 0
    }
}
