/// What a compiler wants to know of a body before it walks it: a quick look that checks nothing.
///
/// A body that does not decode is surveyed up to the fault, which ``FunctionValidator`` then tells.
package struct FunctionSurvey {
    /// How often each local is used, parameters first; a use counts eight times more in each loop
    /// around it, up to six loops.
    package private(set) var localWeights: [UInt32]
    /// The same measure for calls.
    package private(set) var callWeight: UInt32 = 0
    /// The most parameters that a callee takes.
    package private(set) var calleeParameterCount = 0
    /// Whether a handler of exceptions stands in the body.
    package private(set) var catchesExceptions = false

    /// - Parameter localCount: parameters and declared locals.
    package init(_ module: ValidModule, functionIndex: UInt32, localCount: Int) {
        localWeights = [UInt32](repeating: 0, count: localCount)
        let place = Int(functionIndex) - module.module.importedFunctionCount
        guard module.module.code.indices.contains(place) else { return }
        let range = module.module.code[place].range
        let code = CodeBuffer(module.module.bytes, range)
        var decoder = code.decoder(
            at: range.lowerBound, section: "code", function: functionIndex)
        // A fault ends the survey; the validator meets it again.
        try? walk(&decoder, module)
    }

    private mutating func walk(
        _ decoder: inout InstructionDecoder, _ module: ValidModule
    ) throws(WasmError) {
        let runs = try decoder.index()
        for _ in 0..<runs {
            _ = try decoder.index()
            _ = try decoder.valueType()
        }
        var loops: [Bool] = []
        var weight: UInt32 = 1
        while !decoder.isAtEnd {
            try decoder.next()
            switch decoder.info.opcode {
            case .localGet, .localSet, .localTee: count(decoder.index0, weight)
            case .loop:
                loops.append(weight < 1 << 18)
                if weight < 1 << 18 { weight <<= 3 }
            case .block, .if, .try, .tryTable:
                if decoder.info.opcode == .try || decoder.info.opcode == .tryTable {
                    catchesExceptions = true
                }
                loops.append(false)
            case .end, .delegate:
                if loops.popLast() == true { weight >>= 3 }
            case .call, .returnCall:
                let functions = module.module.functions
                guard decoder.index0 < functions.count else { return }
                countCall(functions[Int(decoder.index0)], weight, module)
            case .callIndirect, .callRef, .returnCallIndirect, .returnCallRef:
                countCall(decoder.index0, weight, module)
            default: break
            }
        }
    }

    private mutating func countCall(_ type: UInt32, _ weight: UInt32, _ module: ValidModule) {
        callWeight = callWeight.saturatingSum(weight)
        let count = module.context.parameters(ofType: type)?.count ?? 0
        calleeParameterCount = max(calleeParameterCount, count)
    }

    private mutating func count(_ local: UInt32, _ weight: UInt32) {
        guard local < localWeights.count else { return }
        localWeights[Int(local)] = localWeights[Int(local)].saturatingSum(weight)
    }
}

extension UInt32 {
    fileprivate func saturatingSum(_ other: UInt32) -> UInt32 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
