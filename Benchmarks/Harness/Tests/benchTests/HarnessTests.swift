import Foundation
import Testing

@testable import bench

@Suite("Harness")
struct HarnessTests {
    @Test("the median of an even count is the mean of the middle two; of nothing there is none")
    func median() {
        #expect(Statistics.median([3, 1, 2]) == 2)
        #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
        #expect(Statistics.median([]) == nil)
    }

    @Test("a geometric mean needs positive ratios")
    func geometricMean() throws {
        let mean = try #require(Statistics.geometricMean([1, 4]))
        #expect(abs(mean - 2) < 1e-12)
        #expect(Statistics.geometricMean([1, 0]) == nil)
    }

    @Test("a round that was slow for both leaves the ratio, one that was slow for one is outvoted")
    func pairedRatios() throws {
        let paired = PairedRatios([2, 4, 2, 2, 3], [1, 2, 1, 1, 1])
        #expect(paired.median == 2)
        #expect(paired.relativeError == 0)
        // The interpreter ran in fewer rounds: it is held against those.
        #expect(PairedRatios([20], [2, 1, 1]).median == 10)
        #expect(PairedRatios([20], [2, 1, 1]).relativeError == 1)
        #expect(PairedRatios([], [1]).median == nil)
        #expect(PairedRatios([1], [0]).median == nil)
    }

    @Test("the error of a median falls with the root of the rounds")
    func relativeError() {
        let few = PairedRatios([0.9, 1, 1.1, 1], [1, 1, 1, 1]).relativeError
        #expect(abs(few - 1.2533 * 1.4826 * 0.05 / 2) < 1e-4)
        let rounds: [Double] = Array(repeating: [0.9, 1, 1.1, 1], count: 4).flatMap(\.self)
        let many = PairedRatios(rounds, Array(repeating: 1, count: 16)).relativeError
        #expect(abs(many - few / 2) < 1e-12)
    }

    @Test("the code section's size is read past other sections and multi-byte sizes")
    func codeSectionSize() {
        let header: [UInt8] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
        let custom: [UInt8] = [0, 0x82, 0, 1, 0x61]
        let module = Data(header + custom + [10, 3, 1, 2, 3])
        #expect(WasmSections.size(of: 10, in: module) == 3)
        #expect(WasmSections.size(of: 3, in: module) == 0)
        #expect(WasmSections.size(of: 10, in: Data(header.prefix(4))) == 0)
        // A section that claims to reach past the end hides nothing behind it.
        #expect(WasmSections.size(of: 10, in: Data(header + [0, 0xff, 0xff, 3, 10, 1, 0])) == 0)
    }

    @Test("outputs compare without the times that SQLite prints, and with everything else")
    func comparable() throws {
        let workload = try #require(Catalogue.workloads.first { $0.suite == "speedtest1-memory" })
        let first = Data(" 100 - 15000 INSERTs into table......   0.012s\nhash 1".utf8)
        let second = Data(" 100 - 15000 INSERTs into table......   1.912s\nhash 1".utf8)
        let third = Data(" 100 - 15000 INSERTs into table......   0.012s\nhash 2".utf8)
        #expect(workload.comparable(first) == workload.comparable(second))
        #expect(workload.comparable(first) != workload.comparable(third))
    }

    @Test("all thirty kernels are there, and every program's source exists")
    func catalogue() {
        let kernels = Catalogue.workloads.filter { $0.suite == "polybench" }
        #expect(Set(kernels.map(\.name)).count == 30)
        let folder = URL(filePath: #filePath).appending(path: "../../../../Workloads")
        for workload in Catalogue.workloads {
            guard case .program(let path, _) = workload.source else { continue }
            let source = folder.appending(path: path).standardizedFileURL.path
            #expect(FileManager.default.fileExists(atPath: source), "\(source)")
        }
    }

    @Test("a failed row has no figure in the table, and its reason stands below")
    func failureIsTold() {
        let machine = Machine(processor: "CPU", cores: 2, memoryGiB: 1, system: "OS", kernel: "6")
        let engines = ["native", "other"].map {
            EngineRecord(
                name: $0, summary: "", version: "", absent: nil, startCPUSeconds: nil,
                startIsSubtracted: false)
        }
        let rows = [
            Row(
                suite: "programs", workload: "fib", engine: "native", outcome: .measured,
                cpuSeconds: [2, 2, 2], medianCPUSeconds: 2, ratio: 1),
            Row(
                suite: "programs", workload: "json", engine: "native", outcome: .measured,
                cpuSeconds: [1, 1], medianCPUSeconds: 1, ratio: 1),
            Row(
                suite: "programs", workload: "fib", engine: "other", outcome: .wrongOutput,
                detail: "differs"),
        ]
        let results = Results(
            started: "", finished: "", commandLine: "", rounds: 1, machine: machine,
            engines: engines, rows: rows)
        let text = MarkdownReport(results: results).text(charts: ".")
        #expect(text.contains("| fib | 2.00 | wrongOutput |"))
        #expect(text.contains("- other, fib: differs"))
        #expect(text.contains("2 to 3 rounds"))
    }
}
