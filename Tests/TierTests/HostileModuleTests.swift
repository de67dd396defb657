import Diagnostics
import OptimizingCompiler
import SinglePassCompiler
import Testing
import Wasm
import WasmEngine

/// Modules made to cost a compiler time or memory out of proportion. What they cost is told by the
/// size of the code, and by the tests ending.
@Suite struct HostileModuleTests {
    static func module(_ text: String) throws -> ValidModule {
        try ModuleValidator.validate(try ModuleDecoder.decode(try TextParser.assemble(text)))
    }

    static func `repeat`(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var text: String
        /// Bytes of code that are in proportion.
        var limit: Int

        var testDescription: String { name }

        init(_ name: String, _ limit: Int, _ text: String) {
            self.name = name
            self.text = text
            self.limit = limit
        }
    }

    static let cases: [Case] = [
        Case(
            "50,000 locals, each set and read", 6_000_000,
            "(module (func (local \(`repeat`("i64 ", 49_999)))"
                + (0..<49_999).map { "local.get \($0) local.set \(49_998 - $0) " }.joined() + "))"),
        Case(
            "50,000 nested blocks, branches out of all", 4_000_000,
            "(module (func (param i32) \(`repeat`("block ", 50_000))"
                + (0..<50_000).map { "local.get 0 br_if \(min($0, 49_999 - $0)) end " }.joined()
                + "))"),
        Case(
            "50,000 nested loops, branches back from the innermost", 8_000_000,
            "(module (func (param i32) \(`repeat`("loop ", 50_000))"
                + (0..<50_000).map { "local.get 0 br_if \($0) " }.joined()
                + `repeat`("end ", 50_000) + "))"),
        Case(
            "a br_table of a million entries", 5_000_000,
            "(module (func (param i32) block block local.get 0 br_table "
                + `repeat`("0 1 ", 500_000) + "0 end end))"),
        Case(
            "1,000 br_tables of 1,000 entries to blocks with a result", 40_000_000,
            "(module (func (param i32) (result i64) (block (result i64) i64.const 1 local.get 0 "
                + "br_table \(`repeat`("0 1 ", 500)) 0) "
                + `repeat`(
                    "drop (block (result i64) i64.const 1 local.get 0 br_table "
                        + `repeat`("0 1 ", 500) + " 0) ", 999) + "))"),
        Case(
            "20,000 values on the stack below 20,000 calls", 20_000_000,
            "(module (func $f) (func \(`repeat`("i32.const 7 ", 20_000))"
                + `repeat`("call $f ", 20_000) + `repeat`("drop ", 20_000) + "))"),
        Case(
            "10,000 locals on the stack while each is set", 20_000_000,
            "(module (func (local \(`repeat`("i32 ", 10_000)))"
                + (0..<10_000).map { "local.get \($0) " }.joined()
                + (0..<10_000).map { "i32.const 1 local.set \($0) " }.joined()
                + `repeat`("drop ", 10_000) + "))"),
        Case(
            "1,000 parameters passed 500 times", 20_000_000,
            "(module (func $f (param \(`repeat`("i64 ", 1000)))) (func (param i64) "
                + `repeat`(`repeat`("local.get 0 ", 1000) + "call $f ", 500) + "))"),
        Case(
            "a try_table of 20,000 clauses above 20,000 values", 1_000_000,
            "(module (tag $e) (func \(`repeat`("i32.const 7 ", 20_000))"
                + "(block (try_table \(`repeat`("(catch $e 0) ", 20_000)) (throw $e))) "
                + `repeat`("drop ", 20_000) + "))"),
        Case(
            "50,000 functions", 20_000_000, "(module \(`repeat`("(func) ", 50_000)))"),
    ]

    @Test("the single-pass compiler's code stays in proportion", arguments: cases)
    func singlePass(hostile: Case) throws {
        let module = try LoadedModule(try Self.module(hostile.text))
        let image = SinglePassCompiler(module, CompilationOptions()).compileModule(digest: [])
        #expect(image.text.count < hostile.limit)
    }

    @Test("100,000 locals are more than a function may have")
    func tooManyLocals() {
        #expect(throws: WasmError.self) {
            try Self.module("(module (func (local \(Self.repeat("i64 ", 100_000)))))")
        }
    }

    @Test("a hostile module gets code within the optimising compiler's budget, or an error")
    func optimizing() throws {
        // The compiler is a child process with limits of its own: what counts is that it ends, and
        // that this process goes on.
        var settings = OptimizingCompiler.Settings()
        settings.level = .quick
        let compiler = try OptimizingCompiler(settings)
        let digest = [UInt8](repeating: 0, count: 32)
        for hostile in Self.cases[..<4] {
            let module = try Self.module(hostile.text)
            do throws(CompilationFailure) {
                let image = try compiler.compile(
                    module, digest: digest, options: CompilationOptions())
                #expect(image.text.count < hostile.limit)
            } catch {
                #expect(!error.diagnostic.what.isEmpty)
            }
        }
    }
}
