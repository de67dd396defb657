import Foundation

/// A program to measure, the same for every engine.
struct Workload {
    /// Where its four builds come from.
    enum Source {
        /// A C file under Workloads/, built in this size.
        case program(path: String, size: String)
        /// One of the two SQLite programs.
        case sqlite(String)
        /// This version of PyPI's yosys, or `newest`; there is no native build, so another engine
        /// is the baseline.
        case yosys(String)
    }

    var suite: String
    var name: String
    var source: Source
    var arguments: [String]
    /// Gives the guest the working folder as its root folder.
    var needsFolder = false
    /// Puts the designs into the working folder, and yosys's data as share/.
    var needsShare = false
    /// The engine whose output and time the others are held against.
    var baseline = "native"
    /// Figures are milliseconds, not ratios.
    var isAbsolute = false
    /// Takes minutes of compilation in some engines: only with --heavy.
    var isHeavy = false
    /// Never fewer rounds than this.
    var minimumRounds = 1

    /// The output without what may differ between two good runs (times, memory figures).
    func comparable(_ output: Data) -> String {
        let text = String(decoding: output, as: UTF8.self)
        switch source {
        case .program: return text
        case .sqlite:
            return text.split(separator: "\n").map { line in
                String(line.replacing(/\.*\s*[0-9]+\.[0-9]+s$/, with: ""))
            }.joined(separator: "\n")
        case .yosys:
            return text.split(separator: "\n").filter { line in
                !line.hasPrefix("End of script") && !line.hasPrefix("Time spent")
                    && !line.contains("CPU: ")
            }.joined(separator: "\n")
        }
    }
}

/// The suites and their sizes: each native run takes about 0.2 to 0.9 seconds of CPU time on the
/// machine where they were set. `LARGE` where one run of it fits, else `MEDIUM` and repetitions.
enum Catalogue {
    static let workloads: [Workload] = programs + polybench + sqlite + yosys + start

    private static let programs: [Workload] = [
        ("fib", "LARGE", 5), ("sieve", "MEDIUM", 300), ("matmul", "LARGE", 1),
        ("sha256", "LARGE", 3), ("json", "LARGE", 4), ("coremark-like", "LARGE", 2),
    ].map { name, size, repetitions in
        Workload(
            suite: name == "coremark-like" ? name : "programs", name: name,
            source: .program(path: "programs/\(name).c", size: size),
            arguments: [String(repetitions)])
    }

    /// Fewer time steps than LARGE has, on LARGE's grid.
    private static let steps = ["fdtd-2d": 150, "heat-3d": 80, "jacobi-2d": 100]

    private static let polybench: [Workload] = [
        ("2mm", "MEDIUM", 30), ("3mm", "MEDIUM", 20), ("adi", "MEDIUM", 5), ("atax", "LARGE", 70),
        ("bicg", "LARGE", 60), ("cholesky", "MEDIUM", 40), ("correlation", "MEDIUM", 40),
        ("covariance", "MEDIUM", 40), ("deriche", "LARGE", 1), ("doitgen", "LARGE", 1),
        ("durbin", "LARGE", 150), ("fdtd-2d", "LARGE", 1), ("floyd-warshall", "MEDIUM", 5),
        ("gemm", "LARGE", 1), ("gemver", "LARGE", 20), ("gesummv", "LARGE", 180),
        ("gramschmidt", "MEDIUM", 28), ("heat-3d", "LARGE", 1), ("jacobi-1d", "LARGE", 600),
        ("jacobi-2d", "LARGE", 1), ("lu", "MEDIUM", 20), ("ludcmp", "MEDIUM", 20),
        ("mvt", "LARGE", 28), ("nussinov", "MEDIUM", 18), ("seidel-2d", "MEDIUM", 2),
        ("symm", "LARGE", 1), ("syr2k", "LARGE", 1), ("syrk", "LARGE", 1),
        ("trisolv", "LARGE", 110), ("trmm", "LARGE", 1),
    ].map { name, size, repetitions in
        Workload(
            suite: "polybench", name: name,
            source: .program(path: "polybench/\(name).c", size: size),
            arguments: [String(repetitions)] + (steps[name].map { [String($0)] } ?? []))
    }

    private static let sqlite: [Workload] = [
        Workload(
            suite: "speedtest1-memory", name: "speedtest1 :memory:", source: .sqlite("speedtest1"),
            arguments: ["--size", "30", "--verify", ":memory:"]),
        Workload(
            suite: "speedtest1-file", name: "speedtest1 test.db", source: .sqlite("speedtest1"),
            arguments: ["--size", "30", "--verify", "--nosync", "--vfs", "unix-none", "test.db"],
            needsFolder: true),
    ]

    /// The last version that is content with Wasm 2.0, and the newest, which needs `try_table`.
    private static let yosys: [Workload] =
        yosys("0.40.0.0.post707", suite: "yosys", isHeavy: false)
        + yosys("newest", suite: "yosys-newest", isHeavy: true)

    private static func yosys(_ version: String, suite: String, isHeavy: Bool) -> [Workload] {
        [
            Workload(
                suite: suite, name: "yosys -V", source: .yosys(version), arguments: ["-V"],
                baseline: "wasmtime", isAbsolute: true, isHeavy: isHeavy, minimumRounds: 5),
            synthesis(version, suite, "yosys synth", "filter", isHeavy),
            synthesis(version, suite, "yosys synth PicoRV32", "picorv32", isHeavy),
        ]
    }

    /// A design whose file and top module have one name.
    private static func synthesis(
        _ version: String, _ suite: String, _ name: String, _ design: String, _ isHeavy: Bool
    ) -> Workload {
        Workload(
            suite: suite, name: name, source: .yosys(version),
            arguments: ["-p", "read_verilog \(design).v; synth -noabc -top \(design); stat"],
            needsFolder: true, needsShare: true, baseline: "wasmtime", isAbsolute: true,
            isHeavy: isHeavy)
    }

    private static let start: [Workload] = [
        Workload(
            suite: "start", name: "hello world",
            source: .program(path: "programs/hello.c", size: "SMALL"), arguments: [],
            isAbsolute: true, minimumRounds: 40),
        // A module of a megabyte that does almost nothing.
        Workload(
            suite: "start", name: "sqlite-shell -version", source: .sqlite("sqlite-shell"),
            arguments: ["-version"], isAbsolute: true, minimumRounds: 10),
    ]
}
