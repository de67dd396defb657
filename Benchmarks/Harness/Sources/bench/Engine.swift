import Foundation

/// Where the programs that run modules are; nil when this machine has none.
struct Tools {
    var martlet: URL?
    var wasmkit: URL?
    var node: URL?
    var wasmtimeRunner: URL?
    var wasmtimeLibrary: URL?
    var nodeRunner: URL
}

/// One run, in the terms every engine understands.
struct Job {
    /// The native program, the module, or what `prepare` made of it.
    var file: String
    var arguments: [String]
    /// Host folder and guest path.
    var folders: [(host: String, guest: String)]
}

/// A way to run a workload: one row of the table below.
struct Engine {
    /// Which of the four builds it runs.
    enum Build: String {
        case native = "", march = ".march", scalar = ".wasm", simd = ".simd.wasm"
    }

    var name: String
    var summary: String
    var build: Build
    /// Interpreters take fewer rounds.
    var isSlow = false
    /// The engine's start is another language's start, and is taken off (node).
    var subtractsStart = false
    /// The program whose presence decides whether the engine takes part; nil: always.
    var tool: (@Sendable (Tools) -> URL?)?
    var versionArguments: [String] = ["--version"]
    /// The command that compiles the module ahead of time; the output's path is the last word given.
    var prepare: (@Sendable (Tools, _ module: String, _ output: String) -> [String])?
    /// The command of a run, or nil when the engine cannot express it.
    var run: @Sendable (Tools, Job) -> [String]?

    var runsWasm: Bool { build == .scalar || build == .simd }
}

extension Engine {
    /// Every engine and its command lines.
    static let all: [Engine] =
        [
            Engine(
                name: "native", summary: "clang -O3, baseline x86-64", build: .native,
                run: { _, job in [job.file] + job.arguments }),
            Engine(
                name: "native-march", summary: "clang -O3 -march=native", build: .march,
                run: { _, job in [job.file] + job.arguments }),
        ] + martlet + [wasmkit] + wasmtime + node

    private static let martlet: [Engine] = [
        martletTier("interpreter", .scalar), martletTier("interpreter", .simd),
        martletTier("single-pass", .scalar), martletTier("single-pass", .simd),
        martletOptimized(.scalar), martletOptimized(.simd), martletTier("auto", .scalar),
    ]

    private static func martletTier(_ tier: String, _ build: Build) -> Engine {
        Engine(
            name: "martlet-\(tier)\(build == .simd ? "+simd" : "")",
            summary: "martlet run --engine \(tier)", build: build,
            isSlow: tier == "interpreter", tool: { $0.martlet },
            run: { tools, job in
                ["martlet", "run", "--engine", tier] + folderOptions(job) + [job.file]
                    + job.arguments
            })
    }

    private static func martletOptimized(_ build: Build) -> Engine {
        Engine(
            name: "martlet-optimized\(build == .simd ? "+simd" : "")",
            summary: "martlet compile -O3 --cpu native, then martlet run", build: build,
            tool: { $0.martlet },
            prepare: { _, module, output in
                ["martlet", "compile", "-O3", "--cpu", "native", module, "-o", output]
            },
            run: { _, job in
                ["martlet", "run"] + folderOptions(job) + [job.file] + job.arguments
            })
    }

    private static func folderOptions(_ job: Job) -> [String] {
        job.folders.flatMap { ["--dir", "\($0.host)::\($0.guest)"] }
    }

    /// Its command line cannot give a folder another name, so only the working folder is possible;
    /// version 0.1.6 refuses SIMD.
    private static let wasmkit = Engine(
        name: "wasmkit", summary: "WasmKit of the Swift toolchain", build: .scalar, isSlow: true,
        tool: { $0.wasmkit },
        run: { _, job in
            guard job.folders.allSatisfy({ $0.guest == "/" }) else { return nil }
            let folders = job.folders.flatMap { _ in ["--dir", "."] }
            return ["wasmkit", "run"] + folders + [job.file] + job.arguments
        })

    private static let wasmtime: [Engine] = [
        wasmtimeEngine("wasmtime+simd", "cranelift", .simd),
        wasmtimeEngine("wasmtime", "cranelift", .scalar),
        wasmtimeEngine("wasmtime-winch+simd", "winch", .simd),
        wasmtimeEngine("wasmtime-winch", "winch", .scalar),
    ]

    private static func wasmtimeEngine(_ name: String, _ compiler: String, _ build: Build) -> Engine
    {
        Engine(
            name: name, summary: "wasmtime (\(compiler)), compiled ahead of time", build: build,
            tool: { $0.wasmtimeLibrary == nil ? nil : $0.wasmtimeRunner },
            prepare: { tools, module, output in
                [
                    "wasmtime-runner", tools.wasmtimeLibrary?.path ?? "", "compile", compiler,
                    module,
                    output,
                ]
            },
            run: { tools, job in
                ["wasmtime-runner", tools.wasmtimeLibrary?.path ?? "", "run", compiler, job.file]
                    + folderOptions(job) + ["--"] + job.arguments
            })
    }

    private static let node: [Engine] = [
        nodeEngine("node+simd", "V8 as it comes", .simd, []),
        nodeEngine("node-turbofan+simd", "V8 TurboFan only", .simd, ["--no-liftoff"]),
        nodeEngine("node-turbofan", "V8 TurboFan only", .scalar, ["--no-liftoff"]),
        nodeEngine("node-liftoff+simd", "V8 Liftoff only", .simd, ["--liftoff-only"]),
        nodeEngine("node-liftoff", "V8 Liftoff only", .scalar, ["--liftoff-only"]),
    ]

    private static func nodeEngine(
        _ name: String, _ summary: String, _ build: Build, _ flags: [String]
    ) -> Engine {
        Engine(
            name: name, summary: summary + ", compile included, start taken off", build: build,
            subtractsStart: true, tool: { $0.node },
            run: { tools, job in
                ["node", "--no-warnings", "--no-turbo-fast-api-calls"] + flags
                    + [tools.nodeRunner.path, job.file] + folderOptions(job) + ["--"]
                    + job.arguments
            })
    }
}

extension Tools {
    /// The command with its first word replaced by the program's path.
    func resolve(_ command: [String]) throws -> [String] {
        let program: URL? =
            switch command.first {
            case "martlet": martlet
            case "wasmkit": wasmkit
            case "wasmtime-runner": wasmtimeRunner
            case "node": node
            default: nil
            }
        guard let first = command.first else { throw HarnessFailure("an empty command") }
        if first.hasPrefix("/") { return command }
        guard let program else { throw HarnessFailure("no \(first) on this machine") }
        return [program.path] + command.dropFirst()
    }
}
