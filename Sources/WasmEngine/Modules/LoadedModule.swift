internal import Synchronization
package import Wasm

/// A validated module ready to be instantiated: immutable, shared between stores and threads. Its
/// functions are translated when they are first called.
package final class LoadedModule: Sendable {
    package let valid: ValidModule
    /// Registry number of each of its types.
    package let typeNumbers: [UInt32]
    /// Slots that parameters and results of each function type take, by type index.
    let slotCounts: [SlotCounts]
    /// Offsets of the fields of each structure type, by type index; empty for other types.
    package let fieldOffsets: [[UInt32]]
    /// Element segments whose references may point at objects of the heap.
    let objectSegments: [Int]
    /// By the name's UTF-8 bytes: names that look alike are different names here.
    private let exportIndex: [[UInt8]: Int]
    private let tables = Mutex<[CodeTable]>([])
    private let images = Mutex<[NativeImage]>([])

    package var module: Module { valid.module }

    /// - Throws: ``InstantiationError/budgetExceeded(_:)`` when the process knows too many types.
    package init(_ valid: ValidModule) throws(InstantiationError) {
        guard let numbers = TypeRegistry.shared.numbers(of: valid.module) else {
            throw .budgetExceeded("this process has met too many function types")
        }
        self.valid = valid
        typeNumbers = numbers
        slotCounts = valid.module.types.map { type in
            guard case .function(let function) = type.composite else { return SlotCounts() }
            return SlotCounts(
                parameters: UInt32(function.parameters.slotCount),
                results: UInt32(function.results.slotCount))
        }
        fieldOffsets = valid.module.types.map { type in
            guard case .structure(let fields) = type.composite else { return [] }
            return FieldPlacement.offsets(of: fields).offsets
        }
        objectSegments = valid.module.elements.indices.filter { index in
            let type = TypeRegistry.map(valid.module.elements[index].type) { numbers[Int($0)] }
            return TypeRegistry.shared.refersToObjects(type)
        }
        exportIndex = Dictionary(
            valid.module.exports.enumerated().map { (Array($1.name.utf8), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The export of a name.
    package func export(_ name: String) -> Module.Export? {
        exportIndex[Array(name.utf8)].map { valid.module.exports[$0] }
    }

    /// Code images of this module, the newest last.
    var nativeImages: [NativeImage] { images.withLock { $0 } }

    func add(_ image: NativeImage) { images.withLock { $0.append(image) } }

    /// The interpreter's code in a variant, made on first use.
    ///
    /// - Parameter image: the machine code of instances that use the table.
    func codeTable(_ variant: CodeVariant, _ image: NativeImage? = nil) -> CodeTable {
        var variant = variant
        variant.image = image.map { ObjectIdentifier($0) }
        return tables.withLock { tables in
            if let table = tables.first(where: { $0.variant == variant }) { return table }
            let table = CodeTable(self, variant, image)
            tables.append(table)
            return table
        }
    }

    /// Ends all guests that run this module's code, on whatever thread and in whatever store, with
    /// ``Trap/Reason/interrupted``, metered or not. The module is of no use afterwards: this is for a
    /// process that is to end.
    package func stopRunning() {
        tables.withLock { tables in for table in tables { table.stop() } }
        for image in nativeImages { image.stop() }
    }

    /// A function's type by index; concrete heap types are the module's own indices.
    package func functionType(_ index: UInt32) -> FunctionType {
        let module = valid.module
        guard case .function(let type) = module.types[Int(module.functions[Int(index)])].composite
        else { return FunctionType([], []) }
        return type
    }

    /// Slots that a function's parameters and results take.
    func slotCounts(ofFunction index: UInt32) -> SlotCounts {
        slotCounts[Int(valid.module.functions[Int(index)])]
    }

    /// A function's name: from the name section, else the first export's.
    package func functionName(_ index: UInt32) -> String? {
        if let name = NameSection(valid.module).functionName(index) { return name }
        return valid.module.exports.first { $0.kind == .function && $0.index == index }?.name
    }

    /// What ``functionName(_:)`` gives, for all functions that have a name.
    var functionNames: [UInt32: String] {
        var names = NameSection(valid.module).names(.function)
        for export in valid.module.exports where export.kind == .function {
            if names[export.index] == nil { names[export.index] = export.name }
        }
        return names
    }
}

/// How interpreter code differs between stores.
struct CodeVariant: Equatable, Sendable {
    /// Loops and calls look at the budget.
    var isMetered: Bool
    /// NaN results are made canonical.
    var isDeterministic: Bool
    /// The machine code that calls go to where it has some.
    var image: ObjectIdentifier?
}

/// Slots that the parameters and results of a function take in a frame.
struct SlotCounts: Sendable {
    var parameters: UInt32 = 0
    var results: UInt32 = 0

    /// The slot of the frame's header, behind both.
    var header: UInt32 { max(parameters, results) }
}
