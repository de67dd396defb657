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
        builder.reserve(bodyByteCount: byteCount)
        let parts = Self.parts(structure.code.map { $0.range.count }, byteCount)
        let queue = Mutex(PartQueue(builder: consume builder))
        let compilePart: @Sendable (Int) -> Void = { part in
            let worker = compiler.makeWorker()
            var functions: [CompiledFunction] = []
            functions.reserveCapacity(parts[part].count)
            for position in parts[part] {
                let index = UInt32(truncatingIfNeeded: position + imported)
                // A body that does not validate is left to the interpreter, which says so.
                if let function = try? worker.compile(function: index) {
                    functions.append(function)
                }
            }
            queue.withLock { $0.add(functions, part) }
        }
        Self.forEach(parts.count, compilePart)
        self = queue.withLock { $0.builder.finish() }
    }

    /// Parts that are compiled, added in their order as soon as those before them are there: so the
    /// memory of one serves the next.
    private struct PartQueue {
        var builder: CodeImageBuilder
        private var next = 0
        private var waiting: [Int: [CompiledFunction]] = [:]

        init(builder: CodeImageBuilder) { self.builder = builder }

        mutating func add(_ functions: [CompiledFunction], _ part: Int) {
            waiting[part] = functions
            while let ready = waiting.removeValue(forKey: next) {
                for function in ready { builder.add(function) }
                next += 1
            }
        }
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

    /// Runs a body for each part, on as many threads as run at once.
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
        let processors = Processor.availableCount
        var threads: [HostThread] = []
        for _ in 1..<max(1, min(count, processors, 16)) {
            // A machine that refuses a thread compiles with those it has.
            if let thread = try? HostThread(work) { threads.append(thread) }
        }
        work()
        for thread in threads { thread.join() }
    }
}
