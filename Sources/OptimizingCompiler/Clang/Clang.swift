internal import Platform

/// A clang that turns LLVM IR into an object file, in a process of its own.
struct Clang: Sendable {
    /// Absolute path.
    let path: String
    /// What it says it is, such as `21.1.6`.
    let version: String

    /// What one part's compilation may use up.
    static let limits = ChildProcess.Limits(
        seconds: 3_600, memoryBytes: 16 << 30, outputBytes: 1 << 31)

    /// Finds clang: what `MARTLET_CLANG` names, else the first in `PATH`.
    ///
    /// - Parameter versions: a file that remembers what clang said, so that it is not started to
    ///   ask again; nil asks each time.
    init(versions: String? = nil) throws(CompilationFailure) {
        var searched: [String] = []
        if let named = ProcessEnvironment.value("MARTLET_CLANG") {
            searched = [named]
        } else {
            let folders = (ProcessEnvironment.value("PATH") ?? "").split(separator: ":")
            searched = folders.filter { $0.hasPrefix("/") }.map { "\($0)/clang" }
            searched.append("/opt/swift/usr/bin/clang")
        }
        guard let path = searched.first(where: { ChildProcess.isExecutable($0) }) else {
            throw .noCompiler(searched: searched, reason: "it is in none of these places")
        }
        self.path = path
        let memory = versions.flatMap { VersionMemory(file: $0, program: path) }
        if let known = memory?.version {
            version = known
        } else {
            version = try Self.version(of: path)
            memory?.store(version)
        }
    }

    private static func version(of path: String) throws(CompilationFailure) -> String {
        let child = ChildProcess(program: path, arguments: ["--version"], limits: limits)
        guard let outcome = try? child.run(), outcome.ending == .exited(status: 0) else {
            throw .noCompiler(searched: [path], reason: "it does not tell its version")
        }
        let text = String(decoding: outcome.output.prefix(1 << 16), as: UTF8.self)
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let place = words.firstIndex(of: "version"), place + 1 < words.count else {
            throw .noCompiler(searched: [path], reason: "it does not tell its version")
        }
        let version = String(words[place + 1])
        guard let major = Int(version.prefix { $0.isNumber }), major >= 15 else {
            throw .noCompiler(searched: [path], reason: "it is version \(version)")
        }
        return version
    }

    /// Compiles a module of LLVM IR.
    ///
    /// - Returns: the object file's bytes.
    func compile(
        _ text: [UInt8], for processor: TargetProcessor, level: OptimizationLevel
    ) throws(CompilationFailure) -> [UInt8] {
        let child = ChildProcess(
            program: path, arguments: arguments(for: processor, level) + ["-c", "-", "-o", "-"],
            limits: Self.limits)
        let outcome: ChildProcess.Outcome
        do throws(Errno) {
            outcome = try child.run(input: text)
        } catch {
            throw .system(what: "running clang", reason: "\(error)")
        }
        let errors = String(decoding: outcome.errors, as: UTF8.self)
        switch outcome.ending {
        case .exited(0): return outcome.output
        case .exited(let status): throw .compilerFailed(how: "ended with \(status)", output: errors)
        case .killed(let signal):
            throw .compilerFailed(how: "was killed by signal \(signal)", output: errors)
        }
    }

    /// The options that decide what the code becomes. The position independence of code comes with
    /// the IR.
    private func arguments(
        for processor: TargetProcessor, _ level: OptimizationLevel
    ) -> [String] {
        [
            "-x", "ir", "--target=x86_64-unknown-linux-gnu", "-Wno-override-module", level.option,
            "-march=\(processor.rawValue)", "-fPIC",
            // Two numbers of 32 bits, written one by one and then copied as one vector, wait for
            // the first to reach the cache: no forwarding joins two stores (Decisions/0073). LLVM
            // counts one instruction saved.
            "-mllvm", "-slp-threshold=1",
            // What chooses one of two numbers stays a conditional move. LLVM makes branches of
            // those that a loop waits for, not knowing how well such a branch can be foretold
            // (Decisions/0074).
            "-mllvm", "-x86-cmov-converter=false",
        ]
    }
}

/// How much work clang puts into the code.
package enum OptimizationLevel: Int, Sendable {
    case quick = 1
    case usual = 2
    case most = 3

    var option: String { "-O\(rawValue)" }
}
