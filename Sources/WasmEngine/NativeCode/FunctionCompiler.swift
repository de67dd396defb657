package import Wasm

/// Makes machine code of a module's functions. Used from several threads at once.
package protocol FunctionCompiler: Sendable {
    /// Somebody who compiles one function after another, in the same memory.
    func makeWorker() -> any CompilationWorker
}

/// Compiles functions of the module that its compiler was made for; used by one thread at a time.
package protocol CompilationWorker: AnyObject {
    /// - Parameter function: index in the module; not an import.
    /// - Returns: its code; nil for a function that is left to the interpreter.
    /// - Throws: the body's fault, when it does not validate.
    func compile(function: UInt32) throws(WasmError) -> CompiledFunction?
}
