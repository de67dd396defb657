import Foundation
import Platform
import Testing

@testable import Host

@Suite("What a killed host left behind")
struct HostLeftoversTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "leftovers-\(UInt64.random(in: 0...UInt64.max))").path

    private func name(_ text: String) throws -> PathName {
        try #require(PathName("\(directory)/\(text)"))
    }

    private func image(_ text: String) throws -> FileDescriptor {
        try BorrowedDescriptor.currentDirectory.open(
            name(text), [.readWrite, .create], mode: 0o600)
    }

    private var left: Set<String> {
        Set(FileManager.default.subpaths(atPath: directory) ?? [])
    }

    @Test("doors without a keep and spare images without a machine go; all else stays")
    func removal() throws {
        try HostDirectories.make("\(directory)/vaults/owner")
        defer { try? FileManager.default.removeItem(atPath: directory) }
        _ = try LocalSocket.listen(at: name("k1.sock"))
        let live = try LocalSocket.listen(at: name("k2.sock"))
        _ = try image("notes.txt")
        _ = try image("vaults/owner/0.spare")
        let locked = try image("vaults/owner/1.spare")
        try locked.borrowed.lockExclusively()
        let hole = try image("vaults/owner/2.spare")
        try hole.borrowed.setSize(1 << 20)
        let written = try image("vaults/owner/3.spare")
        try written.borrowed.setSize(1 << 20)
        try written.borrowed.writeAll([1])
        _ = try image("vaults/owner/notes.vault")
        HostLeftovers.remove(in: directory)
        #expect(
            left == [
                "k2.sock", "notes.txt", "vaults", "vaults/owner", "vaults/owner/1.spare",
                "vaults/owner/3.spare", "vaults/owner/notes.vault",
            ])
        // All live to this place.
        #expect([live.number, locked.number, hole.number, written.number].allSatisfy { $0 >= 0 })
    }

    @Test("a link named like an image, and a directory that is not there, do no harm")
    func links() throws {
        try HostDirectories.make("\(directory)/vaults/owner")
        defer { try? FileManager.default.removeItem(atPath: directory) }
        _ = try image("precious")
        let target = try name("precious")
        try BorrowedDescriptor.currentDirectory.makeSymbolicLink(
            name("vaults/owner/0.spare"), to: target)
        HostLeftovers.remove(in: directory)
        HostLeftovers.remove(in: "\(directory)/nowhere")
        #expect(left.isSuperset(of: ["precious", "vaults/owner/0.spare"]))
    }
}
