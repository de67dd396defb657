// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 mode, memory safety spelled out, no warning tolerated.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library target in its room under `Sources/`.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of a room, under `Tests/`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        room("Bytes"),
        room("Diagnostics"),
        room("Wasm", ["Bytes", "Diagnostics"]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        room("Cryptography", ["Bytes", "Diagnostics", "COpenSSL"]),
        room("Vault", ["Bytes", "Diagnostics", "Cryptography"]),
        .executableTarget(
            name: "martlet",
            dependencies: ["Bytes", "Diagnostics", "Wasm", argumentParser],
            swiftSettings: strict),
        tests("BytesTests", ["Bytes"]),
        tests("TidyTests", []),
        .target(
            name: "VaultTorture", dependencies: ["Vault", "Cryptography"],
            path: "Tests/VaultTorture", swiftSettings: strict),
        tests("VaultTests", ["Bytes", "Cryptography", "Vault", "VaultTorture"]),
        tests("CryptographyTests", ["Bytes", "Cryptography"]),
    ]
)
