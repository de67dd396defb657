import Bytes
import Foundation

/// The shared attestation vectors, found through `MARTLET_SHARED` or beside the package.
enum VectorFiles {
    /// The folder, or `nil` when the vectors are not on this machine.
    static let folder: URL? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["MARTLET_SHARED"]
        let candidates =
            [named.map { URL(filePath: $0) }, package.appending(path: "../shared")]
            + [package.appending(path: "../../shared")]
        let folders = candidates.compactMap { $0?.appending(path: "vectors") }
        return folders.first {
            FileManager.default.fileExists(atPath: $0.appending(path: "manifest.json").path)
        }
    }()

    /// Whether the vectors are here; says so once when they are not.
    static let arePresent: Bool = {
        if folder == nil {
            print("SKIPPED: attestation vectors not found; set MARTLET_SHARED to the shared folder")
        }
        return folder != nil
    }()

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    /// Every case of the manifest.
    static let cases: [VectorCase] = {
        guard arePresent, let bytes = try? bytes("manifest.json"),
            let list = try? JSONReader.decode(bytes[...], limits: .unlimited).member("cases").array(
                "cases")
        else { return [] }
        return list.compactMap { try? VectorCase($0) }
    }()
}
