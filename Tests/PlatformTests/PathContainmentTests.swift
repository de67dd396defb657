import Foundation
import Platform
import Testing

@Suite("openBeneath")
final class PathContainmentTests {
    let outer: TemporaryDirectory
    let inner: FileDescriptor

    init() throws {
        outer = try TemporaryDirectory()
        try "secret".write(toFile: outer.path + "/secret", atomically: false, encoding: .utf8)
        try FileManager.default.createDirectory(
            atPath: outer.path + "/inner/deep", withIntermediateDirectories: true)
        try "plain".write(toFile: outer.path + "/inner/plain", atomically: false, encoding: .utf8)
        inner = try outer.descriptor.borrowed.open("inner", .directory)
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: outer.path + "/inner/" + name, withDestinationPath: target)
    }

    @Test("a name inside opens, also through .. and links that stay inside")
    func inside() throws {
        try link("within", to: "deep/../plain")
        for path in ["plain", "deep/../plain", "./plain", "within"] {
            let file = try inner.borrowed.openBeneath(try #require(PathName(path)), .readOnly)
            #expect(try file.borrowed.readAll(limitBytes: 100) == Array("plain".utf8))
        }
    }

    @Test(
        "every way out is refused with EXDEV",
        arguments: ["../secret", "deep/../../secret", "/etc/passwd", "up", "absolute", "up/secret"])
    func outside(path: String) throws {
        try link("up", to: "..")
        try link("absolute", to: "/etc/passwd")
        #expect(throws: Errno.EXDEV) {
            _ = try inner.borrowed.openBeneath(try #require(PathName(path)), .readOnly)
        }
    }

    @Test("a link in the last place is not followed when so asked")
    func noFollow() throws {
        try link("within", to: "plain")
        #expect(throws: Errno.ELOOP) {
            _ = try inner.borrowed.openBeneath("within", .noFollow)
        }
    }

    @Test("while another thread swaps a directory for a link to the outside, nothing leaks")
    func race() async throws {
        try FileManager.default.createDirectory(
            atPath: outer.path + "/inner/trap", withIntermediateDirectories: false)
        try "plain".write(
            toFile: outer.path + "/inner/trap/secret", atomically: false, encoding: .utf8)
        try link("out", to: "..")
        let base = outer.path + "/inner/"
        let swapper = Task.detached {
            for _ in 0..<3000 {
                unsafe rename(base + "trap", base + "spare")
                unsafe rename(base + "out", base + "trap")
                unsafe rename(base + "trap", base + "out")
                unsafe rename(base + "spare", base + "trap")
            }
        }
        var opened = 0
        for _ in 0..<3000 {
            guard let file = try? inner.borrowed.openBeneath("trap/secret", .readOnly) else {
                continue
            }
            opened += 1
            #expect(try file.borrowed.readAll(limitBytes: 100) == Array("plain".utf8))
        }
        await swapper.value
        #expect(opened > 0)
    }
}
