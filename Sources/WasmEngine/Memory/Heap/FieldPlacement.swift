package import Wasm

/// Where the fields of a structure lie: in order, each aligned to its width (a vector to 8 bytes),
/// behind the object's header. A subtype only adds fields, so those of its supertype stay in place.
package enum FieldPlacement {
    /// Bytes of the header before the first field or element.
    package static let headerByteCount = 8

    /// The offset of each field from the object's start, and the object's size.
    package static func offsets(of fields: [FieldType]) -> (offsets: [UInt32], byteCount: Int) {
        var end = headerByteCount
        var offsets: [UInt32] = []
        offsets.reserveCapacity(fields.count)
        for field in fields {
            let byteCount = HeapWidth(field.storage).byteCount
            let alignment = min(byteCount, 8)
            end = (end + alignment - 1) & -alignment
            offsets.append(UInt32(end))
            end += byteCount
        }
        return (offsets, end)
    }
}
