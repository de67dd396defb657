import OptimizingCompiler
import Testing
import TierOracle
import Wasm
@testable import WasmEngine

/// Optimised code does what the interpreter does.
@Suite struct OptimizedTierTests {
    private static func optimized(_ text: String) throws -> LoadedModule {
        let decoded = try ModuleDecoder.decode(try TextParser.assemble(text))
        let module = try LoadedModule(try ModuleValidator.validate(decoded))
        var settings = OptimizingCompiler.Settings()
        settings.processor = try #require(TargetProcessor.native)
        settings.level = .usual
        settings.threads = 1
        var options = CompilationOptions()
        options.isDeterministic = true
        try module.install(
            OptimizingCompiler(settings).compile(module.valid, digest: [], options: options))
        return module
    }

    private static func store() throws -> Store {
        var configuration = EngineConfiguration()
        configuration.isDeterministic = true
        configuration.runsMachineCode = true
        return try Store(configuration)
    }

    private static func instantiate(
        _ text: String, in store: Store, imports: Imports = Imports()
    ) throws -> Instance {
        let instance = try store.instantiate(try optimized(text), imports: imports)
        #expect(instance.nativeImage != nil)
        return instance
    }

    /// Calls a function of 32-bit integers; gives its result, 0 for none.
    private func call(_ instance: Instance, _ name: String, _ arguments: UInt32...) throws -> UInt32
    {
        let function = try #require(instance.function(name))
        guard case .i32(let result)? = try function.call(arguments.map { Value.i32($0) }).first
        else { return 0 }
        return result
    }

    @Test("random modules do the same as in the interpreter, up to their first trap of memory")
    func randomModules() throws {
        for seed in UInt64(5_000)..<5_024 {
            let oracle = try TierOracle(seed: seed)
            let expected = try oracle.outcome(.interpreter)
            let difference = try oracle.difference(.optimized, from: expected)
            #expect(difference == nil, "\(String(describing: difference))")
        }
    }

    @Test("each instance keeps to its memory when one calls another, directly and by a table")
    func memoriesOfTwoInstances() throws {
        let store = try Self.store()
        let inner = try Self.instantiate(
            """
            (module (memory 1) (table (export "t") 2 funcref)
              (func $swap (export "swap") (param i32) (result i32)
                (i32.load (i32.const 8))
                (i32.store (i32.const 8) (local.get 0)))
              (elem (i32.const 0) $swap))
            """, in: store)
        var imports = Imports()
        imports.define("inner", exportsOf: inner)
        let outer = try Self.instantiate(
            """
            (module (type $swap (func (param i32) (result i32)))
              (import "inner" "swap" (func $swap (type $swap)))
              (import "inner" "t" (table 2 funcref))
              (memory 1)
              (func $own (type $swap)
                (i32.load (i32.const 8)) (i32.store (i32.const 8) (local.get 0)))
              (elem (i32.const 1) $own)
              (func (export "direct") (param i32) (result i32)
                (i32.store (i32.const 8) (local.get 0))
                (i32.mul (call $swap (i32.const 7)) (i32.const 1000))
                (i32.add (i32.load (i32.const 8))))
              (func (export "indirect") (param i32 i32) (result i32)
                (i32.store (i32.const 8) (i32.const 5))
                (i32.mul
                  (call_indirect (type $swap) (i32.const 9) (local.get 1)) (i32.const 1000))
                (i32.add (i32.load (i32.const 8)))))
            """, in: store, imports: imports)
        #expect(try call(outer, "direct", 3) == 3)
        #expect(try call(outer, "direct", 4) == 7_004)
        #expect(try call(outer, "indirect", 0, 0) == 7_005)
        #expect(try call(outer, "indirect", 0, 1) == 5_009)
        #expect(try call(inner, "swap", 1) == 9)
        withExtendedLifetime(store) {}
    }

    @Test("instructions without operands run for the outermost function, in the smallest frame")
    func smallestFrames() throws {
        let store = try Self.store()
        let instance = try Self.instantiate(
            """
            (module (memory 1) (table $t (export "t") 3 externref) (func $f)
              (data $d "abc") (elem $e func $f)
              (func (export "dropData") (data.drop $d))
              (func (export "dropElements") (elem.drop $e))
              (func (export "sizeOfTable") (result i32) (table.size $t))
              (func (export "sizeOfMemory") (result i32) (memory.size)))
            """, in: store)
        try withExtendedLifetime(store) {
            _ = try call(instance, "dropData")
            _ = try call(instance, "dropElements")
            #expect(try call(instance, "sizeOfTable") == 3)
            #expect(try call(instance, "sizeOfMemory") == 1)
        }
    }

