import Testing
import Wasm

@Suite("Inspection")
struct InspectionTests {
    private func summary(_ label: String) throws -> ModuleSummary {
        let entries = try Corpus.entries("valid.hex")
        let entry = try #require(entries.first { $0.label == label })
        let module = try ModuleDecoder.decode(entry.bytes)
        return try ModuleSummary(try ModuleValidator.validate(module))
    }

    @Test(
        "A summary names the features a module uses, oldest first",
        arguments: [
            ("arithmetic and control", [.core1]),
            ("loops, br_table and multi-value", [.core1, .multiValue]),
            ("memory, globals and data", [.core1, .bulkMemory]),
            ("tables and references", [.core1, .bulkMemory, .referenceTypes]),
            ("vectors", [.core1, .simd, .relaxedSIMD]),
            (
                "structures, arrays and casts",
                [.core1, .bulkMemory, .referenceTypes, .functionReferences, .garbageCollection]
            ),
            (
                "several memories, 64-bit addresses",
                [.core1, .bulkMemory, .referenceTypes, .multiMemory, .memory64]
            ),
            ("threads", [.core1, .threads]),
            ("extended constants, imports and start", [.core1, .exceptions, .extendedConstants]),
            (
                "saturating conversions and sign extension",
                [.core1, .signExtension, .saturatingConversions]
            ),
            ("older exceptions", [.core1, .exceptions, .legacyExceptions]),
        ] as [(String, [Feature])])
    func features(label: String, expected: [Feature]) throws {
        let features = try summary(label).features
        #expect(Set(expected).isSubset(of: features), "\(features)")
        #expect(features == features.sorted { $0.rawValue < $1.rawValue })
        if label != "tables and references" && label != "structures, arrays and casts" {
            #expect(features == expected)
        }
    }

    @Test("A summary tells imports and exports with their types")
    func importsAndExports() throws {
        let imports = try summary("extended constants, imports and start")
        #expect(imports.imports.map(\.module) == [String](repeating: "env", count: 5))
        #expect(imports.imports.map(\.name) == ["base", "f", "mem", "tab", "tag"])
        #expect(
            imports.imports.map(\.type) == [
                "(global i32)", "(func (param i32))", "(memory 0)",
                "(table 0 (ref null func))", "(tag (param f32))",
            ])
        #expect(imports.hasStart)
        let exports = try summary("arithmetic and control").exports
        #expect(exports.map(\.name) == ["fib"])
        #expect(exports.map(\.type) == ["(func (param i64) (result i64))"])
        #expect(try summary("threads").memories.map(\.description) == ["1 2 shared"])
    }

    @Test("Names are found where the name section gives them")
    func names() throws {
        let entries = try Corpus.entries("valid.hex")
        let entry = try #require(entries.first { $0.label == "names" })
        let names = NameSection(try ModuleDecoder.decode(entry.bytes))
        #expect(names.moduleName == "named")
        #expect(names.functionName(0) == "first" && names.functionName(1) == "second")
        #expect(names.functionName(2) == nil)
        #expect(names.localNames(function: 0) == [0: "x", 1: "y"])
        #expect(names.names(.global) == [0: "g"] && names.names(.memory) == [0: "m"])
    }

    @Test("A name section cut off anywhere gives the names before the cut and never an error")
    func brokenNames() throws {
        let entries = try Corpus.entries("valid.hex")
        let entry = try #require(entries.first { $0.label == "names" })
        let module = try ModuleDecoder.decode(entry.bytes)
        let range = try #require(module.customSections.first?.range)
        for end in range {
            var cut = module
            cut.customSections[0].range = range.lowerBound..<end
            let names = NameSection(cut)
            #expect(names.functionName(0) == nil || names.functionName(0) == "first")
            _ = names.localNames(function: 0)
        }
    }
}
