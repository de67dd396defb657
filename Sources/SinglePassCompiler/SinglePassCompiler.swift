internal import Wasm
package import WasmEngine

/// Compiles functions, each in one walk over its body (x86-64).
package struct SinglePassCompiler: FunctionCompiler {
    /// Name and version of what this compiler emits: a change of any code it writes is a new version.
    package static let identity = "single-pass 2"

    /// Not the loaded module: that one keeps code, which may keep its compiler.
    private let module: ValidModule
    private let options: CompilationOptions

    package init(_ module: LoadedModule, _ options: CompilationOptions) {
        self.module = module.valid
        self.options = options
    }

    package func makeWorker() -> any CompilationWorker { Worker(module, options) }

    private final class Worker: CompilationWorker {
        private var compiler: BodyCompiler

        init(_ module: ValidModule, _ options: CompilationOptions) {
            compiler = BodyCompiler(module, options)
        }

        func compile(function: UInt32) throws(WasmError) -> CompiledFunction? {
            try compiler.compile(function)
        }
    }

    /// Compiles every function of the module. Functions that do not validate
    /// are left to the interpreter, which says so when they are called.
    ///
    /// - Parameter digest: SHA-256 of the module's bytes.
    package func compileModule(digest: [UInt8]) -> CodeImage {
        CodeImage(compiling: module.module, with: self, header(digest: digest))
    }

    /// What is said of the code.
    ///
    /// - Parameter digest: SHA-256 of the module's bytes.
    package func header(digest: [UInt8]) -> CodeImage.Header {
        CodeImage.Header(compiler: Self.identity, moduleDigest: digest, options: options)
    }
}
