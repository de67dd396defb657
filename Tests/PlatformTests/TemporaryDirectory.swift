import Foundation
import Platform
import Testing

/// An empty directory that goes with its owner.
final class TemporaryDirectory {
    let path: String
    let descriptor: FileDescriptor

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("martlet-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
        descriptor = try BorrowedDescriptor.currentDirectory.open(
            try #require(PathName(path)), .directory)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
