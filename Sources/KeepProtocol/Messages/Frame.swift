/// Frames of the keep protocol: four bytes of length, big-endian, then so many bytes of CBOR.
package struct FrameReader: Sendable {
    private var pending: [UInt8] = []

    package init() {}

    /// Takes bytes as they arrive.
    package mutating func append(_ bytes: some Sequence<UInt8>) { pending += bytes }

    /// The next whole frame's content; nil when more bytes are needed.
    ///
    /// - Throws: ``FrameTooLarge`` as soon as a length is read that is not allowed.
    package mutating func next() throws(FrameTooLarge) -> [UInt8]? {
        guard pending.count >= 4 else { return nil }
        let length = pending[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= KeepLimits.frameBytes else { throw FrameTooLarge(byteCount: length) }
        guard pending.count >= 4 + length else { return nil }
        let frame = Array(pending[4..<4 + length])
        pending.removeFirst(4 + length)
        return frame
    }

    /// Whether the stream may end here.
    package var isBetweenFrames: Bool { pending.isEmpty }

    /// A frame around a content.
    package static func frame(_ content: [UInt8]) -> [UInt8] {
        let count = UInt32(clamping: content.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + content
    }
}

/// A frame whose length is above ``KeepLimits/frameBytes``.
package struct FrameTooLarge: Error, Equatable, Sendable {
    package let byteCount: Int
}
