internal import CZlib

/// Compression that Linux undoes while it boots (RFC 1952), by zlib at its best level. The header has
/// neither name nor time, so that equal inputs give equal bytes.
package enum Gzip {
    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var stream = unsafe z_stream()
        // 15 window bits, and 16 for the gzip header.
        let begun = unsafe deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(begun == Z_OK, "zlib has no memory")
        let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes
        let result = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            unsafe input.withUnsafeMutableBufferPointer { source in
                // SAFETY: both buffers outlive the one call that fills all of the output.
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(bound)
                let ended = unsafe deflate(&stream, Z_FINISH)
                precondition(ended == Z_STREAM_END, "zlib's bound was too small")
            }
            count = unsafe Int(stream.total_out)
        }
        unsafe deflateEnd(&stream)
        return result
    }
}
