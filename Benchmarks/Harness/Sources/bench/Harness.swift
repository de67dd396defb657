import Foundation

/// Measures: every engine in turn on the same module, round after round.
struct Harness {
    var layout: Layout
    var tools: Tools
    var builder: Builder
    var engines: [Engine]
    var rounds: Int
    /// As many while ratios scatter.
    var mostRounds: Int
    var slowRounds: Int
    var timeoutSeconds: Double

    private var startCPUSeconds: [String: Double] = [:]
    private var prepared: [String: (file: URL, cpuSeconds: Double)] = [:]

    init(
        layout: Layout, tools: Tools, builder: Builder, engines: [Engine], rounds: Int,
        mostRounds: Int, slowRounds: Int, timeoutSeconds: Double
    ) {
        self.layout = layout
        self.tools = tools
        self.builder = builder
        self.engines = engines
        self.rounds = rounds
        self.mostRounds = mostRounds
        self.slowRounds = slowRounds
        self.timeoutSeconds = timeoutSeconds
    }

    // MARK: Engines

    /// Runs hello world three times in each engine; those that fail are absent, and say why.
    mutating func probe() throws -> [EngineRecord] {
        let hello = Workload(
            suite: "start", name: "hello world",
            source: .program(path: "programs/hello.c", size: "SMALL"), arguments: [])
        let stem = try builder.stem(of: hello)
        var records: [EngineRecord] = []
        var present: [Engine] = []
        for engine in engines {
            var record = EngineRecord(
                name: engine.name, summary: engine.summary, version: "", absent: nil,
                startIsSubtracted: engine.subtractsStart)
            if let tool = engine.tool, tool(tools) == nil {
                record.absent = "not on this machine"
            } else {
                do {
                    var times: [Double] = []
                    for _ in 0..<3 {
                        let result = try once(engine, hello, stem).result
                        guard result.status == 0,
                            hello.comparable(result.output) == "Hello, world\n"
                        else { throw HarnessFailure("hello world: \(reason(result))") }
                        times.append(result.cpuSeconds)
                    }
                    record.startCPUSeconds = Statistics.median(times)
                    startCPUSeconds[engine.name] = record.startCPUSeconds
                    record.version = version(of: engine)
                    present.append(engine)
                } catch { record.absent = "\(error)" }
            }
            records.append(record)
        }
        engines = present
        return records
    }

    private func version(of engine: Engine) -> String {
        if !engine.runsWasm { return firstLine(of: [builder.clang, "--version"]) }
        guard let tool = engine.tool?(tools) else { return "" }
        if tool == tools.wasmtimeRunner {
            let folder = layout.build.appending(path: "wasmtime").path
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let wheel = names.first { $0.hasSuffix(".whl") } ?? "wasmtime"
            return wheel.split(separator: "-").prefix(2).joined(separator: " ") + " (PyPI)"
        }
        return firstLine(of: [tool.path] + engine.versionArguments)
    }

    private func firstLine(of command: [String]) -> String {
        let result = try? ChildProcess(command: command, workingFolder: layout.work)
            .run(scratch: layout.work)
        let text = String(decoding: result?.output ?? Data(), as: UTF8.self)
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        return String(line.prefix { $0 != "(" }).trimmingCharacters(in: .whitespaces)
    }

    // MARK: Workloads

    /// Measures one workload in every engine that can run it.
    mutating func measure(_ workload: Workload) throws -> [Row] {
        let stem = try builder.stem(of: workload)
        var rows: [String: Row] = [:]
        let wanted = engines.filter { engine in
            FileManager.default.fileExists(atPath: stem.path + engine.build.rawValue)
        }
        var expected: String?
        let order =
            wanted.filter { $0.name == workload.baseline }
            + wanted.filter { $0.name != workload.baseline }
        let fewest = max(rounds, workload.minimumRounds)
        for round in 0..<max(fewest, workload.isAbsolute ? 0 : mostRounds) {
            if round >= fewest, !scatter(order, rows, workload) { break }
            for engine in order {
                var row =
                    rows[engine.name]
                    ?? Row(
                        suite: workload.suite, workload: workload.name, engine: engine.name,
                        outcome: .measured)
                guard row.outcome == .measured else { continue }
                if engine.isSlow, workload.minimumRounds == 1, round >= slowRounds { continue }
                do {
                    try sample(engine, workload, stem, &row, &expected)
                } catch { row.outcome = .failed; row.detail = "\(error)" }
                rows[engine.name] = row
            }
        }
        return finish(order.compactMap { rows[$0.name] }, workload)
    }

    private mutating func sample(
        _ engine: Engine, _ workload: Workload, _ stem: URL, _ row: inout Row,
        _ expected: inout String?
    ) throws {
        let (result, command, preparation) = try once(engine, workload, stem)
        row.command = layout.shown(command)
        if let preparation, row.codeBytes == nil {
            row.prepareCPUSeconds = preparation
            let module = URL(filePath: stem.path + engine.build.rawValue)
            row.codeBytes = WasmSections.size(of: 10, in: try Data(contentsOf: module))
        }
        guard result.status == 0 else { throw HarnessFailure(reason(result)) }
        let output = workload.comparable(result.output)
        if expected == nil { expected = output }
        guard output == expected else {
            row.outcome = .wrongOutput
            row.detail = "its output differs from \(workload.baseline)'s"
            return
        }
        row.cpuSeconds.append(result.cpuSeconds)
        row.wallSeconds.append(result.wallSeconds)
        row.peakMiB = max(row.peakMiB, result.peakMiB)
    }

