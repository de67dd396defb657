internal import Wasm

/// What the heap knows of one type, by its number in the ``TypeRegistry``.
@safe
struct HeapLayout {
    enum Kind: UInt8 {
        /// Not looked up yet, or no such type.
        case unknown
        case structure
        case array
        /// A function type: of exceptions whose tag has it, and of functions.
        case function
    }

    /// A field of a structure.
    struct Field {
        var offset: UInt32
        var width: HeapWidth
    }

    var kind = Kind.unknown
    /// An array's elements.
    var element = HeapWidth.byte
    /// Whether an array's elements refer to objects.
    var hasTracedElements = false
    /// Bytes of a structure or exception, the header included.
    var byteCount = 0
    /// Bytes of the cells for it, and their class; 0 when it takes whole blocks.
    var cellByteCount = 0
    var sizeClass = 0
    var fieldCount = 0
    var fields: UnsafeMutablePointer<Field>?
    /// Offsets of the fields (of an exception: payload slots) that may refer to objects.
    var traced: UnsafeMutablePointer<UInt32>?
    var tracedCount = 0
    /// Numbers of the supertypes, the root first, the type itself last.
    var lineage: UnsafeMutablePointer<UInt32>?
    var lineageCount = 0

    /// Nothing known.
    init() {}

    /// Looks the type up.
    init(number: UInt32) {
        guard let type = TypeRegistry.shared.type(number) else { return }
        let numbers = TypeRegistry.shared.lineage(number)
        unsafe lineage = Self.copy(numbers)
        lineageCount = numbers.count
        switch type.composite {
        case .structure(let fields): place(fields)
        case .array(let field):
            kind = .array
            element = HeapWidth(field.storage)
            hasTracedElements = TypeRegistry.shared.refersToObjects(field.storage)
        case .function(let type): place(payload: type.parameters)
        }
        if byteCount > 0, byteCount <= SizeClass.largestByteCount {
            sizeClass = SizeClass.index(byteCount)
            cellByteCount = SizeClass.byteCounts[sizeClass]
        }
    }

    /// Frees what it points at.
    func deallocate() {
        unsafe fields?.deallocate()
        unsafe traced?.deallocate()
        unsafe lineage?.deallocate()
    }

    private mutating func place(_ fields: [FieldType]) {
        kind = .structure
        let (offsets, end) = FieldPlacement.offsets(of: fields)
        byteCount = end
        fieldCount = fields.count
        unsafe self.fields = Self.copy(
            zip(offsets, fields).map { Field(offset: $0, width: HeapWidth($1.storage)) })
        trace(
            zip(offsets, fields).filter { TypeRegistry.shared.refersToObjects($1.storage) }.map(\.0)
        )
    }

    /// An exception: header, address of the tag, then the payload as slots.
    private mutating func place(payload: [ValueType]) {
        kind = .function
        var offset = HeapException.payloadOffset
        var references: [UInt32] = []
        for type in payload {
            if TypeRegistry.shared.refersToObjects(type) { references.append(UInt32(offset)) }
            offset += 8 * type.slotCount
        }
        byteCount = offset
        trace(references)
    }

    private mutating func trace(_ offsets: [UInt32]) {
        unsafe traced = Self.copy(offsets)
        tracedCount = offsets.count
    }

    private static func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T>? {
        if values.isEmpty { return nil }
        let memory = UnsafeMutablePointer<T>.allocate(capacity: values.count)
        // SAFETY: the allocation holds exactly these values.
        for (index, value) in values.enumerated() {
            unsafe (memory + index).initialize(to: value)
        }
        return unsafe memory
    }

    /// Whether the type is the one numbered, whose lineage has `depth` supertypes, or below it.
    @inline(__always)
    func isBelow(_ number: UInt32, depth: Int) -> Bool {
        guard depth < lineageCount, let lineage = unsafe lineage else { return false }
        // SAFETY: the guard keeps the index inside the lineage.
        return unsafe lineage[depth] == number
    }
}
