import Foundation

/// A horizontal bar for each engine: its geometric mean over a suite (or its milliseconds), on a
/// logarithmic scale when the longest is more than ten times the shortest.
struct BarChart {
    var title: String
    var unit: String
    var bars: [(name: String, value: Double)]

    private let rowHeight = 24.0
    private let left = 210.0
    private let width = 520.0

    func svg() -> String {
        let values = bars.map(\.value)
        guard let largest = values.max(), let smallest = values.min(), smallest > 0 else {
            return ""
        }
        let logarithmic = largest > 10 * smallest
        let floor = logarithmic ? smallest / 1.6 : 0
        let height = rowHeight * Double(bars.count) + 60
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 820 \(Int(height))\" "
                + "font-family=\"sans-serif\" font-size=\"13\" role=\"img\">",
            "<title>\(escaped(title))</title>",
            "<rect width=\"820\" height=\"\(Int(height))\" fill=\"#ffffff\"/>",
            "<text x=\"12\" y=\"24\" font-size=\"15\" font-weight=\"bold\" fill=\"#1b1f24\">"
                + "\(escaped(title))</text>",
        ]
        for (index, bar) in bars.enumerated() {
            let share =
                logarithmic
                ? log(bar.value / floor) / log(largest / floor) : bar.value / largest
            let y = 42 + rowHeight * Double(index)
            let length = max(2, width * share)
            lines += [
                "<text x=\"\(Int(left - 8))\" y=\"\(Int(y + 13))\" text-anchor=\"end\" "
                    + "fill=\"#1b1f24\">\(escaped(bar.name))</text>",
                "<rect x=\"\(Int(left))\" y=\"\(Int(y))\" width=\"\(Int(length))\" height=\"17\" "
                    + "rx=\"2\" fill=\"\(colour(bar.name))\"/>",
                "<text x=\"\(Int(left + length + 6))\" y=\"\(Int(y + 13))\" fill=\"#1b1f24\">"
                    + String(format: bar.value >= 10 ? "%.1f" : "%.2f", bar.value) + "</text>",
            ]
        }
        let note = unit + (logarithmic ? ", logarithmic scale" : "")
        lines.append(
            "<text x=\"\(Int(left))\" y=\"\(Int(height - 6))\" font-size=\"11\" fill=\"#57606a\">"
                + "\(note)</text>")
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    private func colour(_ name: String) -> String {
        name.hasPrefix("martlet") ? "#c2410c" : name.hasPrefix("native") ? "#57606a" : "#7c9cbf"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}

extension MarkdownReport {
    /// The chart of a suite, or nil when it has fewer than two figures.
    func chart(_ suite: String) -> BarChart? {
        let absolute = suite == "start" || suite.hasPrefix("yosys")
        let bars = engines(suite).compactMap { engine -> (name: String, value: Double)? in
            if absolute {
                let times = results.rows.filter { $0.suite == suite && $0.engine == engine }
                    .compactMap(\.medianCPUSeconds).map { $0 * 1000 }
                return Statistics.geometricMean(times).map { (engine, $0) }
            }
            return geometricMean(suite, engine).map { (engine, $0.mean) }
        }
        guard bars.count > 1, suite != "validation" else { return nil }
        return BarChart(
            title: Self.title(suite) + (absolute ? ", CPU time" : ", CPU time over native's"),
            unit: absolute ? "milliseconds" : "geometric mean of the ratios; lower is better",
            bars: bars.sorted { $0.value < $1.value })
    }
}