    /// Whether one more round would tell more: some ratio to the baseline has an error above 2 %.
    private func scatter(
        _ order: [Engine], _ rows: [String: Row], _ workload: Workload
    ) -> Bool {
        guard let base = rows[workload.baseline], base.outcome == .measured else { return false }
        return order.contains { engine in
            guard !engine.isSlow, let row = rows[engine.name], row.outcome == .measured else {
                return false
            }
            return PairedRatios(row.cpuSeconds, base.cpuSeconds).relativeError > 0.02
        }
    }

    /// Medians and ratios. A row without the baseline beside it gets no ratio.
    private func finish(_ rows: [Row], _ workload: Workload) -> [Row] {
        var rows = rows
        let base = rows.first { $0.engine == workload.baseline && $0.outcome == .measured }
        for index in rows.indices where rows[index].outcome == .measured {
            let engine = engines.first { $0.name == rows[index].engine }
            var seconds = rows[index].cpuSeconds
            if engine?.subtractsStart == true, workload.suite != "start" {
                let start = startCPUSeconds[rows[index].engine] ?? 0
                seconds = seconds.map { max(0, $0 - start) }
            }
            rows[index].medianCPUSeconds = Statistics.median(seconds)
            rows[index].ratio = base.flatMap { PairedRatios(seconds, $0.cpuSeconds).median }
        }
        return rows
    }

    // MARK: One run

    private mutating func once(
        _ engine: Engine, _ workload: Workload, _ stem: URL
    ) throws -> (result: ProcessResult, command: [String], preparation: Double?) {
        var file = URL(filePath: stem.path + engine.build.rawValue)
        var preparation: Double?
        if let prepare = engine.prepare {
            let entry = try prepareOnce(engine, file, prepare)
            file = entry.file
            preparation = entry.cpuSeconds
        }
        let folder = try layout.emptyWorkFolder()
        var folders: [(host: String, guest: String)] = []
        if workload.needsFolder { folders.append((folder.path, "/")) }
        if workload.needsShare, case .yosys(let version) = workload.source {
            // Inside the one folder: some engines cannot give a second one another name.
            try FileManager.default.copyItem(
                at: try builder.yosys(version).appending(path: "share"),
                to: folder.appending(path: "share"))
            for design in try builder.designs() {
                try FileManager.default.copyItem(
                    at: design, to: folder.appending(path: design.lastPathComponent))
            }
        }
        let job = Job(file: file.path, arguments: workload.arguments, folders: folders)
        guard let command = engine.run(tools, job) else {
            throw HarnessFailure("its command line cannot name a guest's folders")
        }
        let result = try ChildProcess(
            command: try tools.resolve(command), workingFolder: folder,
            timeoutSeconds: timeoutSeconds
        ).run(scratch: layout.work)
        return (result, command, preparation)
    }

    /// Compiles a module ahead of time, once for each engine.
    private mutating func prepareOnce(
        _ engine: Engine, _ module: URL, _ prepare: (Tools, String, String) -> [String]
    ) throws -> (file: URL, cpuSeconds: Double) {
        let key = "\(engine.name) \(module.path)"
        if let entry = prepared[key] { return entry }
        let folder = layout.prepared.appending(path: engine.name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let name = "\(prepared.count)-\(module.deletingPathExtension().lastPathComponent).cwasm"
        let output = folder.appending(path: name)
        let command = try tools.resolve(prepare(tools, module.path, output.path))
        let result = try ChildProcess(
            command: command, workingFolder: layout.work, timeoutSeconds: timeoutSeconds
        ).run(scratch: layout.work)
        guard result.status == 0 else { throw HarnessFailure("compile: \(reason(result))") }
        let entry = (output, result.cpuSeconds)
        prepared[key] = entry
        return entry
    }

    private func reason(_ result: ProcessResult) -> String {
        let complaint = layout.relative(result.complaint)
        if result.status == 128 + SIGKILL { return "ended after \(Int(timeoutSeconds)) s" }
        return "exit \(result.status)" + (complaint.isEmpty ? "" : ": \(complaint.prefix(200))")
    }

    // MARK: Validation

    /// How fast yosys (18.9 MB of code) is decoded and validated.
    mutating func validation() throws -> [Row] {
        let module = try builder.yosys("0.40.0.0.post707").appending(path: "yosys.wasm")
        let code = WasmSections.size(of: 10, in: try Data(contentsOf: module))
        var commands: [(String, [String])] = []
        if tools.martlet != nil {
            commands.append(("martlet", ["martlet", "validate", module.path]))
        }
        if let library = tools.wasmtimeLibrary, tools.wasmtimeRunner != nil {
            commands.append(
                ("wasmtime", ["wasmtime-runner", library.path, "validate", module.path]))
        }
        return try commands.map { name, command in
            var row = Row(
                suite: "validation", workload: "yosys.wasm", engine: name, outcome: .measured,
                command: layout.shown(command), codeBytes: code)
            for _ in 0..<max(rounds, 3) where row.outcome == .measured {
                let result = try ChildProcess(
                    command: try tools.resolve(command), workingFolder: layout.work,
                    timeoutSeconds: timeoutSeconds
                ).run(scratch: layout.work)
                if result.status != 0 { row.outcome = .failed; row.detail = reason(result) }
                row.cpuSeconds.append(result.cpuSeconds)
                row.wallSeconds.append(result.wallSeconds)
                row.peakMiB = max(row.peakMiB, result.peakMiB)
            }
            if row.outcome == .measured {
                row.medianCPUSeconds = Statistics.median(row.cpuSeconds)
            }
            return row
        }
    }
}
