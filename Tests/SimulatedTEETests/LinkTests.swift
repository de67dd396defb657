import Foundation
import Testing

/// The simulated TEE is in its own executable and in no other: evidence that proves nothing can not
/// come out of a release product. Looked for twice: in what the package declares, which is always there,
/// and in the symbols of the built products, which `make test` builds first.
@Suite struct LinkTests {
    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

    /// Executables that people get.
    static let releaseProducts = ["martlet", "martlet-keep", "martlet-attestation"]

    /// What each target of the package depends on, read from its declaration.
    private static let dependencies: [String: Set<String>] = {
        guard
            let text = try? String(
                contentsOf: root.appending(path: "Package.swift"), encoding: .utf8),
            let start = text.range(of: "\n    targets: [\n")
        else { return [:] }
        return declarations(String(text[start.upperBound...]))
    }()

    /// Splits declarations of targets: each begins with a call eight columns in, its first string is
    /// its name, and every other string that is a target's name is a dependency.
    static func declarations(_ text: String) -> [String: Set<String>] {
        var strings: [[String]] = []
        for line in text.split(separator: "\n") {
            let isStart = line.hasPrefix("        ") && line.dropFirst(8).first?.isLetter ?? false
            if isStart || line.hasPrefix("        .") && line.dropFirst(9).first?.isLetter ?? false
            {
                strings.append([])
            }
            let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
            let quoted = parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
            if !strings.isEmpty { strings[strings.count - 1] += quoted }
        }
        let names = Set(strings.compactMap(\.first))
        var result: [String: Set<String>] = [:]
        for target in strings {
            guard let name = target.first else { continue }
            result[name] = names.intersection(target.dropFirst())
        }
        return result
    }

    /// A target with everything that it depends on, directly or not.
    private static func closure(_ target: String) -> Set<String> {
        var found: Set<String> = []
        var pending = [target]
        while let next = pending.popLast() {
            guard found.insert(next).inserted else { continue }
            pending += dependencies[next] ?? []
        }
        return found
    }

    @Test("the declarations are read whole: every room of Sources is among them")
    func declarationsAreRead() throws {
        let sources = Self.root.appending(path: "Sources").path(percentEncoded: false)
        let rooms = try FileManager.default.contentsOfDirectory(atPath: sources)
            .filter { !$0.hasPrefix(".") }
        for room in rooms { #expect(Self.dependencies[room] != nil, "\(room) is not declared") }
        #expect(Self.closure("martlet").isSuperset(of: ["Attestation", "Cryptography", "Bytes"]))
        #expect(Self.closure("martlet-simtee").contains("SimulatedTEE"))
    }

    @Test("no release product is declared to depend on it", arguments: releaseProducts)
    func notDeclared(product: String) {
        // A product that the package does not declare yet can depend on nothing.
        #expect(!Self.closure(product).contains("SimulatedTEE"))
    }

    @Test("the reader of declarations sees a dependency of a dependency's dependency")
    func readerOfDeclarations() {
        let text = """
                    room("A"),
                    room("B", ["A"]),
                    .executableTarget(
                        name: "c",
                        dependencies: [
                            "B", other,
                        ]),
            """
        let found = Self.declarations(text)
        #expect(found == ["A": [], "B": ["A"], "c": ["B"]])
    }

    /// Whether the product's symbols name the target; `nil` when the product is not built.
    private static func names(_ product: String) -> Bool? {
        guard
            let data = try? Data(contentsOf: built.appending(path: product), options: .alwaysMapped)
        else { return nil }
        // Mangled names of the target's symbols and types begin with its length and name.
        return data.range(of: Data("12SimulatedTEE".utf8)) != nil
    }

    /// Products that are declared and must therefore have been built before the tests run, as
    /// `Scripts/test.sh` does. `swift test` alone builds executables of its own accord too.
    @Test("no built release product holds a symbol of it", arguments: releaseProducts)
    func absent(product: String) throws {
        guard Self.dependencies[product] != nil else { return }
        let found: Bool? = Self.names(product)
        let isThere = found != nil
        #expect(isThere, "\(product) is not built: swift build --product \(product)")
        #expect(found != true)
    }

    @Test("the search finds it where it is")
    func present() throws {
        let found: Bool? = Self.names("martlet-simtee")
        #expect(found == true, "martlet-simtee is not built, or the search is blind")
    }
}
