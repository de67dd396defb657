/// A flame graph as an SVG picture: one box a function, as wide as its share of the samples, above
/// the function that called it.
struct FlameGraph {
    private static let width = 1200.0
    private static let boxHeight = 17.0
    /// Narrower boxes, in pixels, are left out.
    private static let smallestWidth = 0.4

    private final class Node {
        var count = 0
        var children: [String: Node] = [:]

        func depth() -> Int { 1 + (children.values.map { $0.depth() }.max() ?? 0) }
    }

    private let root = Node()

    init(_ stacks: [(functions: [String], count: Int)]) {
        for stack in stacks {
            var node = root
            node.count += stack.count
            for name in stack.functions.isEmpty ? ["(host)"] : stack.functions {
                let child = node.children[name] ?? Node()
                node.children[name] = child
                child.count += stack.count
                node = child
            }
        }
    }

    /// The picture.
    func svg() -> String {
        let height = Double(root.depth()) * Self.boxHeight + 24
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(Self.width))" \
            height="\(Int(height))" font-family="monospace" font-size="11">
            <rect width="100%" height="100%" fill="#ffffff"/>

            """
        append(root, "all", left: 0, bottom: height - 4, to: &text)
        return text + "</svg>\n"
    }

    private func append(
        _ node: Node, _ name: String, left: Double, bottom: Double, to text: inout String
    ) {
        let width = Self.width * Double(node.count) / Double(max(root.count, 1))
        guard width >= Self.smallestWidth else { return }
        let share = Double(node.count * 1000 / max(root.count, 1)) / 10
        let label = Self.escaped(name)
        let top = bottom - Self.boxHeight
        text += "<g><title>\(label): \(node.count) samples, \(share) %</title>"
        text += "<rect x=\"\(Self.rounded(left))\" y=\"\(Self.rounded(top))\""
        text += " width=\"\(Self.rounded(width))\" height=\"\(Self.boxHeight - 1)\""
        text += " rx=\"1\" fill=\"\(Self.color(name))\"/>"
        let letters = Int(width / 7)
        if letters > 2 {
            text += "<text x=\"\(Self.rounded(left + 3))\" y=\"\(Self.rounded(top + 12))\">"
            text += Self.escaped(String(name.prefix(letters - 1))) + "</text>"
        }
        text += "</g>\n"
        var start = left
        for (child, inner) in node.children.sorted(by: { $0.key < $1.key }) {
            append(inner, child, left: start, bottom: top, to: &text)
            start += Self.width * Double(inner.count) / Double(max(root.count, 1))
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    /// A warm color that a name always gets.
    private static func color(_ name: String) -> String {
        let sum = name.utf8.reduce(5381 as UInt32) { $0 &* 33 &+ UInt32($1) }
        return "rgb(\(205 + sum % 50),\(80 + sum / 50 % 130),\(sum / 6500 % 55))"
    }

    private static func escaped(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            default: text += scalar.value < 32 ? "?" : String(scalar)
            }
        }
        return text
    }
}
