import ArgumentParser
import Foundation

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure WebAssembly engines against native code and against each other.",
        subcommands: [RunCommand.self, ReportCommand.self, ListCommand.self],
        defaultSubcommand: RunCommand.self)
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Build the workloads, run them in every engine in turn, write the results.")

    @Option(help: "Folder for results.json, results.md and a chart for each suite.")
    var out: String
    @Option(
        name: [.long, .customLong("only")],
        help: "Only workloads whose suite/name matches this regular expression.")
    var filter: String = ""
    @Option(help: "How often each engine runs each workload.")
    var rounds: Int = 5
    @Option(help: "The most, while a ratio's error is above 2 % (default: 3 × rounds; 1 stays 1).")
    var mostRounds: Int?
    @Option(help: "How often interpreters run each workload.")
    var slowRounds: Int = 1
    @Option(help: "Engines, separated by commas; a trailing * takes all that begin so.")
    var engines: String = "*"
    @Option(help: "The martlet executable.")
    var martlet: String = ".build/release/martlet"
    @Option(help: "The clang that builds natively and to Wasm.")
    var clang: String = "clang"
    @Option(help: "The project's root folder.")
    var root: String = "."
    @Option(help: "Scratch folder for everything built or fetched, relative to the root.")
    var build: String = "build/benchmarks"
    @Option(help: "Seconds after which a run is ended.")
    var timeout: Double = 300
    @Flag(help: "Include yosys's newest version (wasmtime compiles it for half a minute).")
    var heavy = false
    @Flag(help: "Leave out how fast modules are validated.")
    var skipValidation = false

    func run() throws {
        let layout = try Layout(root: root, build: build)
        let pattern = try Regex(filter)
        let workloads = Catalogue.workloads.filter {
            "\($0.suite)/\($0.name)".firstMatch(of: pattern) != nil && (heavy || !$0.isHeavy)
        }
        guard !workloads.isEmpty else {
            throw HarnessFailure("no workload matches \(filter); bench list names them")
        }
        let builder = Builder(layout: layout, clang: search(clang)?.path ?? clang)
        var harness = Harness(
            layout: layout, tools: tools(builder, layout), builder: builder, engines: selected(),
            rounds: rounds, mostRounds: mostRounds ?? (rounds > 1 ? 3 * rounds : 1),
            slowRounds: slowRounds, timeoutSeconds: timeout)
        var results = Results(
            started: now(), finished: "", commandLine: commandLine(layout), rounds: rounds,
            machine: .current(), engines: try harness.probe(), rows: [])
        for engine in results.engines {
            if let absent = engine.absent { say("  \(engine.name): absent, \(absent)") }
        }
        let measuresValidation =
            !skipValidation && "validation/yosys.wasm".firstMatch(of: pattern) != nil
        let total = workloads.count + (measuresValidation ? 1 : 0)
        for (index, workload) in workloads.enumerated() {
            say("[\(index + 1)/\(total)] \(workload.suite)/\(workload.name)")
            do {
                let rows = try harness.measure(workload)
                for row in rows { say("    \(summary(row))") }
                results.rows += rows
            } catch let failure as HarnessFailure {
                // One workload that cannot be built or fetched leaves the others their figures.
                results.rows.append(
                    Row(
                        suite: workload.suite, workload: workload.name, engine: "native",
                        outcome: .failed, detail: failure.description))
                say("    \(failure)")
            }
            try write(results, layout)
        }
        if measuresValidation {
            say("[\(total)/\(total)] validation/yosys.wasm")
            let rows = try harness.validation()
            for row in rows { say("    \(summary(row))") }
            results.rows += rows
        }
        results.finished = now()
        try write(results, layout)
        say("\nResults: \(out)/results.md")
    }

    private func write(_ results: Results, _ layout: Layout) throws {
        let folder = URL(filePath: out)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(results).write(to: folder.appending(path: "results.json"))
        try ReportCommand.render(
            results, markdown: folder.appending(path: "results.md"), charts: ".")
    }

    private func summary(_ row: Row) -> String {
        let name = row.engine.padding(toLength: 26, withPad: " ", startingAt: 0)
        guard row.outcome == .measured, let median = row.medianCPUSeconds else {
            return "\(name) \(row.outcome.rawValue): \(row.detail)"
        }
        let time = String(format: "%8.4f s", median)
        let peak = String(format: "%5.0f MiB", row.peakMiB)
        return name + time + (row.ratio.map { String(format: "%8.2f ×", $0) } ?? "") + peak
    }

    // MARK: What takes part

    private func selected() -> [Engine] {
        let wanted = engines.split(separator: ",").map(String.init)
        return Engine.all.filter { engine in
            wanted.contains { name in
                name.hasSuffix("*")
                    ? engine.name.hasPrefix(name.dropLast()) : engine.name == name
            }
        }
    }

    private func tools(_ builder: Builder, _ layout: Layout) -> Tools {
        let sibling = ChildProcess.measure.deletingLastPathComponent()
            .appending(path: "wasmtime-runner")
        let files = FileManager.default
        let own = URL(filePath: martlet, relativeTo: layout.root).standardizedFileURL
        var tools = Tools(
            martlet: files.isExecutableFile(atPath: own.path) ? own : nil,
            wasmkit: search("wasmkit"), node: search("node"),
            wasmtimeRunner: files.isExecutableFile(atPath: sibling.path) ? sibling : nil,
            nodeRunner: layout.harness.appending(path: "Runners/node-wasi.mjs"))
        guard selected().contains(where: { $0.name.hasPrefix("wasmtime") }) else { return tools }
        switch builder.wasmtimeLibrary() {
        case .success(let library): tools.wasmtimeLibrary = library
        case .failure(let failure): say("  wasmtime: \(failure)")
        }
        return tools
    }

    private func search(_ name: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(filePath: String($0)).appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    private func commandLine(_ layout: Layout) -> String {
        layout.shown(["bench"] + CommandLine.arguments.dropFirst())
    }

    private func now() -> String { Date.now.formatted(.iso8601) }
}

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Put the tables of a results.json between the markers of a Markdown page.")

    @Option(help: "The results.json to read.")
    var from: String
    @Option(help: "The page to write into.")
    var into: String = "Benchmarks/RESULTS.md"
    @Option(help: "The page's folder for charts and the JSON file, relative to it.")
    var charts: String = "Results"

    static let begin = "<!-- figures: begin (written by bench report) -->"
    static let end = "<!-- figures: end -->"

    func run() throws {
        guard let data = try? Data(contentsOf: URL(filePath: from)) else {
            throw HarnessFailure("\(from) can not be read; bench run --out FOLDER writes one")
        }
        guard let results = try? JSONDecoder().decode(Results.self, from: data) else {
            throw HarnessFailure("\(from) is no results.json that bench run wrote")
        }
        let page = URL(filePath: into)
        guard let text = try? String(contentsOf: page, encoding: .utf8) else {
            throw HarnessFailure(
                "\(into) can not be read; a page begins with the lines \(Self.begin) and \(Self.end)"
            )
        }
        guard let begin = text.range(of: Self.begin), let end = text.range(of: Self.end),
            begin.upperBound <= end.lowerBound
        else {
            throw HarnessFailure(
                "\(into) lacks the lines \(Self.begin) and \(Self.end), in this order")
        }
        let folder = page.deletingLastPathComponent().appending(path: charts)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try data.write(to: folder.appending(path: "results.json"))
        let report = MarkdownReport(results: results)
        for suite in report.suites() {
            try report.chart(suite)?.svg().write(
                to: folder.appending(path: "\(suite).svg"), atomically: true, encoding: .utf8)
        }
        let middle = "\n\n" + report.text(charts: charts) + "\n"
        let whole = text[..<begin.upperBound] + middle + text[end.lowerBound...]
        try String(whole).write(to: page, atomically: true, encoding: .utf8)
    }

    /// The same tables as a page of their own, with the charts beside it.
    static func render(_ results: Results, markdown: URL, charts: String) throws {
        let report = MarkdownReport(results: results)
        let folder = markdown.deletingLastPathComponent()
        for suite in report.suites() {
            try report.chart(suite)?.svg().write(
                to: folder.appending(path: "\(suite).svg"), atomically: true, encoding: .utf8)
        }
        try ("# Benchmark results\n\n" + report.text(charts: charts))
            .write(to: markdown, atomically: true, encoding: .utf8)
    }
}

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Name the workloads and the engines.")

    func run() {
        say("Workloads:")
        for workload in Catalogue.workloads {
            let words = workload.arguments.joined(separator: " ")
            say("  \(workload.suite)/\(workload.name)  \(words)")
        }
        say("Engines:")
        for engine in Engine.all { say("  \(engine.name)  \(engine.summary)") }
    }
}
