internal import OptimizingCompiler
internal import SinglePassCompiler
package import Wasm
internal import WasmEngine

/// What guests are run by.
package enum Tier: String, CaseIterable, Sendable {
    case interpreter
    /// The whole module's code made before it runs.
    case singlePass
    /// Each function's code made when it is first called.
    case growing
    /// The same, beginning with the code that another run made of some or all functions.
    case kept
    case optimized
}

/// Runs one random module on a tier: every function twice, one after the other in one instance.
package struct TierOracle {
    package let bytes: [UInt8]
    package let seed: UInt64

    /// - Parameters:
    ///   - functionCount: how many functions the module has; nil for a few.
    ///   - extensions: what the module may have beyond what all have.
    package init(
        seed: UInt64, functionCount: Int? = nil, extensions: [RandomModule.Extension] = []
    ) throws(TextError) {
        self.seed = seed
        var random = RandomModule(
            seed: seed, functionCount: functionCount, extensions: extensions)
        bytes = try TextParser.assemble(random.text())
    }

    /// A module whose functions have names that begin with `f`.
    package init(bytes: [UInt8], seed: UInt64 = 0) {
        self.bytes = bytes
        self.seed = seed
    }

    /// The module on a tier, with all its NaNs canonical so that tiers can be compared.
    package func outcome(_ tier: Tier) throws -> TierOutcome {
        if tier == .kept { return try outcomeAfterAnother() }
        let valid = try ModuleValidator.validate(try ModuleDecoder.decode(bytes))
        let module = try LoadedModule(valid)
        try compile(module, tier)
        return try outcome(of: module, tier)
    }

    private func outcomeAfterAnother() throws -> TierOutcome {
        let valid = try ModuleValidator.validate(try ModuleDecoder.decode(bytes))
        let first = try LoadedModule(valid)
        try compile(first, .growing)
        _ = try outcome(of: first, .growing, callCount: seed % 2 == 0 ? .max : 1)
        let kept = try first.grownCode.map {
            try CodeImage(decoding: $0.encoded())
        }
        let second = try LoadedModule(valid)
        let compiler = SinglePassCompiler(second, options(of: second))
        try second.install(
            growingWith: compiler, compiler.header(digest: []), startingWith: kept)
        let result = try outcome(of: second, .kept)
        if seed % 2 == 0, second.hasGrownCode(leastByteCount: 1) {
            throw TierDifference(what: "kept code was compiled again", seed: seed)
        }
        return result
    }

    private func outcome(
        of module: LoadedModule, _ tier: Tier, callCount: Int = .max
    ) throws -> TierOutcome {
        var configuration = EngineConfiguration()
        configuration.isDeterministic = true
        configuration.runsMachineCode = tier != .interpreter
        let store = try Store(configuration)
        // Machine code must leave every reference where the collector finds it.
        store.collectsAlways = tier != .interpreter && seed % 2 == 1
        return try withExtendedLifetime(store) {
            let instance = try store.instantiate(module)
            guard tier == .interpreter || instance.runsMachineCode else {
                throw TierDifference(what: "no machine code", seed: seed)
            }
            return TierOutcome(instance, seed: seed, callCount: callCount)
        }
    }

    private func options(of module: LoadedModule) -> CompilationOptions {
        var options = CompilationOptions()
        options.isDeterministic = true
        options.checksExceptions = !module.module.tags.isEmpty
        options.features = .ofThisMachine
        return options
    }

    private func compile(_ module: LoadedModule, _ tier: Tier) throws {
        var options = options(of: module)
        let compiler = SinglePassCompiler(module, options)
        switch tier {
        case .interpreter, .kept: break
        case .singlePass: try module.install(compiler.compileModule(digest: []))
        case .growing: try module.install(growingWith: compiler, compiler.header(digest: []))
        case .optimized:
            var settings = OptimizingCompiler.Settings()
            settings.processor = .native ?? .v2
            options.features = .baseline
            let digest = [UInt8](repeating: 0, count: 32)
            let image = try OptimizingCompiler(settings)
                .compile(module.valid, digest: digest, options: options)
            try module.install(image)
        }
    }

    /// The first difference between a tier and the interpreter. Optimised code is compared up to the
    /// first access out of bounds: it may leave out one that LLVM proves useless, and order others
    /// anew (Documentation/Decisions/0049).
    package func difference(_ tier: Tier, from expected: TierOutcome) throws -> TierDifference? {
        let found = try outcome(tier)
        guard found != expected else { return nil }
        var count = Int.max
        if tier == .optimized {
            count =
                expected.lines.firstIndex { $0.contains("trap memoryOutOfBounds") }
                ?? expected.lines.count
        }
        let lines = zip(
            expected.lines.prefix(count) + ["end"], found.lines.prefix(count) + ["end"])
        if lines.allSatisfy({ $0 == $1 }) { return nil }
        let pair = lines.first { $0 != $1 } ?? ("", "")
        return TierDifference(
            what: "\(tier.rawValue): \(pair.1), where the interpreter has \(pair.0)", seed: seed)
    }
}

