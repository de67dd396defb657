import Foundation

/// Where things are: the project, and the scratch folder that everything built or fetched goes to.
struct Layout {
    var root: URL
    var build: URL

    var workloads: URL { root.appending(path: "Benchmarks/Workloads") }
    var harness: URL { root.appending(path: "Benchmarks/Harness") }
    var work: URL { build.appending(path: "work") }
    var prepared: URL { build.appending(path: "prepared") }
    var sqliteSources: URL { build.appending(path: "sqlite-sources") }
    var sqlite: URL { build.appending(path: "sqlite") }

    init(root: String, build: String) throws {
        self.root = URL(filePath: root).standardizedFileURL
        self.build = URL(filePath: build, relativeTo: self.root).standardizedFileURL
        guard FileManager.default.fileExists(atPath: workloads.path) else {
            throw HarnessFailure(
                "\(self.root.path) has no Benchmarks/Workloads: run in the project's root or pass "
                    + "--root")
        }
        for folder in [self.build, work, prepared] {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
        }
    }

    /// An empty working folder for the next run.
    func emptyWorkFolder() throws -> URL {
        let folder = work.appending(path: "run")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// A text without the places of this machine.
    func relative(_ text: String) -> String {
        text.replacing(build.path + "/", with: "build/benchmarks/")
            .replacing(root.path + "/", with: "")
    }

    /// A command as it may be shown: programs by name, places relative to the project.
    func shown(_ command: [String]) -> String {
        let words = command.enumerated().map { index, word -> String in
            let short = relative(word)
            return index == 0 && short.hasPrefix("/")
                ? (short as NSString).lastPathComponent : short
        }
        return words.map { word in
            let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=,+%".contains($0) }
            return isPlain && !word.isEmpty ? word : "'\(word)'"
        }.joined(separator: " ")
    }
}
