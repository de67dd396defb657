import Platform
import SinglePassCompiler
import Wasm
import WasmEngine

/// `call-benchmark`: what it costs to cross the border between Swift and guests, in nanoseconds of
/// processor time, the least of nine rounds. Prints the table of `Benchmarks/Calls/RESULTS.md`.
@main
struct CallBenchmark {
    private static let text = """
        (module
          (import "host" "add" (func $add (param i32 i32) (result i32)))
          (func (export "add") (param i32 i32) (result i32)
            (i32.add (local.get 0) (local.get 1)))
          (func (export "calls") (param i32) (result i32) (local i32)
            (loop
              (local.set 1 (call $add (local.get 1) (local.get 0)))
              (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1))
          (func (export "empty") (param i32) (result i32) (local i32)
            (loop
              (local.set 1 (call 1 (local.get 1) (local.get 0)))
              (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1))
          (memory 1)
          (func (export "unreachable") (unreachable))
          (func (export "load") (drop (i32.load (i32.const -8)))))
        """

    static func main() throws {
        let instance = try instance()
        let store = instance.store
        let add = try prepared("add", instance)
        var rows: [(String, Double, Double)] = []
        rows.append(
            (
                "Swift → guest → Swift, prepared function", 10,
                try measure(1_000_000) { count in
                    var sum: UInt64 = 0
                    defer { precondition(sum != 1) }
                    for index in 0..<count {
                        sum &+= try add(UInt64(index), 1)
                    }
                }
            ))
        guard let function = instance.function("add") else { return }
        rows.append(
            (
                "the same by `Function.call`, values in arrays", .infinity,
                try measure(100_000) { count in
                    for index in 0..<count {
                        _ = try function.call([.i32(UInt32(index)), .i32(1 as UInt32)])
                    }
                }
            ))
        for (name, what, goal) in [
            ("empty", "guest → guest", Double.infinity), ("calls", "guest → Swift → guest", 15),
        ] {
            let loop = try prepared(name, instance)
            rows.append(
                (
                    what, goal,
                    try measure(1_000_000) { count in
                        loop.set(0, to: UInt64(count))
                        try loop()
                    }
                ))
        }
        for (name, what) in [
            ("unreachable", "`unreachable` → Swift error"),
            ("load", "load out of bounds → Swift error"),
        ] {
            let trap = try prepared(name, instance)
            rows.append(
                (
                    what, 3000,
                    try measure(20_000) { count in
                        for _ in 0..<count { do { try trap() } catch {} }
                    }
                ))
        }
        show(rows)
        withExtendedLifetime(store) {}
    }

    private static func instance() throws -> Instance {
        let module = try ModuleDecoder.decode(try TextParser.assemble(text))
        let loaded = try LoadedModule(try ModuleValidator.validate(module))
        var options = CompilationOptions()
        options.features = .ofThisMachine
        try loaded.install(SinglePassCompiler(loaded, options).compileModule(digest: []))
        var configuration = EngineConfiguration()
        configuration.runsMachineCode = true
        let store = try Store(configuration)
        var imports = Imports()
        let add = HostFunction([.i32, .i32], [.i32]) { call in
            call.slots[0] = (call.slots[0] &+ call.slots[1]) & 0xFFFF_FFFF
        }
        imports["host", "add"] = .function(store.function(add))
        return try store.instantiate(loaded, imports: imports)
    }

    private static func prepared(_ name: String, _ instance: Instance) throws -> PreparedFunction {
        guard let function = instance.function(name).flatMap({ PreparedFunction($0) }) else {
            throw Trap(.host("no machine code here"))
        }
        return function
    }

    /// Nanoseconds of processor time for one of `count` repetitions.
    private static func measure(_ count: Int, _ body: (Int) throws -> Void) throws -> Double {
        var least = Double.infinity
        for _ in 0..<9 {
            let start = SystemClockID.processCPUTime.nanoseconds
            try body(count)
            let spent = SystemClockID.processCPUTime.nanoseconds - start
            least = min(least, Double(spent) / Double(count))
        }
        return least
    }

    private static func show(_ rows: [(String, Double, Double)]) {
        print("| what | ns | goal |\n|---|---|---|")
        for (what, goal, nanoseconds) in rows {
            let text = "\((nanoseconds * 10).rounded() / 10)"
            print("| \(what) | \(text) | \(goal.isFinite ? "≤ \(Int(goal))" : "") |")
        }
    }
}
