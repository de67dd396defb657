import KeepProtocol
import Testing

@testable import Keep

@Suite struct GuestFilesTests {
    private func files(
        _ paths: [String], _ files: [String: [UInt8]], limit: UInt64 = 1 << 20
    ) throws -> GuestFiles {
        var manifest = Manifest(name: "test")
        manifest.directories = paths.map { .init(path: $0, storage: .memory(limitBytes: limit)) }
        let workload = try Workload(
            module: [1], manifest: manifest.encoded, policies: PolicySet().encoded)
        return GuestFiles(
            Launch(workload: workload, files: files), NoResources())
    }

    @Test(
        "inputs are where they were sent, and come back under the same paths",
        arguments: [["/in", "/out"], ["/"]])
    func inputsComeBack(paths: [String]) throws {
        let first = paths[0] == "/" ? "/" : paths[0] + "/"
        let sent: [String: [UInt8]] = [
            first + "a": [1], first + "deep/er/b": [2, 3], first + "empty": [],
        ]
        let files = try files(paths, sent)
        try files.open()
        #expect(try files.preopens().map(\.name) == paths)
        #expect(files.contents() == sent)
        #expect(try files.close().isEmpty)
    }

    @Test("a directory whose name begins like another's is another")
    func similarNames() throws {
        let sent: [String: [UInt8]] = ["/in/a": [1], "/input/a": [2]]
        let files = try files(["/in", "/input"], sent)
        try files.open()
        #expect(files.contents() == sent)
    }

    @Test("inputs that do not fit their directory are told, not cut")
    func tooLarge() throws {
        let files = try files(
            ["/in"], ["/in/a": [UInt8](repeating: 1, count: 70_000)], limit: 1 << 16)
        #expect(throws: (any Error).self) { try files.open() }
    }

    @Test("a file where a directory is needed is told")
    func conflict() throws {
        let files = try files(["/in"], ["/in/a": [1], "/in/a/b": [2]])
        #expect(throws: (any Error).self) { try files.open() }
    }
}
