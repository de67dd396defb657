import Foundation

/// The tables, made from the results and from nothing else.
struct MarkdownReport {
    var results: Results

    /// The whole text between the markers of RESULTS.md; `charts` is where the SVG files are.
    func text(charts: String) -> String {
        var lines: [String] = []
        lines += ["Measured \(results.started) to \(results.finished) by", "", "```sh"]
        lines += [results.commandLine, "```", ""]
        let machine = results.machine
        lines += [
            "on \(machine.cores) cores of \(machine.processor), \(machine.memoryGiB) GiB, "
                + "\(machine.system), Linux \(machine.kernel). \(rounds()); figures "
                + "are CPU time (user and system) of the whole process, medians.", "",
        ]
        lines += engineTable()
        if let summary = summaryTable() { lines += summary }
        for suite in suites() {
            lines += ["### \(Self.title(suite))", ""]
            lines += suite == "validation" ? validationTable() : table(suite)
            if suite != "validation" {
                lines += ["", "![\(Self.title(suite))](\(charts)/\(suite).svg)"]
            }
            lines.append("")
        }
        lines += compileTable()
        lines += problems()
        lines += commands()
        return lines.joined(separator: "\n")
    }

    static func title(_ suite: String) -> String {
        switch suite {
        case "programs": "Small programs"
        case "coremark-like": "CoreMark-like"
        case "polybench": "PolyBench-style kernels"
        case "speedtest1-memory": "SQLite speedtest1, in memory"
        case "speedtest1-file": "SQLite speedtest1, on a host folder"
        case "yosys": "yosys 0.40"
        case "yosys-newest": "yosys, newest"
        case "start": "Starting"
        case "validation": "Decoding and validating"
        default: suite
        }
    }

    func suites() -> [String] { unique(results.rows.map(\.suite)) }

    func engines(_ suite: String) -> [String] {
        let rows = results.rows.filter { $0.suite == suite }
        return results.engines.map(\.name).filter { name in rows.contains { $0.engine == name } }
    }

    /// How often native ran the workloads that others are held against.
    private func rounds() -> String {
        let counts = results.rows.filter {
            $0.engine == "native" && $0.outcome == .measured && $0.suite != "start"
        }.map(\.cpuSeconds.count)
        let (least, most) = (counts.min() ?? results.rounds, counts.max() ?? results.rounds)
        return least == most ? "\(least) rounds" : "\(least) to \(most) rounds"
    }

    /// The mean that a suite's ratios are summed up by, over the workloads the engine finished.
    func geometricMean(_ suite: String, _ engine: String) -> (mean: Double, count: Int)? {
        let ratios = results.rows.filter { $0.suite == suite && $0.engine == engine }
            .compactMap(\.ratio)
        return Statistics.geometricMean(ratios).map { ($0, ratios.count) }
    }

    // MARK: Tables

    private func engineTable() -> [String] {
        var lines = ["| engine | what | version | hello world, CPU ms |", "|---|---|---|---|"]
        for engine in results.engines {
            let last =
                engine.absent.map { "absent: \(escaped($0))" }
                ?? milliseconds(engine.startCPUSeconds)
            lines.append("| \(engine.name) | \(engine.summary) | \(engine.version) | \(last) |")
        }
        return lines + [""]
    }

    /// One line an engine, one column a suite of ratios.
    private func summaryTable() -> [String]? {
        let wanted = [
            "polybench", "coremark-like", "speedtest1-memory", "speedtest1-file", "programs",
        ]
        .filter { suites().contains($0) }
        guard !wanted.isEmpty else { return nil }
        var lines = [
            "CPU time relative to native in the same round (1.00; lower is better): medians, and of "
                + "several workloads the geometric mean of theirs:", "",
            "| engine | \(wanted.map(Self.title).joined(separator: " | ")) |",
            "|---|" + String(repeating: "---|", count: wanted.count),
        ]
        for engine in results.engines where engine.absent == nil && engine.name != "native" {
            let cells = wanted.map { suite -> String in
                guard let (mean, count) = geometricMean(suite, engine.name) else { return "–" }
                let all = unique(results.rows.filter { $0.suite == suite }.map(\.workload)).count
                return number(mean) + (count < all ? " (\(count) of \(all))" : "")
            }
            lines.append("| \(engine.name) | \(cells.joined(separator: " | ")) |")
        }
        return lines + [""]
    }

