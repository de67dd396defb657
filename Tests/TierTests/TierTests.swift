import Foundation
import SinglePassCompiler
import Testing
import TierOracle
import Wasm
import WasmEngine

/// One module on several tiers: same results, traps, memory and globals.
@Suite struct TierTests {
    @Test("random modules do the same in all tiers that start at once")
    func randomModules() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["MARTLET_TIER_SEEDS"].flatMap { UInt64($0) } ?? 300
        let first = environment["MARTLET_TIER_FIRST"].flatMap { UInt64($0) } ?? 0
        for seed in first..<first + count {
            let oracle = try TierOracle(seed: seed)
            let expected = try oracle.outcome(.interpreter)
            for tier in [Tier.singlePass, .growing] {
                let difference = try oracle.difference(tier, from: expected)
                #expect(difference == nil, "\(String(describing: difference))")
            }
        }
    }

    /// Once the register for a divisor that had to move was one that division needs.
    @Test("divisions below any number of values in registers do the same", arguments: 0..<24)
    func divisionsUnderPressure(count: Int) throws {
        for (first, second) in [("div_u", "rem_s"), ("rem_u", "div_s"), ("rem_s", "rem_u")] {
            let values = (0..<count).map {
                "(i64.\($0 % 2 == 0 ? first : second) (local.get 0) (i64.const \($0 + 3)))"
            }
            let text = """
                (module (func (export "f") (param i64 i64) (result i64)
                  \(values.joined(separator: " "))
                  (i64.\(first) (i64.add (local.get 0) (i64.const 77))
                    (i64.\(second) (local.get 1) (i64.const 1000)))
                  (i64.\(second) (i64.mul (local.get 0) (local.get 1))
                    (i64.\(first) (local.get 1) (i64.const 9)))
                  \(String(repeating: "i64.xor ", count: count + 1))))
                """
            let oracle = TierOracle(bytes: try TextParser.assemble(text))
            let expected = try oracle.outcome(.interpreter)
            #expect(try oracle.difference(.singlePass, from: expected) == nil)
        }
    }

    @Test("the module whose compilation ended the process once does the same")
    func foundModules() throws {
        for seed in [1280] as [UInt64] {
            let oracle = try TierOracle(seed: seed)
            let expected = try oracle.outcome(.interpreter)
            #expect(try oracle.difference(.singlePass, from: expected) == nil)
        }
    }

    @Test("a module with code that grows goes when nobody uses it")
    func growingCodeGoes() throws {
        weak var gone: LoadedModule?
        do {
            let decoded = try ModuleDecoder.decode(try TextParser.assemble("(module (func))"))
            let module = try LoadedModule(try ModuleValidator.validate(decoded))
            let compiler = SinglePassCompiler(module, CompilationOptions())
            try module.install(growingWith: compiler, compiler.header(digest: []))
            gone = module
        }
        #expect(gone == nil)
    }

    @Test("the functions of a random module do something")
    func outcomesDiffer() throws {
        let outcomes = try (0..<40 as Range<UInt64>).map {
            try TierOracle(seed: $0).outcome(.interpreter)
        }
        let lines = outcomes.flatMap(\.lines)
        let trapped = lines.count { $0.contains(" trap ") }
        #expect(Set(lines).count > lines.count * 3 / 4)
        #expect(trapped > 0 && trapped < lines.count / 2)
    }
}
