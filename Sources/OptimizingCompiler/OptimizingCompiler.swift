internal import Platform
internal import Synchronization
package import Wasm
package import WasmEngine

/// Compiles a whole module ahead of time: Wasm to LLVM IR as text, `clang -x ir` in child processes,
/// and what they write to one ``CodeImage``.
///
/// The same module, options, target and clang give the same bytes, on any machine.
package struct OptimizingCompiler: Sendable {
    /// How to compile.
    package struct Settings: Sendable {
        package var processor = TargetProcessor.v3
        package var level = OptimizationLevel.most
        /// A file that remembers clang's version from one run to the next.
        package var versions: String?
        /// How many clangs run at once.
        package var threads = 2
        /// Told how many of how many parts are done; called from any thread.
        package var progress: (@Sendable (_ done: Int, _ count: Int) -> Void)?

        package init() {}
    }

    /// Name and version; a change of the code it makes is a new version.
    package static let identity = "optimizing 10"

    /// Bytes of Wasm code that one clang gets, more or less: a fixed number, so that the parts do
    /// not depend on the machine.
    private static let partByteCount = 384 << 10

    private let settings: Settings
    private let clang: Clang

    /// - Throws: ``CompilationFailure`` when there is no clang.
    package init(_ settings: Settings) throws(CompilationFailure) {
        self.settings = settings
        clang = try Clang(versions: settings.versions)
    }

    /// The name that images carry: this compiler, clang's version, level and processor.
    package var name: String {
        "\(Self.identity), clang \(clang.version), \(settings.level.option) "
            + settings.processor.rawValue
    }

    /// Compiles every function of a module.
    ///
    /// - Parameters:
    ///   - digest: SHA-256 of the module's bytes.
    ///   - options: what the code must do; its features become those of the target.
    /// - Throws: ``CompilationFailure``.
    package func compile(
        _ module: ValidModule, digest: [UInt8], options: CompilationOptions
    ) throws(CompilationFailure) -> CodeImage {
        var options = options
        options.features = settings.processor.features
        let plan: ModulePlan
        do throws(WasmError) {
            plan = try ModulePlan(
                module, isMetered: options.isMetered, isDeterministic: options.isDeterministic,
                checksExceptions: options.checksExceptions, isGuarded: options.guardedMemory,
                hasFusedMultiply: settings.processor != .v2)
        } catch {
            throw .invalid(error)
        }
        let ranges = Self.parts(module.module)
        let results = Mutex<[Int: Result<CompiledPart, CompilationFailure>]>([:])
        try run(ranges.count) { index in
            let result = Self.result { () throws(CompilationFailure) in
                try compile(plan, ranges[index])
            }
            let done = results.withLock {
                $0[index] = result
                return $0.count
            }
            settings.progress?(done, ranges.count)
        }
        var parts: [CompiledPart] = []
        for (_, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            parts.append(try result.get())
        }
        let header = CodeImage.Header(compiler: name, moduleDigest: digest, options: options)
        return try Self.link(parts, plan, header)
    }

    private static func result(
        _ body: () throws(CompilationFailure) -> CompiledPart
    ) -> Result<CompiledPart, CompilationFailure> {
        do throws(CompilationFailure) {
            return .success(try body())
        } catch {
            return .failure(error)
        }
    }

    /// Runs work items on threads of their own.
    private func run(
        _ count: Int, _ body: @escaping @Sendable (Int) -> Void
    ) throws(CompilationFailure) {
        let next = Mutex(0)
        var threads: [HostThread] = []
        for _ in 0..<min(max(settings.threads, 1), count) {
            do throws(Errno) {
                threads.append(
                    try HostThread {
                        while true {
                            let index = next.withLock {
                                $0 += 1
                                return $0 - 1
                            }
                            if index >= count { return }
                            body(index)
                        }
                    })
            } catch {
                if threads.isEmpty { throw .system(what: "no thread", reason: "\(error)") }
            }
        }
        for thread in threads { thread.join() }
    }

    /// What one run of clang made.
    private struct CompiledPart: Sendable {
        var object: [UInt8]
        var leftOut: [UInt32]
    }

    private func compile(
        _ plan: ModulePlan, _ functions: Range<UInt32>
    ) throws(CompilationFailure) -> CompiledPart {
        let part: ModulePart
        do throws(WasmError) {
            part = try ModulePart(plan, functions)
        } catch {
            throw .invalid(error)
        }
        let object = try clang.compile(
            part.text.bytes, for: settings.processor, level: settings.level)
        return CompiledPart(object: object, leftOut: part.leftOut)
    }

    /// The module's own functions in ranges of some size.
    private static func parts(_ module: Module) -> [Range<UInt32>] {
        var ranges: [Range<UInt32>] = []
        let imported = UInt32(module.importedFunctionCount)
        var start = imported
        var size = 0
        for (place, body) in module.code.enumerated() {
            size += body.range.count
            let end = imported + UInt32(place) + 1
            if size >= partByteCount {
                ranges.append(start..<end)
                (start, size) = (end, 0)
            }
        }
        let end = imported + UInt32(module.code.count)
        if start < end { ranges.append(start..<end) }
        return ranges
    }

    /// Where a function is entered.
    private static func entry(
        of index: UInt32, _ body: Range<Int>, _ plan: ModulePlan, _ code: LinkedCode
    ) throws(CompilationFailure) -> CodeImage.Function {
        let start = UInt32(body.lowerBound)
        guard let outer = code.functions[plan.entryName(index)] else {
            throw .unusableOutput("function \(index) has no entry")
        }
        // clang puts it right behind, unless it finds one of the two unlikely to run.
        if outer.lowerBound >= body.upperBound, outer.lowerBound - body.upperBound < 64 {
            return CodeImage.Function(
                index: index, standardEntry: UInt32(outer.lowerBound), fastEntry: start,
                range: start..<UInt32(outer.upperBound))
        }
        return CodeImage.Function(
            index: index, standardEntry: UInt32(outer.lowerBound),
            entryEnd: UInt32(outer.upperBound), range: start..<UInt32(body.upperBound))
    }

    private static func link(
        _ parts: [CompiledPart], _ plan: ModulePlan, _ header: CodeImage.Header
    ) throws(CompilationFailure) -> CodeImage {
        let code: LinkedCode
        do throws(MalformedObject) {
            var objects: [ELFObject] = []
            for part in parts { objects.append(try ELFObject(part.object)) }
            code = try LinkedCode(objects)
        } catch {
            throw .unusableOutput(error.problem)
        }
        let leftOut = Set(parts.flatMap(\.leftOut))
        var functions: [CodeImage.Function] = []
        let first = UInt32(plan.module.importedFunctionCount)
        for index in first..<first + UInt32(plan.module.code.count) where !leftOut.contains(index) {
            guard let range = code.functions[plan.name(index)] else {
                throw .unusableOutput("function \(index) is missing")
            }
            let entry = try Self.entry(of: index, range, plan, code)
            functions.append(entry)
        }
        let places = code.lines.map { CodeSite(offset: UInt32($0.offset), wasmOffset: $0.line) }
        let traps = code.traps.compactMap { trap in
            TrapCode(rawValue: trap.code).flatMap { code -> TrapSite? in
                code == .none || code == .pending || code == .uncaughtException
                    ? nil : TrapSite(offset: UInt32(trap.offset), code: code)
            }
        }
        return CodeImage(
            header: header, text: code.bytes, frameRowCount: code.frameRowCount,
            functions: functions, traps: traps, places: places, inlined: code.inlined)
    }
}
