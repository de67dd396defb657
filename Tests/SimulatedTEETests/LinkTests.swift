import Foundation
import Testing

/// The simulated TEE is in its own executable and in no other: evidence that proves nothing can not
/// come out of a release product.
@Suite struct LinkTests {
    private static let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

    private static func names(_ product: String) -> Bool? {
        guard let data = try? Data(contentsOf: folder.appending(path: product)) else { return nil }
        // Mangled names of the target's symbols and types begin with its length and name.
        return data.range(of: Data("12SimulatedTEE".utf8)) != nil
    }

    @Test(
        "no product but martlet-simtee links it",
        arguments: ["martlet", "martlet-keep", "martlet-attestation"])
    func absent(product: String) {
        guard let found = Self.names(product) else {
            print("SKIPPED: \(product) is not built here")
            return
        }
        #expect(!found)
    }

    @Test("the search finds it where it is")
    func present() {
        guard let found = Self.names("martlet-simtee") else {
            print("SKIPPED: martlet-simtee is not built here")
            return
        }
        #expect(found)
    }
}
