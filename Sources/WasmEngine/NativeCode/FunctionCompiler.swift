package import Wasm

/// Makes machine code of one function at a time. Used from several threads at once.
package protocol FunctionCompiler: Sendable {
    /// Compiles a function of the module that the compiler was made for.
    ///
    /// - Parameter function: index in the module; not an import.
    /// - Returns: its code; nil for a function that is left to the interpreter.
    /// - Throws: the body's fault, when it does not validate.
    func compile(function: UInt32) throws(WasmError) -> CompiledFunction?

    /// Compiles functions of the module one after the other, in the order of their indices, and hands
    /// over the code of each. Functions that do not validate are left out like those that are left to
    /// the interpreter.
    func compile(functions: Range<UInt32>, _ take: (CompiledFunction) -> Void)
}
