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
        for extensions in [[], RandomModule.Extension.allCases] {
            for seed in first..<first + count {
                let oracle = try TierOracle(seed: seed, extensions: extensions)
                let expected = try oracle.outcome(.interpreter)
                for tier in [Tier.singlePass, .growing, .kept] {
                    let difference = try oracle.difference(tier, from: expected)
                    #expect(difference == nil, "\(String(describing: difference))")
                }
            }
        }
    }

    @Test("extensions bring what they are named for", arguments: RandomModule.Extension.allCases)
    func extensionsAreUsed(chosen: RandomModule.Extension) throws {
        let words: [String] =
            switch chosen {
            case .instructions: ["extmul_", "_lane", "relaxed_"]
            case .aggregates: ["struct.get_s", "array.copy", "br_on_cast_fail", "i31.get_u"]
            case .threads: ["rmw16.cmpxchg_u", "memory.atomic.wait32", "atomic.fence"]
            case .memories: ["memory.copy $n", "load8_u $n"]
            case .memory64: ["memory.fill $w", "table.grow $x", "store $w"]
            case .references: ["call_ref", "catch_all_ref", "throw_ref"]
            }
        let text = (0..<150 as Range<UInt64>).map { seed in
            var random = RandomModule(seed: seed, extensions: [chosen])
            return random.text()
        }.joined()
        for word in words { #expect(text.contains(word), "\(word)") }
    }

    struct Deterministic: CustomTestStringConvertible, Sendable {
        var instructions: String
        var result: String
        var testDescription: String { instructions }
    }

    /// What wasmtime and the specification's deterministic profile say, and single-pass code once did
    /// not: bytes of the second operand count as signed, and -1 times -1 saturates.
    static let deterministic: [Deterministic] = [
        Deterministic(
            instructions: """
                (i16x8.relaxed_dot_i8x16_i7x16_s
                  (i8x16.splat (i32.const 0x80)) (i8x16.splat (i32.const 0x80)))
                """, result: "v128:9223512776490647552:9223512776490647552"),
        Deterministic(
            instructions: """
                (i32x4.relaxed_dot_i8x16_i7x16_add_s
                  (i8x16.splat (i32.const 2)) (i8x16.splat (i32.const 0xFF))
                  (i32x4.splat (i32.const 10)))
                """, result: "v128:8589934594:8589934594"),
        Deterministic(
            instructions: """
                (i16x8.relaxed_q15mulr_s
                  (i16x8.splat (i32.const 0x8000)) (i16x8.splat (i32.const 0x8000)))
                """, result: "v128:9223231297218904063:9223231297218904063"),
    ]

    @Test("relaxed instructions have one result in deterministic code", arguments: deterministic)
    func relaxedIsDeterministic(expected: Deterministic) throws {
        let text = "(module (func (export \"f\") (result v128) \(expected.instructions)))"
        let oracle = TierOracle(bytes: try TextParser.assemble(text))
        for tier in [Tier.interpreter, .singlePass, .growing] {
            #expect(try oracle.outcome(tier).lines.first == "f -> \(expected.result)")
        }
    }

    /// Threads proposal, overview, "Read-Modify-Write"; once a wide value never matched.
    @Test("the expected value of a narrow compare-and-exchange is wrapped to the place's width")
    func expectedValueIsWrapped() throws {
        let text = """
            (module (memory (export "m") 1)
              (func (export "f") (result i32 i32 i64)
                (i32.store (i32.const 0) (i32.const 0x11223344))
                (i32.atomic.rmw8.cmpxchg_u (i32.const 0) (i32.const 0xABCDEF44) (i32.const 0x55))
                (i32.atomic.rmw16.cmpxchg_u (i32.const 2) (i32.const 0x11122) (i32.const 0x6677))
                (i64.atomic.rmw32.cmpxchg_u
                  (i32.const 0) (i64.const 0x1_66773355) (i64.const 8))))
            """
        let oracle = TierOracle(bytes: try TextParser.assemble(text))
        for tier in [Tier.interpreter, .singlePass, .growing] {
            let lines = try oracle.outcome(tier).lines
            #expect(lines.first == "f -> i32:68 i32:4386 i64:1719087957")
            #expect(lines.contains { $0.hasPrefix("memory 65536") })
        }
    }

    @Test("one module's code is the same each time, whatever the order of hash tables")
    func codeIsTheSame() throws {
        let depth = 40
        let text = """
            (module (func (param i32) (result i64)
              \(String(repeating: "(block (result i64) ", count: depth))
                (i64.const 1) (local.get 0) (br_table \((0...depth).map { "\($0)" }.joined(separator: " ")))
              \(String(repeating: ") (i64.const 3) (i64.add)", count: depth))))
            """
        let valid = try ModuleValidator.validate(
            try ModuleDecoder.decode(try TextParser.assemble(text)))
        let images = try (0..<4).map { _ in
            SinglePassCompiler(try LoadedModule(valid), CompilationOptions())
                .compileModule(digest: [])
        }
        #expect(images.allSatisfy { $0 == images[0] })
        #expect(images[0].text.count > 0)
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

    @Test("kept code that is not of the module is not taken")
    func otherKeptCode() throws {
        func module(_ text: String) throws -> (LoadedModule, SinglePassCompiler) {
            let decoded = try ModuleDecoder.decode(try TextParser.assemble(text))
            let module = try LoadedModule(try ModuleValidator.validate(decoded))
            return (module, SinglePassCompiler(module, CompilationOptions()))
        }
        func result(_ module: LoadedModule) throws -> [Value]? {
            var configuration = EngineConfiguration()
            configuration.runsMachineCode = true
            let store = try Store(configuration)
            return try withExtendedLifetime(store) {
                try store.instantiate(module).function("f")?.call()
            }
        }
        let text = "(module (func (export \"f\") (result i32) (i32.const 7)))"
        let (first, compiler) = try module(text)
        let header = compiler.header(digest: [])
        try first.install(growingWith: compiler, header)
        #expect(!first.hasGrownCode(leastByteCount: 1))
        #expect(try result(first) == [.i32(UInt32(7))])
        let whole = try #require(first.grownCode)
        #expect(whole.functions.count == 1)

        var unlike = [whole, whole, whole, whole]
        unlike[0].functions[0].index = 1
        unlike[1].functions[0].fastEntry = nil
        unlike[2].functions[0].range = 0..<whole.functions[0].range.upperBound
        unlike[3].text.removeLast(unlike[3].text.count - 8)
        for kept in unlike {
            let (second, compiler) = try module(text)
            try second.install(growingWith: compiler, header, startingWith: kept)
            #expect(try result(second) == [.i32(UInt32(7))])
            #expect(second.grownCode == whole)
        }
        let (second, sameCompiler) = try module(text)
        try second.install(growingWith: sameCompiler, header, startingWith: whole)
        #expect(try result(second) == [.i32(UInt32(7))])
        #expect(!second.hasGrownCode(leastByteCount: 1))
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
