internal import Wasm

extension Translator {
    /// Brings a call's arguments home and takes them off; returns the first one's slot and the
    /// header's position from there.
    private mutating func arguments(
        _ parameters: TypeList, _ results: TypeList
    ) -> (first: Int, header: Int, count: Int) {
        bringTopHome(parameters.count)
        let end = nextHome
        for _ in parameters { _ = pop() }
        let first = nextHome
        var resultSlots = 0
        for type in results { resultSlots += type.slotCount }
        return (first, max(end - first, resultSlots), end - first)
    }

    private mutating func pushResults(_ results: TypeList) {
        for type in results { _ = pushTemporary(type) }
        lastResult = -1
    }

    private func signature(_ type: UInt32) -> (TypeList, TypeList) {
        let context = validator.context
        return (context.parameters(ofType: type) ?? .empty, context.results(ofType: type) ?? .empty)
    }

    mutating func call(_ index: UInt32) {
        let (parameters, results) = signature(module.module.functions[Int(index)])
        let place = arguments(parameters, results)
        let imported = module.module.importedFunctionCount
        if Int(index) < imported {
            emit(.callImported, place.first, place.header, 0, UInt64(index))
        } else {
            emit(.call, place.first, place.header, 0, entryBits(index))
        }
        pushResults(results)
    }

    private func entryBits(_ index: UInt32) -> UInt64 {
        let entry = unsafe table.entry(Int(index) - module.module.importedFunctionCount)
        return UInt64(UInt(bitPattern: entry))
    }

    mutating func callIndirect() {
        let (type, table) = (validator.index0, validator.index1)
        let (parameters, results) = signature(type)
        let index = pop()
        let indexSlot = slot(of: index)
        let place = arguments(parameters, results)
        emit(
            .callIndirect, place.first, place.header, indexSlot,
            UInt64(table) | UInt64(module.typeNumbers[Int(type)]) << 32)
        pushResults(results)
    }

    mutating func callReference() {
        let (parameters, results) = signature(validator.index0)
        let reference = pop()
        let referenceSlot = slot(of: reference)
        let place = arguments(parameters, results)
        emit(.callReference, place.first, place.header, referenceSlot)
        pushResults(results)
    }

    /// `return_call…`; see ``Interpreter/tailCall(_:_:_:)``.
    mutating func tailCall() {
        let opcode = validator.opcode
        var kind = TailCallKind.direct
        var source = 0
        let type: UInt32
        var last: UInt64 = 0
        switch opcode {
        case .returnCall:
            let index = validator.index0
            type = module.module.functions[Int(index)]
            let isImported = Int(index) < module.module.importedFunctionCount
            kind = isImported ? .imported : .direct
            last = isImported ? UInt64(index) : entryBits(index)
        case .returnCallIndirect:
            type = validator.index0
            kind = .indirect
            last = UInt64(validator.index1) | UInt64(module.typeNumbers[Int(type)]) << 32
            let index = pop()
            source = slot(of: index)
        default:
            type = validator.index0
            kind = .reference
            let reference = pop()
            source = slot(of: reference)
        }
        let (parameters, results) = signature(type)
        let place = arguments(parameters, results)
        emit(
            .tailCall, place.first, place.count, headerSlot,
            UInt64(kind.rawValue) | UInt64(place.header) << 16 | UInt64(source) << 32, last)
        words.append(0)
    }
}
