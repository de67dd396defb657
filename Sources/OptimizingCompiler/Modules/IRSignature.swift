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

    /// The parameters of a definition by the engine's convention.
    var parameterNames: String { names(after: "ptr %ctx") }

    /// The parameters of a definition by ``ownConvention``; also the arguments of a call that passes
    /// them on.
    var ownParameterNames: String { names(after: "ptr swiftself %self") }

    private func names(after context: String) -> String {
        let names = parameters.enumerated().map { "\($1.text) %p\($0)" }
        return ([context] + names).joined(separator: ", ")
    }

    /// How functions of one instance call each other: the context stays in a register that callees
    /// preserve (R13), so that it is not set up for each call.
    static let ownConvention = "swiftcc"

    /// The end of a definition that returns what a call does.
    func returning(_ call: String) -> String {
        results.isEmpty ? "\(call)\nret void\n}" : "%r = \(call)\nret \(result) %r\n}"
    }

    /// Whether all arguments are passed in registers (System V ABI, AMD64 supplement, §3.2.3).
    var fitsRegisters: Bool {
        let integers = parameters.count { $0 == .i32 || $0 == .i64 }
        return integers <= 5 && parameters.count - integers <= 8
    }
}
