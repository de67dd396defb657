import Foundation

/// Builds or fetches what a workload needs, once for each run of the harness.
struct Builder {
    var layout: Layout
    var clang: String
    private var built: Set<String> = []
    private var yosysFolders: [String: URL] = [:]
    private var designFiles: [URL] = []

    init(layout: Layout, clang: String) {
        self.layout = layout
        self.clang = clang
    }

    /// The path of a workload's build without its suffix (`.wasm`, `.march`…).
    mutating func stem(of workload: Workload) throws -> URL {
        switch workload.source {
        case .program(let path, let size):
            let folder = layout.build.appending(path: size)
            let source = layout.workloads.appending(path: path)
            if built.insert("\(path) \(size)").inserted {
                try script(
                    layout.workloads.appending(path: "build.sh"), [source.path, size, folder.path])
            }
            return folder.appending(path: source.deletingPathExtension().lastPathComponent)
        case .sqlite(let program):
            try buildSQLite()
            return layout.sqlite.appending(path: program)
        case .yosys(let version):
            return try yosys(version).appending(path: "yosys")
        }
    }

    /// The folder of PyPI's yosys: yosys.wasm and share/.
    mutating func yosys(_ version: String) throws -> URL {
        if let folder = yosysFolders[version] { return folder }
        let folder = try fetch(
            layout.workloads.appending(path: "yosys/fetch.sh"),
            [layout.build.appending(path: "yosys").path, version])
        yosysFolders[version] = folder
        return folder
    }

    /// What yosys synthesises: a small design of our own, and a processor.
    mutating func designs() throws -> [URL] {
        if designFiles.isEmpty {
            let folder = layout.workloads.appending(path: "yosys")
            let fetched = try fetch(
                folder.appending(path: "fetch-picorv32.sh"),
                [layout.build.appending(path: "designs").path])
            designFiles = [folder.appending(path: "filter.v"), fetched]
        }
        return designFiles
    }

    /// Twenty seconds and more for each of the four builds: kept from run to run.
    private mutating func buildSQLite() throws {
        let last = layout.sqlite.appending(path: "sqlite-shell.simd.wasm")
        let folder = layout.workloads.appending(path: "sqlite")
        guard built.insert("sqlite").inserted else { return }
        let recipes = ["build.sh", "shim.h", "include/pwd.h"].map { folder.appending(path: $0) }
        if let made = date(of: last), recipes.allSatisfy({ (date(of: $0) ?? made) <= made }) {
            return
        }
        try script(folder.appending(path: "fetch.sh"), [layout.sqliteSources.path])
        try script(
            folder.appending(path: "build.sh"), [layout.sqliteSources.path, layout.sqlite.path])
    }

    /// When a file was changed last; nil when there is none.
    private func date(of file: URL) -> Date? {
        try? file.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
    }

    /// wasmtime's library of PyPI, or a reason why there is none.
    func wasmtimeLibrary() -> Result<URL, HarnessFailure> {
        do throws(HarnessFailure) {
            let place = layout.build.appending(path: "wasmtime").path
            return .success(
                try fetch(layout.harness.appending(path: "Runners/fetch-wasmtime.sh"), [place]))
        } catch { return .failure(error) }
    }

    /// Runs a script that prints a path as its last line.
    private func fetch(_ file: URL, _ arguments: [String]) throws(HarnessFailure) -> URL {
        let output = try script(file, arguments)
        guard let path = output.split(separator: "\n").last else {
            throw HarnessFailure("\(file.lastPathComponent) printed no path")
        }
        return URL(filePath: String(path))
    }

    @discardableResult
    private func script(_ file: URL, _ arguments: [String]) throws(HarnessFailure) -> String {
        say("· \(layout.shown([file.path] + arguments))")
        setenv("CLANG", clang, 1)
        let result: ProcessResult
        do {
            result = try ChildProcess(
                command: ["/bin/sh", file.path] + arguments, workingFolder: layout.root
            ).run(scratch: layout.work)
        } catch { throw HarnessFailure("\(error)") }
        guard result.status == 0 else {
            throw HarnessFailure(
                "\(file.lastPathComponent) \(arguments.joined(separator: " ")) ended with "
                    + "\(result.status): \(result.complaint)")
        }
        return String(decoding: result.output, as: UTF8.self)
    }
}
