/// One field of evidence as it lies in the bytes, for showing; nothing about it has been verified.
package struct EvidenceField: Equatable, Sendable {
    /// The field's name in its format's specification.
    package let name: String
    /// Offset of its first byte.
    package let offset: Int
    /// Its size in bytes.
    package let size: Int
    /// Its value as people read it.
    package let value: String

    package init(_ name: String, at offset: Int, size: Int, _ value: String) {
        self.name = name
        self.offset = offset
        self.size = size
        self.value = value
    }
}
