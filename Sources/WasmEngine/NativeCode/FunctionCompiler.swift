package import Wasm

/// Makes machine code of one function at a time. Used from several threads at once.
package protocol FunctionCompiler: Sendable {
    /// Compiles a function of the module that the compiler was made for.
    ///
    /// - Parameter function: index in the module; not an import.
    /// - Returns: its code; nil for a function that is left to the interpreter.
    /// - Throws: the body's fault, when it does not validate.
    func compile(function: UInt32) throws(WasmError) -> CompiledFunction?
}
