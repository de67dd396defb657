package import Wasm

extension OptimizingCompiler {
    /// The LLVM IR of a whole module as one part, for people who look at it.
    package static func intermediateText(_ module: ValidModule) throws(WasmError) -> [UInt8] {
        let plan = try ModulePlan(
            module, isMetered: false, isDeterministic: false, checksExceptions: false)
        let first = UInt32(module.module.importedFunctionCount)
        let last = first + UInt32(module.module.code.count)
        return try ModulePart(plan, first..<last).text.bytes
    }
}