    private func table(_ suite: String) -> [String] {
        let rows = results.rows.filter { $0.suite == suite }
        let absolute = suite == "start" || suite.hasPrefix("yosys")
        let names = engines(suite).filter { absolute || $0 != "native" }
        let first = absolute ? "CPU ms (peak MiB)" : "native s"
        var lines = [
            absolute
                ? "| \(first) | \(names.joined(separator: " | ")) |"
                : "| workload | \(first) | \(names.joined(separator: " | ")) |",
            "|---|" + String(repeating: "---|", count: names.count + (absolute ? 0 : 1)),
        ]
        for workload in unique(rows.map(\.workload)) {
            let own = rows.filter { $0.workload == workload }
            let cells = names.map { name -> String in
                guard let row = own.first(where: { $0.engine == name }) else { return "–" }
                guard row.outcome == .measured else { return row.outcome.rawValue }
                if absolute {
                    return "\(milliseconds(row.medianCPUSeconds)) (\(Int(row.peakMiB)))"
                }
                return row.ratio.map(number) ?? "–"
            }
            let native = own.first { $0.engine == "native" }?.medianCPUSeconds
            let head = absolute ? [workload] : [workload, native.map(number) ?? "–"]
            lines.append("| " + (head + cells).joined(separator: " | ") + " |")
        }
        return lines
    }

    private func validationTable() -> [String] {
        var lines = [
            "| engine | CPU s | MB of code a CPU second | peak MiB |", "|---|---|---|---|",
        ]
        for row in results.rows where row.suite == "validation" {
            guard row.outcome == .measured, let median = row.medianCPUSeconds else {
                lines.append("| \(row.engine) | \(row.outcome.rawValue) | – | – |")
                continue
            }
            let speed = Double(row.codeBytes ?? 0) / 1e6 / max(median, 1e-6)
            lines.append(
                "| \(row.engine) | \(number(median)) | \(number(speed)) | \(Int(row.peakMiB)) |")
        }
        return lines
    }

    /// What the compilers ahead of time need, for the modules that are large enough to tell.
    private func compileTable() -> [String] {
        var seen: Set<String> = []
        let rows = results.rows.filter { row in
            row.prepareCPUSeconds != nil && (row.codeBytes ?? 0) > 100_000
                && row.suite != "validation"
                && seen.insert("\(row.engine) \(row.codeBytes ?? 0)").inserted
        }
        guard !rows.isEmpty else { return [] }
        var lines = [
            "### Compiling ahead of time", "",
            "| engine | module of | MB of code | CPU s | MB of code a CPU second |",
            "|---|---|---|---|---|",
        ]
        for row in rows {
            let megabytes = Double(row.codeBytes ?? 0) / 1e6
            let seconds = row.prepareCPUSeconds ?? 0
            lines.append(
                "| \(row.engine) | \(row.workload) | \(number(megabytes)) | \(number(seconds)) "
                    + "| \(number(megabytes / max(seconds, 1e-6))) |")
        }
        return lines + [""]
    }

    private func problems() -> [String] {
        let bad = results.rows.filter { $0.outcome != .measured }
        guard !bad.isEmpty else { return [] }
        return ["### Without a figure", ""]
            + bad.map { "- \($0.engine), \($0.workload): \(escaped($0.detail))" } + [""]
    }

    /// One command of every engine, as it was run.
    private func commands() -> [String] {
        var lines = ["### Commands", "", "One of each engine; the JSON file has all.", "", "```sh"]
        for engine in results.engines {
            guard let row = results.rows.first(where: { $0.engine == engine.name }) else {
                continue
            }
            lines.append(row.command)
        }
        return lines + ["```", ""]
    }

    // MARK: Words

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    private func escaped(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }

    func number(_ value: Double) -> String {
        String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
    }

    private func milliseconds(_ seconds: Double?) -> String {
        seconds.map { number($0 * 1000) } ?? "–"
    }
}
