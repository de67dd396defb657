/// A decoded module: its structure, over the bytes it came from.
///
/// Decoding believes nothing but the format; ``ModuleValidator`` checks the rules. Every index space
/// lists imports first. Source: core specification 3.0, §2.5 (Modules).
package struct Module: Sendable {
    /// The binary as received. Ranges below are offsets into it.
    package let bytes: ModuleBytes
    /// Every type definition, recursion groups laid end to end.
    package var types: [SubType] = []
    /// The recursion groups, as ranges of ``types``; together they cover it.
    package var recursionGroups: [Range<Int>] = []
    package var imports: [Import] = []
    /// The type index of each function.
    package var functions: [UInt32] = []
    package var tables: [Table] = []
    package var memories: [MemoryType] = []
    /// The type index of each tag.
    package var tags: [UInt32] = []
    package var globals: [Global] = []
    package var exports: [Export] = []
    /// The start function's index.
    package var start: UInt32?
    package var elements: [ElementSegment] = []
    /// The number in the data count section, when there is one.
    package var dataCount: UInt32?
    /// One body for each function that is not imported.
    package var code = FunctionBodies([])
    package var data: [DataSegment] = []
    package var customSections: [CustomSection] = []
    /// Where the contents of each section but the custom ones lie.
    package var sections = SectionRanges()
    /// Functions that `ref.func` names in constant expressions, as they come.
    package var referencedFunctions: [UInt32] = []

    package init(bytes: ModuleBytes) { self.bytes = bytes }

    /// How many of ``functions`` are imports (and likewise for the other spaces).
    package var importedFunctionCount: Int = 0
    package var importedTableCount: Int = 0
    package var importedMemoryCount: Int = 0
    package var importedGlobalCount: Int = 0
    package var importedTagCount: Int = 0

    package struct Import: Sendable {
        package var module: String
        package var name: String
        package var kind: ExternalKind
        /// Index within the kind's index space.
        package var index: UInt32
    }

    package struct Export: Sendable {
        package var name: String
        package var kind: ExternalKind
        package var index: UInt32
    }

    package struct Table: Sendable {
        package var type: TableType
        /// `nil` for an imported table and for one that starts as null.
        package var initializer: ConstantExpression?
    }

    package struct Global: Sendable {
        package var type: GlobalType
        /// `nil` for an imported global.
        package var initializer: ConstantExpression?
    }

    /// A constant expression: the bytes of its instructions, `end` included.
    package struct ConstantExpression: Sendable {
        package var range: Range<Int>
        /// The value of an expression that is one `i32.const`, as most are.
        package var number: Int32?
    }

    package struct ElementSegment: Sendable {
        package enum Mode: Sendable {
            case passive
            case active(table: UInt32, offset: ConstantExpression)
            case declarative
        }

        package enum Items: Sendable {
            case functions([UInt32])
            case expressions([ConstantExpression])
        }

        package var type: ValueType
        package var mode: Mode
        package var items: Items
    }

    package struct DataSegment: Sendable {
        package enum Mode: Sendable {
            case passive
            case active(memory: UInt32, offset: ConstantExpression)
        }

        package var mode: Mode
        package var range: Range<Int>
    }

    package struct FunctionBody: Sendable {
        /// The body from its local declarations to its last `end`.
        package var range: Range<Int>
    }

    package struct CustomSection: Sendable {
        package var name: String
        package var range: Range<Int>
    }
}
