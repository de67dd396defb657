/// A function type (core specification 3.0, §2.3.6).
package struct FunctionType: Hashable, Sendable {
    package var parameters: [ValueType]
    package var results: [ValueType]

    package init(_ parameters: [ValueType], _ results: [ValueType]) {
        self.parameters = parameters
        self.results = results
    }
}

/// A field of a structure, or an array's element (§2.3.8).
package struct FieldType: Hashable, Sendable, BitwiseCopyable {
    /// A value type, `i8` or `i16`.
    package var storage: ValueType
    package var isMutable: Bool

    package init(_ storage: ValueType, isMutable: Bool) {
        self.storage = storage
        self.isMutable = isMutable
    }
}

/// A function, structure or array type (§2.3.9).
package enum CompositeType: Hashable, Sendable {
    case function(FunctionType)
    case structure([FieldType])
    case array(FieldType)
}

/// A type definition: its composite type and its place in the subtype hierarchy (§2.3.9).
package struct SubType: Hashable, Sendable {
    package var composite: CompositeType
    /// The declared supertype's index; the format allows at most one.
    package var supertype: UInt32?
    package var isFinal: Bool

    package init(_ composite: CompositeType, supertype: UInt32? = nil, isFinal: Bool = true) {
        self.composite = composite
        self.supertype = supertype
        self.isFinal = isFinal
    }
}

/// The type of a memory's or table's indices (§2.3.10).
package enum AddressType: UInt8, Hashable, Sendable, BitwiseCopyable {
    case i32, i64

    package var valueType: ValueType { self == .i32 ? .i32 : .i64 }
}

/// Bounds of a memory in pages, or of a table in elements (§2.3.11).
package struct Limits: Hashable, Sendable {
    package var minimum: UInt64
    package var maximum: UInt64?

    package init(minimum: UInt64, maximum: UInt64? = nil) {
        self.minimum = minimum
        self.maximum = maximum
    }
}

/// A memory's type; pages are 64 KiB (§2.3.13; `isShared`: threads proposal).
package struct MemoryType: Hashable, Sendable {
    package var addressType: AddressType
    package var limits: Limits
    package var isShared: Bool

    package init(_ limits: Limits, addressType: AddressType = .i32, isShared: Bool = false) {
        self.limits = limits
        self.addressType = addressType
        self.isShared = isShared
    }
}

/// A table's type (§2.3.14).
package struct TableType: Hashable, Sendable {
    package var element: ValueType
    package var limits: Limits
    package var addressType: AddressType

    package init(_ element: ValueType, _ limits: Limits, addressType: AddressType = .i32) {
        self.element = element
        self.limits = limits
        self.addressType = addressType
    }
}

/// A global's type (§2.3.12).
package struct GlobalType: Hashable, Sendable, BitwiseCopyable {
    package var value: ValueType
    package var isMutable: Bool

    package init(_ value: ValueType, isMutable: Bool) {
        self.value = value
        self.isMutable = isMutable
    }
}

/// What an import asks for or an export offers (§2.3.16).
package enum ExternalKind: UInt8, Hashable, Sendable {
    case function, table, memory, global, tag
}
