package import Wasm
/// Development only.
package func dumpIR(_ valid: ValidModule, segment: Bool, parts: Int, write: (Int, [UInt8]) -> Void) throws(WasmError) -> [UInt32] {
    let plan = ModulePlan(valid, isMetered: false, isDeterministic: false, checksExceptions: false, usesSegment: segment)
    let first = UInt32(valid.module.importedFunctionCount), last = UInt32(valid.module.functions.count)
    let size = max(1, (last - first + UInt32(parts) - 1) / UInt32(parts))
    var left: [UInt32] = [], start = first, n = 0
    while start < last {
        let end = min(start + size, last)
        let part = try ModulePart(plan, start..<end)
        left += part.leftOut
        write(n, part.text.bytes)
        n += 1; start = end
    }
    return left
}
