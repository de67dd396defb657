import FoundationEssentials
import Platform
import SinglePassCompiler
import Wasm
import WasmEngine

/// `compile-benchmark [ROUNDS] FILE…`: how fast the single-pass compiler is, in megabytes of
/// WebAssembly code (functions' bodies) for a second of processor time, the best of seven rounds.
/// Bodies are validated on the way. Prints the table of `Benchmarks/Compiling/RESULTS.md`.
@main
struct CompileBenchmark {
    static func main() throws {
        var words = CommandLine.arguments.dropFirst()
        var rounds = 7
        if let number = words.first.flatMap({ Int($0) }) {
            rounds = max(number, 1)
            words.removeFirst()
        }
        print("| module | MB of code | MB of machine code | CPU s | MB of code a CPU second |")
        print("|---|---|---|---|---|")
        for path in words { try measure(path, rounds) }
    }

    private static func measure(_ path: String, _ rounds: Int) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let valid = try ModuleValidator.validate(try ModuleDecoder.decode(bytes))
        let codeByteCount = valid.module.code.reduce(0) { $0 + $1.range.count }
        var options = CompilationOptions()
        options.features = .ofThisMachine
        options.checksExceptions = !valid.module.tags.isEmpty
        let compiler = SinglePassCompiler(try LoadedModule(valid), options)
        var least = UInt64.max
        var textByteCount = 0
        for _ in 0..<rounds {
            let start = SystemClockID.processCPUTime.nanoseconds
            let image = compiler.compileModule(digest: [])
            least = min(least, SystemClockID.processCPUTime.nanoseconds - start)
            textByteCount = image.text.count
        }
        let seconds = Double(least) / 1e9
        let megabytes = Double(codeByteCount) / 1e6
        let cells = [megabytes, Double(textByteCount) / 1e6, seconds, megabytes / seconds]
            .map { "\(($0 * 100).rounded() / 100)" }
        let name = path.split(separator: "/").last ?? ""
        print("| \(name) | \(cells.joined(separator: " | ")) |")
    }
}
