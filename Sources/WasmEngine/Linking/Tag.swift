package import Wasm

/// An exception tag (core specification 3.0, §4.2.10). Two tags are the same only when they are one
/// object.
package final class Tag {
    /// Number of its function type in the ``TypeRegistry``.
    package let typeNumber: UInt32

    package init(typeNumber: UInt32) { self.typeNumber = typeNumber }

    /// What an exception with this tag carries.
    package var parameters: [ValueType] {
        TypeRegistry.shared.functionType(typeNumber)?.parameters ?? []
    }
}

extension Tag {
    /// What stands for this tag in an exception.
    var bits: UInt64 { UInt64(UInt(bitPattern: unsafe Unmanaged.passUnretained(self).toOpaque())) }
}
