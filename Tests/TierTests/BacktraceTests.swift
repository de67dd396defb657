import OptimizingCompiler
import SinglePassCompiler
import Testing
import Wasm
@testable import WasmEngine

/// A trap names the same frames whichever tiers run them, one calling the other.
@Suite struct BacktraceTests {
    enum Tier: String, CaseIterable { case interpreted, singlePass, optimized }

    /// A function that keeps many values over its call, of the function in the table at its argument's
    /// lowest bit, and that traps at 0 as it is told.
    private static func text(_ table: String, element: Int) -> String {
        let kept = 0..<24
        return """
            (module
              (type $step (func (param i32 i32) (result i32)))
              (import "host" "refuse" (func $refuse))
              \(table) (elem (i32.const \(element)) $step)
              (memory 1)
              (func $step (export "step") (type $step)
                \(kept.map { "(local $k\($0) i32)" }.joined(separator: " "))
                \(kept.map {
                    "(local.set $k\($0) (i32.load offset=\(16 * $0) (local.get 0)))"
                }.joined(separator: "\n"))
                (if (i32.eqz (local.get 0)) (then
                  (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
                    (br_table $0 $1 $2 $3 $4 $5 (local.get 1)))
                    unreachable)
                    (return (i32.load (i32.sub (local.get 1) (i32.const 10)))))
                    (memory.fill (local.get 1) (local.get 0) (i32.const 70000)))
                    (return (i32.div_u (local.get 1) (local.get 0))))
                    (call $refuse))
                  (return (call_indirect (type $step)
                    (local.get 0) (local.get 1) (i32.const 2)))))
                (local.set 1 (call_indirect (type $step)
                  (i32.sub (local.get 0) (i32.const 1)) (local.get 1)
                  (i32.and (local.get 0) (i32.const 1))))
                \(kept.map {
                    "(i32.store offset=\(16 * $0 + 8192) (local.get 0) "
                        + "(i32.add (local.get $k\($0)) (local.get 1)))"
                }.joined(separator: "\n"))
                (local.get 1)))
            """
    }

    private static let outer = text(#"(table (export "t") 3 funcref)"#, element: 0)
    private static let inner = text(#"(import "outer" "t" (table 3 funcref))"#, element: 1)

    /// Functions small enough for LLVM to put one into the other; the arguments tell which one traps.
    private static let nested = """
        (module
          (import "host" "refuse" (func $refuse))
          (memory 1)
          (func $leaf (param i32 i32) (result i32)
            (i32.div_u (i32.load (local.get 1)) (local.get 0)))
          (func $middle (param i32 i32) (result i32)
            (if (i32.eq (local.get 0) (i32.const 1)) (then (call $refuse)))
            (if (i32.eq (local.get 0) (i32.const 9))
              (then (drop (call $give_up (local.get 0) (local.get 1)))))
            (i32.add
              (call $leaf (local.get 0) (i32.const 8))
              (call $leaf (i32.sub (local.get 0) (i32.const 2)) (local.get 1))))
          (func $give_up (export "give_up") (param i32 i32) (result i32)
            (i32.store (local.get 1) (local.get 0))
            unreachable)
          (func $first (param i32 i32) (result i32)
            (i32.add (i32.const 1) (call $middle (local.get 0) (local.get 1))))
          (func $second (param i32 i32) (result i32)
            (i32.add
              (call $first (local.get 0) (local.get 1))
              (call $middle (i32.sub (local.get 0) (i32.const 1)) (local.get 1))))
          (func (export "run") (param i32 i32) (result i32)
            (i32.mul (call $second (local.get 0) (local.get 1)) (i32.const 3))))
        """

    @Test("functions inlined in others are frames", arguments: [Tier.singlePass, .optimized])
    func inlinedFrames(tier: Tier) throws {
        func traps(_ tier: Tier) throws -> [[String]] {
            let (store, imports) = try Self.storeAndImports()
            let instance = try store.instantiate(
                try Self.load(Self.nested, tier), imports: imports)
            let function = try #require(instance.function("run"))
            // Divided by zero in the first call of all, in the middle one's second, by way of the second
            // function's own call; refused by the host; in a function that always traps, which LLVM puts
            // elsewhere.
            let arguments: [(UInt32, UInt32)] = [(0, 0), (2, 0), (3, 0), (1, 0), (9, 0)]
            return arguments.map { number, address in
                do throws(Trap) {
                    return ["\(try function.call([.i32(number), .i32(address)]))"]
                } catch {
                    return ["\(error.reason)"]
                        + error.backtrace.map { "\($0.functionIndex) at \($0.offsetBytes)" }
                }
            }
        }
        let expected = try traps(.interpreted)
        #expect(expected.map(\.count) == [6, 6, 5, 5, 6], "\(expected)")
        for (found, expected) in zip(try traps(tier), expected) { #expect(found == expected) }
    }

    /// What runs machine code, and a function of the host that traps.
    private static func storeAndImports() throws -> (Store, Imports) {
        var configuration = EngineConfiguration()
        configuration.runsMachineCode = true
        let store = try Store(configuration)
        var imports = Imports()
        let host = HostFunction([], []) { (_: borrowing HostCall) throws(Trap) in
            throw Trap(.host("refused"))
        }
        imports["host", "refuse"] = .function(store.function(host))
        return (store, imports)
    }

    private static func load(_ text: String, _ tier: Tier) throws -> LoadedModule {
        let module = try LoadedModule(
            ModuleValidator.validate(ModuleDecoder.decode(TextParser.assemble(text))))
        switch tier {
        case .interpreted: break
        case .singlePass:
            try module.install(
                SinglePassCompiler(module, CompilationOptions()).compileModule(digest: []))
        case .optimized:
            var settings = OptimizingCompiler.Settings()
            settings.processor = try #require(TargetProcessor.native)
            try module.install(
                OptimizingCompiler(settings).compile(
                    module.valid, digest: [], options: CompilationOptions()))
        }
        return module
    }

    /// Why each of the ways to trap does, and its frames.
    private static func traps(
        _ outerTier: Tier, _ innerTier: Tier, depth: Int32
    ) throws -> [[String]] {
        var (store, imports) = try storeAndImports()
        let outer = try store.instantiate(try load(Self.outer, outerTier), imports: imports)
        imports["outer", "t"] = outer.export("t")
        let inner = try store.instantiate(try load(Self.inner, innerTier), imports: imports)
        #expect((outer.nativeImage != nil) == (outerTier != .interpreted))
        #expect((inner.nativeImage != nil) == (innerTier != .interpreted))
        let function = try #require(outer.function("step"))
        return (Int32(0)...5).map { way in
            do throws(Trap) {
                return ["\(try function.call([.i32(UInt32(depth)), .i32(UInt32(way))]))"]
            } catch {
                let frames = error.backtrace.map { "\($0.functionIndex) at \($0.offsetBytes)" }
                return ["\(error.reason)"] + frames
            }
        }
    }

    @Test("the frames of two instances' functions", arguments: Tier.allCases, Tier.allCases)
    func frames(outer: Tier, inner: Tier) throws {
        let expected = try Self.traps(.interpreted, .interpreted, depth: 9)
        #expect(expected.allSatisfy { $0.count == 11 }, "\(expected)")
        let found = try Self.traps(outer, inner, depth: 9)
        for (found, expected) in zip(found, expected) { #expect(found == expected) }
    }
}
