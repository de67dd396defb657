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

/// The interpreter's loop: LLVM copies the dispatch to the end of every instruction, which it would
/// not do for a `switch` this large by itself. Worth 7 % and more.
let threadedDispatch: [SwiftSetting] = [
    .unsafeFlags([
        "-Xllvm", "-tail-dup-pred-size=10000", "-Xllvm", "-tail-dup-succ-size=10000",
    ])
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
        .executable(name: "martlet", targets: ["martlet"]),
        .executable(name: "martlet-simtee", targets: ["martlet-simtee"]),
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
        .target(
            name: "WasmEngine", dependencies: ["Diagnostics", "Platform", "Wasm"],
            swiftSettings: strict + threadedDispatch),
        room("WASI", ["Bytes", "Diagnostics", "Platform", "Wasm", "WasmEngine"]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        room("Cryptography", ["Bytes", "Diagnostics", "COpenSSL"]),
        room("Vault", ["Bytes", "Diagnostics", "Cryptography", "Platform"]),
        room("Attestation", ["Bytes", "Diagnostics", "Cryptography", "Platform"]),
        room(
            "AttestedTLS",
            ["Bytes", "Diagnostics", "COpenSSL", "Cryptography", "Platform", "Attestation"]),
        room("VaultFileSystem", ["Vault", "WASI"]),
        room("SimulatedTEE", ["Bytes", "Attestation", "Cryptography"]),
        room("PolicyFile", ["Bytes", "Diagnostics", "Attestation"]),
        room("SinglePassCompiler", ["Bytes", "Diagnostics", "Wasm"]),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Attestation",
                "AttestedTLS",
                "Bytes",
                "Cryptography",
                "Diagnostics",
                "Platform",
                "PolicyFile",
                "Vault",
                "VaultFileSystem",
                "WASI",
                "Wasm",
                "WasmEngine",
                argumentParser,
            ],
            swiftSettings: strict, linkerSettings: staticExecutable),
        .executableTarget(
            name: "martlet-simtee",
            dependencies: ["Attestation", "Bytes", "Platform", "SimulatedTEE", argumentParser],
            swiftSettings: strict, linkerSettings: staticExecutable),
        tests("BytesTests", ["Bytes"]),
        .target(
            name: "WasmFuzz", dependencies: ["Wasm"], path: "Fuzz/Wasm",
            sources: ["FuzzText.swift"], swiftSettings: strict),
        tests("WasmTextTests", ["Wasm", "WasmFuzz"]),
        tests("TidyTests", []),
        .target(
            name: "VaultTorture", dependencies: ["Vault", "Cryptography"],
            path: "Tests/VaultTorture", swiftSettings: strict),
        .executableTarget(
            name: "vault-benchmark",
            dependencies: ["COpenSSL", "Cryptography", "Platform", "Vault", "VaultTorture"],
            path: "Benchmarks/Vault", exclude: ["compare-gocryptfs.sh"], swiftSettings: strict),
        .executableTarget(
            name: "martlet-torture", dependencies: ["Vault", "VaultTorture"],
            path: "Tests/TortureCommand", swiftSettings: strict),
        .target(
            name: "VaultFuzz", dependencies: ["Vault"], path: "Fuzz/Vault",
            sources: ["VaultFuzz.swift"], swiftSettings: strict),
        tests(
            "VaultTests",
            ["Bytes", "Cryptography", "Platform", "Vault", "VaultFuzz", "VaultTorture"]),
        tests("PlatformTests", ["Platform"]),
        tests(
            "WASITests",
            ["WASI", "Platform", "Vault", "VaultFileSystem", "VaultTorture"]),
        tests("CryptographyTests", ["Bytes", "Cryptography"]),
        tests(
            "AttestationTests",
            ["Bytes", "Cryptography", "Diagnostics", "Platform", "Attestation"]),
        tests("SimulatedTEETests", ["Bytes", "Attestation", "Cryptography", "SimulatedTEE"]),
        tests("PolicyFileTests", ["Bytes", "Diagnostics", "Attestation", "PolicyFile"]),
        .target(
            name: "AttestationFuzz", dependencies: ["Attestation", "Bytes", "PolicyFile"],
            path: "Fuzz/Attestation", swiftSettings: strict),
        .testTarget(
            name: "VectorTests",
            dependencies: ["Bytes", "Cryptography", "Attestation", "AttestationFuzz"],
            path: "Tests/Conformance/Vectors", swiftSettings: strict),
        .target(
            name: "ChannelKit",
            dependencies: [
                "Attestation", "AttestedTLS", "Bytes", "Cryptography", "Platform", "SimulatedTEE",
            ],
            path: "Tests/ChannelKit", swiftSettings: strict),
        .testTarget(
            name: "AttestedTLSTests",
            dependencies: [
                "Attestation", "AttestedTLS", "Bytes", "ChannelKit", "Cryptography", "Diagnostics",
                "Platform", "SimulatedTEE",
            ],
            exclude: ["Corpus"], swiftSettings: strict),
        .testTarget(
            name: "HostileChannelTests",
            dependencies: [
                "Attestation", "AttestedTLS", "Bytes", "ChannelKit", "ChannelModel",
                "Cryptography", "Platform",
                "SimulatedTEE",
            ],
            path: "Tests/Hostile/Channel", swiftSettings: strict),
        .target(
            name: "ChannelModel", path: "Tests/ChannelModel", swiftSettings: strict),
        .executableTarget(
            name: "channel-model", dependencies: ["ChannelModel"], path: "Tests/ModelCommand",
            swiftSettings: strict),
        .executableTarget(
            name: "channel-benchmark",
            dependencies: ["Attestation", "AttestedTLS", "COpenSSL", "ChannelKit", "Platform"],
            path: "Benchmarks/Channel", exclude: ["RESULTS.md"], swiftSettings: strict),
        tests("WasmTests", ["Bytes", "Diagnostics", "Wasm"]),
        tests("WasmEngineTests", ["Diagnostics", "Wasm", "WasmEngine"]),
        tests("SinglePassCompilerTests", ["SinglePassCompiler"]),
    ]
)
