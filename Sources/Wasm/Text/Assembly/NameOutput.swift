/// What the name section says beyond the index spaces' identifiers.
struct NameOutput {
    struct Key: Hashable {
        let kind: IndexSpace.Kind
        let index: UInt32
    }

    struct Function {
        let index: UInt32
        let names: [(index: UInt32, name: UInt32)]
        let replaced: [UInt32: [UInt8]]
    }

    var module: [UInt8]?
    /// Names from `(@name …)`, which go before identifiers.
    private(set) var replaced: [Key: [UInt8]] = [:]
    private var replacedLocals: [UInt32: [UInt8]] = [:]
    /// Functions whose locals, and whose labels, have names.
    private(set) var locals: [Function] = []
    private(set) var labels: [Function] = []

    mutating func replace(_ kind: IndexSpace.Kind, _ index: UInt32, _ name: [UInt8]) {
        replaced[Key(kind: kind, index: index)] = name
    }

    /// Names a local of the function that is being read.
    mutating func replaceLocal(_ index: UInt32, _ name: [UInt8]) { replacedLocals[index] = name }

    mutating func addFunction(
        _ index: UInt32, locals scope: LocalScope, labels labelScope: LabelScope
    ) {
        if !scope.names.isEmpty || !replacedLocals.isEmpty {
            locals.append(Function(index: index, names: scope.names, replaced: replacedLocals))
            replacedLocals.removeAll()
        }
        if !labelScope.names.isEmpty {
            labels.append(Function(index: index, names: labelScope.names, replaced: [:]))
        }
    }
}
