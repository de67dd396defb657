import Foundation
import SinglePassCompiler
import Testing
import Wasm
@testable import WasmEngine

/// One module on two tiers: same results, traps, memory and globals.
@Suite struct TierTests {
    /// What a run leaves.
    struct Outcome: Equatable {
        var results: [[Value]] = []
        var traps: [Trap.Reason?] = []
        var memory: [UInt8] = []
        var globals: [Value] = []
    }

    static func load(_ text: String) throws -> LoadedModule {
        let module = try ModuleDecoder.decode(try TextParser.assemble(text))
        return try LoadedModule(try ModuleValidator.validate(module))
    }

    static func run(_ text: String, seed: UInt64, isNative: Bool) throws -> Outcome {
        let module = try load(text)
        var configuration = EngineConfiguration()
        configuration.isDeterministic = true
        configuration.runsMachineCode = isNative
        if isNative {
            var options = CompilationOptions()
            options.isDeterministic = true
            options.features = .ofThisMachine
            try module.install(SinglePassCompiler(module, options).compileModule(digest: []))
        }
        let store = try Store(configuration)
        return try withExtendedLifetime(store) {
            let instance = try store.instantiate(module)
            #expect(!isNative || instance.nativeImage != nil)
            return outcome(instance, seed: seed)
        }
    }

    static func outcome(_ instance: Instance, seed: UInt64) -> Outcome {
        var random = RandomModule(seed: seed ^ 0xABCD)
        var outcome = Outcome()
        let names = instance.exportNames.filter { $0.hasPrefix("f") }
        for name in names + names {
            guard let function = instance.function(name) else { continue }
            let arguments = function.type.parameters.map { argument($0, &random) }
            do throws(Trap) {
                outcome.results.append(try function.call(arguments))
                outcome.traps.append(nil)
            } catch {
                outcome.traps.append(error.reason)
            }
        }
        if let memory = instance.memory("m") {
            outcome.memory = (try? memory.copy(at: 0, count: memory.byteCount)) ?? []
        }
        outcome.globals = instance.globals.map(\.value)
        return outcome
    }

    private static func argument(_ type: ValueType, _ random: inout RandomModule) -> Value {
        let bits = random.next() >> (random.next() % 64)
        return switch type {
        case .i32: .i32(UInt32(truncatingIfNeeded: bits))
        case .i64: .i64(bits)
        case .f32: .f32(Float(Int64(bitPattern: bits)))
        default: .f64(Double(Int64(bitPattern: bits)))
        }
    }

    @Test("random modules do the same in both tiers")
    func randomModules() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["MARTLET_TIER_SEEDS"].flatMap { UInt64($0) } ?? 300
        let first = environment["MARTLET_TIER_FIRST"].flatMap { UInt64($0) } ?? 0
        for seed in first..<first + count {
            var random = RandomModule(seed: seed)
            let text = random.text()
            let expected = try Self.run(text, seed: seed, isNative: false)
            let found = try Self.run(text, seed: seed, isNative: true)
            #expect(found.traps == expected.traps, "seed \(seed)")
            #expect(found.results == expected.results, "seed \(seed)")
            #expect(found.globals == expected.globals, "seed \(seed)")
            #expect(found.memory == expected.memory, "seed \(seed)")
        }
    }
}
