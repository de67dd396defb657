internal import Platform
internal import Synchronization
package import Wasm

extension CodeImage {
    /// Compiles every function of a module, large modules on several threads. The result does not
    /// depend on their number. Functions that do not validate are left to the interpreter, which says
    /// so when they are called.
    package init(
        compiling structure: Module, with compiler: some FunctionCompiler, _ header: Header
    ) {
        let imported = structure.importedFunctionCount
        var builder = CodeImageBuilder(
            header, importedCount: imported, functionCount: structure.functions.count)
        let byteCount = structure.code.reduce(0) { $0 + $1.range.count }
        builder.reserve(byteCount: byteCount * 2)
        let parts = Self.parts(structure.code.map(\.range.count), byteCount)
        let results = Mutex<[Int: [CompiledFunction]]>([:])
        let compilePart: @Sendable (Int) -> Void = { part in
            var functions: [CompiledFunction] = []
            for index in parts[part] {
                let function = UInt32(truncatingIfNeeded: index + imported)
                if let compiled = try? compiler.compile(function: function) {
                    functions.append(compiled)
                }
            }
            results.withLock { $0[part] = functions }
        }
        Self.forEach(parts.count, compilePart)
        for part in parts.indices {
            let functions = results.withLock { $0.removeValue(forKey: part) } ?? []
            for function in functions { builder.add(function) }
        }
        self = builder.finish()
    }

    /// Parts of about equal size, small enough that threads end together.
    private static func parts(_ sizes: [Int], _ total: Int) -> [Range<Int>] {
        let wanted = max(total / 64, 1 << 16)
        var parts: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, size) in sizes.enumerated() {
            bytes += size
            if bytes >= wanted {
                parts.append(start..<index + 1)
                start = index + 1
                bytes = 0
            }
        }
        if start < sizes.count { parts.append(start..<sizes.count) }
        return parts
    }

    /// Runs a body for each part, on as many threads as the machine runs at once.
    private static func forEach(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let next = Mutex(0)
        let work: @Sendable () -> Void = {
            while true {
                let part = next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                if part >= count { return }
                body(part)
            }
        }
        let processors = Processor.onlineCount
        var threads: [HostThread] = []
        for _ in 1..<max(1, min(count, processors, 16)) {
            // A machine that refuses a thread compiles with those it has.
            if let thread = try? HostThread(work) { threads.append(thread) }
        }
        work()
        for thread in threads { thread.join() }
    }
}