/// Where two tiers do not agree.
package struct TierDifference: Error, Equatable, CustomStringConvertible {
    package var what: String
    package var seed: UInt64

    package var description: String { "seed \(seed): \(what)" }
}

/// What a run leaves, as lines that other engines can be compared with.
package struct TierOutcome: Hashable, Sendable {
    /// Calls: name, arguments, `->`, results or `trap` and its reason; then memory and globals.
    package private(set) var lines: [String] = []

    init(_ instance: Instance, seed: UInt64, callCount: Int = .max) {
        var random = RandomModule(seed: seed ^ 0xABCD)
        let names = instance.exportNames.filter { $0.hasPrefix("f") }
        for name in (names + names).prefix(callCount) {
            guard let function = instance.function(name) else { continue }
            let arguments = function.type.parameters.map { Self.argument($0, &random) }
            let line = ([name] + arguments.map(Self.text) + ["->"]).joined(separator: " ")
            do throws(Trap) {
                let results = try function.call(arguments)
                lines.append(([line] + results.map(Self.text)).joined(separator: " "))
            } catch {
                lines.append("\(line) trap \(Self.name(error.reason))")
            }
        }
        if let memory = instance.memory("m") {
            let bytes = (try? memory.copy(at: 0, count: memory.byteCount)) ?? []
            lines.append("memory \(bytes.count) \(Self.sum(bytes))")
        }
        // References stay inside.
        let numbers = instance.globals.filter { !$0.type.value.isReference }.map(\.value)
        lines.append((["globals"] + numbers.map(Self.text)).joined(separator: " "))
    }

    private static func argument(_ type: ValueType, _ random: inout RandomModule) -> Value {
        let bits = random.next() >> (random.next() % 64)
        return switch type {
        case .i32: .i32(UInt32(truncatingIfNeeded: bits))
        case .i64: .i64(bits)
        case .f32: .f32(Float(Int64(bitPattern: bits)))
        case .f64: .f64(Double(Int64(bitPattern: bits)))
        default: .v128(V128(low: bits, high: random.next()))
        }
    }

    /// A value's type and bits.
    private static func text(_ value: Value) -> String {
        switch value {
        case .i32(let bits): "i32:\(bits)"
        case .i64(let bits): "i64:\(bits)"
        case .f32(let bits): "f32:\(bits)"
        case .f64(let bits): "f64:\(bits)"
        case .v128(let vector): "v128:\(vector.low):\(vector.high)"
        case .reference(let reference): reference.isNull ? "null" : "reference"
        }
    }

    /// A trap's reason without what only this engine tells.
    private static func name(_ reason: Trap.Reason) -> String {
        let text = "\(reason)"
        return String(text.prefix { $0 != "(" })
    }

    /// Adler-32 (RFC 1950, section 8.2), which other languages have at hand.
    private static func sum(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt64, UInt64) = (1, 0)
        var position = 0
        while position < bytes.count {
            // So many that 64 bits hold the sums.
            let end = min(position + 65_536, bytes.count)
            for byte in bytes[position..<end] {
                low &+= UInt64(byte)
                high &+= low
            }
            low %= 65_521
            high %= 65_521
            position = end
        }
        return UInt32(high << 16 | low)
    }
}
