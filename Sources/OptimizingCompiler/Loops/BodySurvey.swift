internal import Wasm

/// What the lowering of a body wants to know before it begins.
struct BodySurvey: Sendable {
    /// The locals that something reads: setting another is like dropping the value.
    private(set) var readLocals: Set<UInt32> = []
    /// The innermost loops that are worth two copies, by the offset of their `loop`.
    private(set) var loops: [Int: CountedLoop] = [:]

    /// - Throws: ``WasmError`` where the body is malformed or invalid.
    init(_ module: ValidModule, function: UInt32) throws(WasmError) {
        var walk = try FunctionValidator(module, functionIndex: function)
        var loop: LoopSurvey?
        while try walk.next() {
            if walk.opcode == .localGet { readLocals.insert(walk.index0) }
            if walk.opcode == .loop {
                loop = LoopSurvey(walk)
            } else if let found = loop?.take(walk) {
                if case .counted(let counted) = found { loops[loop?.offset ?? 0] = counted }
                loop = nil
            }
        }
    }
}
