/// Turns the tokens of one module into the binary format.
///
/// Three passes over the module's fields: bind names, define types, then everything else in the order
/// of the text, so that types which type uses imply get their indices as the specification orders
/// them. Function bodies are read once, straight into bytes.
///
/// Source: core specification 3.0, §6 (Text Format) and §5 (Binary Format).
struct ModuleAssembler {
    /// A module field and the index it got in its index space.
    struct Field {
        let kind: TextWord
        /// Index of the opening parenthesis.
        let open: Int
        let index: UInt32
    }

    let source: TextSource
    var cursor: TokenCursor
    /// Index of the token that closes the module.
    let end: Int

    var spaces = [IndexSpace](repeating: IndexSpace(), count: IndexSpace.Kind.allCases.count)
    var fields: [Field] = []
    var types = TextTypeTable()
    var fieldNames = FieldNames()
    var sections = SectionOutput()
    var names = NameOutput()
    var annotations: PendingAnnotations

    // State of pass 1.
    var firstDefinition: TextWord?
    var startField: Int?

    /// Index of the token that closes the field being assembled.
    var fieldEnd = 0

    // State of the function or expression being read.
    var code: [UInt8] = []
    /// Operations whose operands are being read: they follow them in the binary format.
    var pending: [UInt8] = []
    var frames: [InstructionFrame] = []
    var labels = LabelScope()
    var locals = LocalScope()
    /// Whether an instruction names a data segment, which asks for a data count section.
    var usesDataIndex = false

    init(_ source: TextSource, from start: Int, to end: Int) {
        self.source = source
        cursor = TokenCursor(source, at: start)
        self.end = end
        annotations = PendingAnnotations(source, start..<end)
    }

    /// The module in the binary format, with a name section made of the identifiers.
    ///
    /// - Parameter name: The module's own identifier.
    mutating func assemble(name: UInt32?) throws(TextError) -> [UInt8] {
        names.module =
            try annotations.takeName(at: cursor.position)
            ?? name.map { identifier in
                Array(source.identifiers[identifier])
            }
        try bindFields()
        try defineTypes()
        for field in fields { try assemble(field) }
        try annotations.expectNoneLeft()
        sections.types = types.section
        sections.typeCount = types.groupCount
        return sections.module(
            needsDataCount: usesDataIndex, nameSection: nameSection(),
            custom: annotations.customSections)
    }

    private mutating func assemble(_ field: Field) throws(TextError) {
        cursor.position = field.open + 2
        fieldEnd = cursor.partner(of: field.open)
        switch field.kind {
        case .import: try assembleImport()
        case .func: try assembleFunction(field.index)
        case .table: try assembleTable(field.index)
        case .memory: try assembleMemory(field.index)
        case .global: try assembleGlobal(field.index)
        case .tag: try assembleTag(field.index)
        case .export: try assembleExport()
        case .start: try assembleStart()
        case .elem: try assembleElement()
        case .data: try assembleData()
        default: return
        }
        try cursor.expectClose()
    }
}
