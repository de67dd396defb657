internal import Wasm

/// A function's type as LLVM sees it; the context comes first.
struct IRSignature: Sendable {
    var parameters: [IRType]
    var results: [IRType]

    init(_ parameters: some Sequence<ValueType>, _ results: some Sequence<ValueType>) {
        self.parameters = parameters.map(\.ir)
        self.results = results.map(\.ir)
    }

    /// What the function returns; results after the first go through memory.
    var result: String { results.first?.text ?? "void" }

    /// The parameters of a definition.
    var parameterNames: String {
        let names = parameters.enumerated().map { "\($1.text) %p\($0)" }
        return (["ptr %ctx"] + names).joined(separator: ", ")
    }

    /// Whether all arguments are passed in registers (System V ABI, AMD64 supplement, §3.2.3).
    var fitsRegisters: Bool {
        let integers = parameters.count { $0 == .i32 || $0 == .i64 }
        return integers <= 5 && parameters.count - integers <= 8
    }
}
