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

/// Executables are static: one file to copy and measure, and half the start-up time of a dynamic
/// one. The libraries are named because the objects are shared with the (dynamic) test runner.
let staticExecutable: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-executable", "-Xlinker", "--start-group"]
            + [
                "FoundationEssentials", "_FoundationCShims", "_FoundationCollections",
                "swiftCore", "swift_Concurrency", "swiftSynchronization",
                "swift_StringProcessing", "swift_RegexParser",
            ].map { "-l" + $0 }
            + ["-Xlinker", "--end-group"])
]

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
        .target(name: "CPlatform"),
        room("Platform", ["CPlatform"]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        room("Cryptography", ["Bytes", "Diagnostics", "COpenSSL"]),
        room("Vault", ["Bytes", "Diagnostics", "Cryptography", "Platform"]),
        room("Attestation", ["Bytes", "Diagnostics", "Cryptography"]),
        room("SinglePassCompiler", ["Bytes", "Diagnostics", "Wasm"]),
        .executableTarget(
            name: "martlet",
            dependencies: ["Bytes", "Diagnostics", "Platform", "Wasm", argumentParser],
            swiftSettings: strict, linkerSettings: staticExecutable),
        tests("BytesTests", ["Bytes"]),
        tests("TidyTests", []),
        .target(
            name: "VaultTorture", dependencies: ["Vault", "Cryptography"],
            path: "Tests/VaultTorture", swiftSettings: strict),
        .executableTarget(
            name: "martlet-torture", dependencies: ["Vault", "VaultTorture"],
            path: "Tests/TortureCommand", swiftSettings: strict),
        tests("VaultTests", ["Bytes", "Cryptography", "Platform", "Vault", "VaultTorture"]),
        tests("PlatformTests", ["Platform"]),
        tests("CryptographyTests", ["Bytes", "Cryptography"]),
        tests("AttestationTests", ["Bytes", "Cryptography", "Attestation"]),
        .testTarget(
            name: "VectorTests", dependencies: ["Bytes", "Cryptography", "Attestation"],
            path: "Tests/Conformance/Vectors", swiftSettings: strict),
        tests("SinglePassCompilerTests", ["SinglePassCompiler"]),
    ]
)
