/// Bytes that are not in the format they claim: what was being read, where, and what was wrong.
package struct MalformedBytes: Error, Equatable, Sendable, CustomStringConvertible {
    /// The field that was being read, by its name in the format's specification.
    package var field: String
    /// Offset of the field's first byte from the start of the input.
    package var offset: Int
    /// What was wrong, such as `needs 4 bytes, 3 remain`.
    package var problem: String

    package init(field: String, offset: Int, problem: String) {
        self.field = field
        self.offset = offset
        self.problem = problem
    }

    package var description: String { "\(field) at offset \(offset): \(problem)" }
}

/// A cursor over bytes from outside that can always say where it is.
///
/// Every read is checked; nothing past the end is touched.
package struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>

    /// Offset of the next byte from the start of the input.
    package private(set) var offset = 0

    package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    package init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    /// Bytes not read yet.
    package var remaining: Int { bytes.count - offset }

    /// Whether every byte has been read.
    package var isAtEnd: Bool { remaining == 0 }

    /// Reads `count` bytes.
    package mutating func bytes(
        _ count: Int, _ field: @autoclosure () -> String
    ) throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw MalformedBytes(
                field: field(), offset: offset, problem: "needs \(count) bytes, \(remaining) remain"
            )
        }
        let start = bytes.startIndex + offset
        offset += count
        return bytes[start..<start + count]
    }

    /// Reads a little-endian fixed-width integer.
    package mutating func integer<T: FixedWidthInteger>(
        _ field: @autoclosure () -> String, as _: T.Type = T.self
    ) throws(MalformedBytes) -> T {
        let raw = try bytes(MemoryLayout<T>.size, field())
        return raw.reversed().reduce(into: T.zero) { $0 = $0 << 8 | T(truncatingIfNeeded: $1) }
    }

    /// Reads a big-endian fixed-width integer.
    package mutating func bigEndianInteger<T: FixedWidthInteger>(
        _ field: @autoclosure () -> String, as _: T.Type = T.self
    ) throws(MalformedBytes) -> T {
        let raw = try bytes(MemoryLayout<T>.size, field())
        return raw.reduce(into: T.zero) { $0 = $0 << 8 | T(truncatingIfNeeded: $1) }
    }

    /// Requires that every byte has been read.
    package func expectEnd(_ field: @autoclosure () -> String) throws(MalformedBytes) {
        guard isAtEnd else {
            throw MalformedBytes(
                field: field(), offset: offset, problem: "\(remaining) bytes too many")
        }
    }
}