    @Test("the address and width of an access that faults are told", arguments: [65_533, 70_000])
    func addressOfFault(address: UInt32) throws {
        let store = try Self.store()
        let guest = try Self.instantiate(
            """
            (module (memory 1)
              (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
              (func (export "store") (param i32) (i32.store (local.get 0) (i32.const 1))))
            """, in: store)
        for name in ["load", "store"] {
            let function = try #require(guest.function(name))
            do throws(Trap) {
                _ = try function.call([.i32(address)])
                Issue.record("\(name) at \(address) does not trap")
            } catch {
                let expected = Trap.Reason.memoryOutOfBounds(address: UInt64(address), width: 4)
                #expect(error.reason == expected)
            }
        }
    }

    @Test("sums that wrap round reach the start of memory")
    func wrappingSums() throws {
        let store = try Self.store()
        let guest = try Self.instantiate(
            """
            (module (memory 1)
              (func (export "f") (param i32 i32) (result i32)
                (i32.store (i32.const 12) (i32.const 77))
                (drop (i32.load (local.get 0)))
                (i32.load (i32.add (local.get 0) (local.get 1)))))
            """, in: store)
        #expect(try call(guest, "f", 16, UInt32(bitPattern: -4)) == 77)
        #expect(try call(guest, "f", 65_532, UInt32(bitPattern: -65_520)) == 77)
        withExtendedLifetime(store) {}
    }

    @Test("a copy or filling that ends one byte past the memory traps and changes nothing")
    func boundsOfBulkInstructions() throws {
        let store = try Self.store()
        let guest = try Self.instantiate(
            """
            (module (memory (export "m") 1)
              (func (export "fill") (param i32 i32)
                (memory.fill (local.get 0) (i32.const 0x1AB) (local.get 1)))
              (func (export "fill8") (param i32)
                (memory.fill (local.get 0) (i32.const 0xCD) (i32.const 8)))
              (func (export "copy") (param i32 i32 i32)
                (memory.copy (local.get 0) (local.get 1) (local.get 2)))
              (func (export "copy16") (param i32 i32)
                (memory.copy (local.get 0) (local.get 1) (i32.const 16))))
            """, in: store)
        let memory = try #require(guest.memory("m"))
        _ = try call(guest, "fill", 65_530, 6)
        #expect(try memory.copy(at: 65_529, count: 7) == [0] + Array(repeating: 0xAB, count: 6))
        _ = try call(guest, "copy", 0, 65_530, 6)
        _ = try call(guest, "copy16", 3, 0)
        let before = try memory.copy(at: 0, count: 65_536)
        #expect(Array(before.prefix(11)) == Array(repeating: 0xAB, count: 9) + [0, 0])
        #expect(throws: Trap.self) { try call(guest, "fill", 65_530, 7) }
        #expect(throws: Trap.self) { try call(guest, "fill", 1, .max) }
        #expect(throws: Trap.self) { try call(guest, "fill8", 65_529) }
        #expect(throws: Trap.self) { try call(guest, "copy", 0, 65_529, 8) }
        #expect(throws: Trap.self) { try call(guest, "copy", 65_529, 0, 8) }
        #expect(throws: Trap.self) { try call(guest, "copy16", 65_521, 0) }
        #expect(throws: Trap.self) { try call(guest, "copy16", 0, 65_521) }
        #expect(try memory.copy(at: 0, count: 65_536) == before)
        withExtendedLifetime(store) {}
    }

    @Test("a comparison's outcome as an address is a number, also where alignment is checked")
    func atomicsAtComparisons() throws {
        let address = "offset=100 (i32.lt_s (local.get 0) (local.get 1))"
        let accesses = [
            "(i64.atomic.load \(address))",
            "(i64.atomic.rmw.add \(address) (i64.const 2))",
            "(i64.atomic.rmw.xchg \(address) (i64.const 2))",
            "(i64.atomic.rmw32.sub_u \(address) (i64.const 2))",
            "(i64.atomic.rmw16.cmpxchg_u \(address) (i64.const 2) (i64.const 3))",
            "(i64.atomic.rmw8.or_u \(address) (i64.const 2))",
            "(block (result i64) (i64.atomic.store \(address) (i64.const 5)) (i64.const 0))",
            "(i64.extend_i32_u (memory.atomic.notify \(address) (i32.const 1)))",
        ]
        var text = "(module (memory 1 1 shared)"
        for (number, access) in accesses.enumerated() {
            text += "(func (export \"f\(number)\") (param i32 i32) (result i64) \(access))"
        }
        let pair = try TierPair(text + ")")
        for number in accesses.indices {
            for second in UInt32(0)...1 {
                let (interpreted, optimized) = try pair.outcomes("f\(number)", 0, second)
                #expect(optimized == interpreted, "\(accesses[number]), \(second)")
            }
        }
    }
}
