/// Instructions whose type depends on immediates or on the operand stack.
extension FunctionValidator {
    @inline(__always)
    mutating func variable(_ opcode: Opcode) throws(WasmError) {
        switch opcode {
        case .localGet: try localGet()
        case .localSet: try localSet()
        case .localTee: try localTee()
        case .globalGet: try globalGet()
        case .globalSet: try globalSet()
        case .drop: operandType = try popAny()
        case .select: try select()
        case .selectTyped: try selectTyped()
        case .end: try end()
        case .br:
            try checkTop(try labelTypes(index0))
            markUnreachable()
        case .brIf:
            let types = try labelTypes(index0)
            try pop(.i32)
            try checkTop(types)
            try replaceTop(types)
        case .call:
            let type = try functionType(index0)
            try apply(type)
        default: try control(opcode)
        }
    }

    private mutating func control(_ opcode: Opcode) throws(WasmError) {
        switch opcode {
        case .unreachable: markUnreachable()
        case .block, .loop, .try: try openBlock(opcode)
        case .if:
            try pop(.i32)
            try openBlock(opcode)
        case .else: try elseBranch()
        case .catch: try catchTag()
        case .catchAll: try catchEverything()
        case .delegate: try delegate()
        case .rethrow: try rethrow()
        case .throw:
            try pop(try tagParameters(index0))
            markUnreachable()
        case .throwRef:
            try pop(.exnref)
            markUnreachable()
        case .tryTable: try tryTable()
        case .brTable: try branchTable()
        case .return:
            try checkTop(results)
            markUnreachable()
        case .callIndirect: try apply(try indirectCallee())
        case .returnCall: try tailCall(try functionType(index0))
        case .returnCallIndirect: try tailCall(try indirectCallee())
        case .callRef: try apply(try referencedCallee())
        case .returnCallRef: try tailCall(try referencedCallee())
        default: try storage(opcode)
        }
    }

    private mutating func storage(_ opcode: Opcode) throws(WasmError) {
        switch opcode {
        case .tableGet: try tableGet()
        case .tableSet: try tableSet()
        case .tableSize: try push(try table(index0).addressType.valueType)
        case .tableGrow: try tableGrow()
        case .tableFill: try tableFill()
        case .tableCopy: try tableCopy()
        case .tableInit: try tableInit()
        case .elemDrop: _ = try element(index0)
        case .memorySize: try push(try addressType(ofMemory: index0))
        case .memoryGrow:
            let address = try addressType(ofMemory: index0)
            try pop(address)
            try push(address)
        case .memoryFill:
            let address = try addressType(ofMemory: index0)
            try pop(address)
            try pop(.i32)
            try pop(address)
        case .memoryCopy: try memoryCopy()
        case .memoryInit: try memoryInit()
        case .dataDrop: try checkData(index0)
        default: try reference(opcode)
        }
    }
}

/// Globals, selection and calls (core specification 3.0, §3.4.1 to §3.4.3).
extension FunctionValidator {
    private mutating func globalGet() throws(WasmError) {
        let limit = constantGlobalLimit ?? context.globals.count
        guard index0 < limit else {
            throw invalid(
                "unknown global \(index0)", found: "global \(index0)", allowed: "below \(limit)")
        }
        let global = context.globalType(index0)
        if constantGlobalLimit != nil, global.isMutable {
            throw invalid("constant expression required", found: "a mutable global")
        }
        try push(global.value)
    }

    private mutating func globalSet() throws(WasmError) {
        guard index0 < context.globals.count else {
            throw invalid(
                "unknown global \(index0)", found: "global \(index0)",
                allowed: "below \(context.globals.count)")
        }
        let global = context.globalType(index0)
        guard global.isMutable else {
            throw invalid("immutable global", found: "global \(index0)")
        }
        try pop(global.value)
    }

    private mutating func select() throws(WasmError) {
        try pop(.i32)
        let (second, first) = (try popAny(), try popAny())
        guard !first.isReference, !second.isReference,
            first == second || first == .bottom || second == .bottom
        else {
            throw invalid(
                "type mismatch", found: "\(first) and \(second)",
                allowed: "two numbers or vectors of one type")
        }
        operandType = first == .bottom ? second : first
        try push(operandType)
    }

    private mutating func selectTyped() throws(WasmError) {
        let types = decoder.selectTypes
        guard types.count == 1 else {
            throw invalid("invalid result arity", found: "\(types.count) types", allowed: "1")
        }
        let type = try check(types[0], at: offset)
        try pop(.i32)
        try pop(type)
        try pop(type)
        operandType = type
        try push(type)
    }

    private func functionType(_ function: UInt32) throws(WasmError) -> Signature {
        guard function < context.functions.count else {
            throw invalid(
                "unknown function \(function)", found: "function \(function)",
                allowed: "below \(context.functions.count)")
        }
        return try signature(ofType: context.typeIndex(ofFunction: function))
    }

    func signature(ofType index: UInt32) throws(WasmError) -> Signature {
        guard let parameters = context.parameters(ofType: index),
            let results = context.results(ofType: index)
        else {
            throw invalid(
                index < context.types.count ? "type mismatch" : "unknown type \(index)",
                found: "type \(index)", allowed: "a function type")
        }
        return Signature(parameters: parameters, results: results)
    }

    private mutating func apply(_ signature: Signature) throws(WasmError) {
        try pop(signature.parameters)
        try push(signature.results)
    }

    private mutating func tailCall(_ signature: Signature) throws(WasmError) {
        try pop(signature.parameters)
        guard matches(signature.results, results) else {
            throw invalid(
                "type mismatch", found: "a callee with results [\(signature.results.names)]",
                allowed: "[\(results.names)]")
        }
        markUnreachable()
    }

    private mutating func indirectCallee() throws(WasmError) -> Signature {
        let table = try table(index1)
        guard context.isSubtype(table.element, of: .funcref) else {
            throw invalid(
                "type mismatch", found: "a table of \(table.element)", allowed: "funcref")
        }
        let signature = try signature(ofType: index0)
        try pop(table.addressType.valueType)
        return signature
    }

    private mutating func referencedCallee() throws(WasmError) -> Signature {
        let signature = try signature(ofType: index0)
        let canonical = context.canonicalTypeIndex(index0)
        try pop(.reference(.concrete(canonical), nullable: true))
        return signature
    }

    /// Whether types match one by one.
    func matches(_ types: TypeList, _ others: TypeList) -> Bool {
        types.count == others.count
            && types.indices.allSatisfy { context.isSubtype(types[$0], of: others[$0]) }
    }
}

/// A function's parameters and results.
struct Signature {
    var parameters: TypeList
    var results: TypeList
}
