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
    // Generic types are named to the runtime by what they are made of, not by text that it takes apart,
    // looking each conformance up among all the program's: half of the instructions of a small
    // program's start.
    .unsafeFlags(["-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors"]),
    // Release builds too: the tests reach internal declarations, and what `@inlinable package` promises
    // is kept, which Swift 6.3 otherwise leaves out of the module's file: a tenth of the instructions of
    // single-pass compilation (Documentation/Decisions/0069).
    .unsafeFlags(["-enable-testing"]),
]

/// The interpreter's loop: LLVM copies the dispatch to the end of every instruction, which it would
/// not do for a `switch` this large by itself, and then joins the copies' registers, which it gives
/// up after some hundred of them. Worth 7 % and more.
let threadedDispatch: [SwiftSetting] = [
    .unsafeFlags([
        "-Xllvm", "-tail-dup-pred-size=10000", "-Xllvm", "-tail-dup-succ-size=10000",
        "-Xllvm", "-large-interval-freq-threshold=100000",
    ])
]

/// What vector instructions are compiled for: on x86-64 the machines of 2009 and later, which have
/// SSE4.2 (Documentation/Decisions/0005).
#if arch(x86_64)
    let vectorLanes: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v2"])]
#else
    let vectorLanes: [SwiftSetting] = []
#endif

/// A library target in its room under `Sources/`.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of a room, under `Tests/`; `data` names folders that they read from the source tree.
func tests(_ name: String, _ dependencies: [Target.Dependency], data: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: data, swiftSettings: strict)
}

/// Executables are static: one file to copy and measure, and half the start-up time of a dynamic
/// one. The libraries are named because the objects are shared with the (dynamic) test runner.
///
/// Written in large pieces, not through a mapping, the file lies in the page cache in large folios, of
/// which the kernel maps 2 MB at once: a sixth of the time of a small program's start.
let staticExecutable: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-executable", "-Xlinker", "--no-mmap-output-file", "-Xlinker", "--start-group"]
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
        .executable(name: "martlet-keep", targets: ["martlet-keep"]),
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
            name: "WasmEngine", dependencies: ["CPlatform", "Diagnostics", "Platform", "Wasm"],
            swiftSettings: strict + threadedDispatch + vectorLanes),
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
        room("KeepProtocol", ["Bytes", "Diagnostics", "Attestation", "Cryptography"]),
        room(
            "Keep",
            [
                "Bytes", "Diagnostics", "Platform", "Cryptography", "Wasm", "WasmEngine",
                "SinglePassCompiler", "WASI", "Vault", "VaultFileSystem", "Attestation",
                "AttestedTLS", "KeepProtocol",
            ]),
        .executableTarget(
            name: "martlet-keep",
            dependencies: [
                "Attestation", "Bytes", "CFirstProcess", "Diagnostics", "Keep", "KeepProtocol",
                "Platform",
            ],
            swiftSettings: strict, linkerSettings: staticExecutable),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CFirstProcess"),
        room("Host", ["Bytes", "Diagnostics", "Platform", "CZlib"]),
        room("SinglePassCompiler", ["Bytes", "Diagnostics", "Wasm", "WasmEngine"]),
        room("OptimizingCompiler", ["Diagnostics", "Platform", "Wasm", "WasmEngine"]),
        room(
            "KeepClient",
            [
                "Bytes", "Diagnostics", "Platform", "Cryptography", "Attestation", "AttestedTLS",
                "KeepProtocol",
            ]),
        room("ManifestFile", ["Bytes", "Diagnostics", "KeepProtocol"]),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Attestation",
                "AttestedTLS",
                "Bytes",
                "Cryptography",
                "Diagnostics",
                "Host",
                "KeepClient",
                "KeepProtocol",
                "ManifestFile",
                "OptimizingCompiler",
                "Platform",
                "PolicyFile",
                "SinglePassCompiler",
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
            dependencies: [
                "Attestation", "Bytes", "Cryptography", "Diagnostics", "Platform", "SimulatedTEE",
                argumentParser,
            ],
            swiftSettings: strict, linkerSettings: staticExecutable),
        tests("BytesTests", ["Bytes"]),
        .target(
            name: "WasmFuzz", dependencies: ["Wasm"], path: "Fuzz/Wasm",
            exclude: ["DecodeAndValidate.swift"], swiftSettings: strict),
        .testTarget(
            name: "WasmTextTests", dependencies: ["Wasm", "WasmFuzz"], exclude: ["Corpus"],
            swiftSettings: strict),
        tests("TidyTests", []),
        .target(
            name: "VaultTorture", dependencies: ["Vault", "Cryptography"],
            path: "Tests/VaultTorture", swiftSettings: strict),
        .executableTarget(
            name: "vault-benchmark",
            dependencies: ["COpenSSL", "Cryptography", "Platform", "Vault", "VaultTorture"],
            path: "Benchmarks/Vault",
            exclude: ["compare.py", "compare-gocryptfs.sh", "RESULTS.md", "Results"],
            swiftSettings: strict),
        .executableTarget(
            name: "martlet-torture", dependencies: ["Vault", "VaultTorture"],
            path: "Tests/TortureCommand", swiftSettings: strict),
        .target(
            name: "VaultFuzz", dependencies: ["Vault"], path: "Fuzz/Vault",
            exclude: ["Targets"], swiftSettings: strict),
        tests(
            "VaultTests",
            ["Bytes", "Cryptography", "Platform", "Vault", "VaultFuzz", "VaultTorture"],
            data: ["Corpus"]),
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
            name: "AttestationFuzz",
            dependencies: ["Attestation", "Bytes", "Cryptography", "Diagnostics", "PolicyFile"],
            path: "Fuzz/Attestation", exclude: ["LibFuzzer.swift"], swiftSettings: strict),
        .executableTarget(
            name: "attestation-benchmark",
            dependencies: ["Attestation", "AttestationFuzz", "Bytes"],
            path: "Benchmarks/Attestation", exclude: ["RESULTS.md"], swiftSettings: strict),
        .testTarget(
            name: "VectorTests",
            dependencies: [
                "Bytes", "Cryptography", "Diagnostics", "Attestation", "AttestationFuzz",
                "PolicyFile",
            ],
            path: "Tests/Conformance/Vectors", exclude: ["Corpus"], swiftSettings: strict),
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
        tests("WasmTests", ["Bytes", "Diagnostics", "Wasm"], data: ["Corpus"]),
        tests("KeepProtocolTests", ["Bytes", "Attestation", "Cryptography", "KeepProtocol"]),
        tests("HostTests", ["Bytes", "Diagnostics", "Host", "Platform"]),
        tests(
            "KeepTests",
            [
                "Attestation", "AttestedTLS", "ChannelKit", "Cryptography", "Diagnostics", "Keep",
                "KeepClient", "KeepProtocol", "Platform", "SinglePassCompiler", "Wasm",
                "WasmEngine",
            ]),
        .target(
            name: "KeepFuzz",
            dependencies: [
                "Attestation", "Bytes", "Cryptography", "Diagnostics", "Host", "KeepProtocol",
                "ManifestFile", "WasmEngine",
            ],
            path: "Fuzz/Keep", exclude: ["LibFuzzer.swift"], swiftSettings: strict),
        .testTarget(
            name: "KeepFuzzTests",
            dependencies: ["Bytes", "KeepFuzz"], exclude: ["Corpus"], swiftSettings: strict),
        tests("ManifestFileTests", ["Bytes", "Diagnostics", "KeepProtocol", "ManifestFile"]),
        .target(
            name: "EngineFuzz", dependencies: ["Wasm", "WasmEngine"], path: "Fuzz/Engine",
            swiftSettings: strict),
        .testTarget(
            name: "WasmEngineTests",
            dependencies: ["Bytes", "Diagnostics", "EngineFuzz", "Platform", "Wasm", "WasmEngine"],
            exclude: ["Corpus"], swiftSettings: strict),
        tests(
            "SinglePassCompilerTests", ["SinglePassCompiler", "Wasm", "WasmEngine"],
            data: ["Goldens"]),
        .target(
            name: "TierOracle",
            dependencies: ["OptimizingCompiler", "SinglePassCompiler", "Wasm", "WasmEngine"],
            path: "Fuzz/Tiers", exclude: ["compare-wasmtime.py"], swiftSettings: strict),
        .executableTarget(
            name: "tier-oracle", dependencies: ["TierOracle"], path: "Fuzz/TiersCommand",
            swiftSettings: strict),
        .executableTarget(
            name: "call-benchmark",
            dependencies: ["Platform", "SinglePassCompiler", "Wasm", "WasmEngine"],
            path: "Benchmarks/Calls", exclude: ["RESULTS.md"], swiftSettings: strict,
            linkerSettings: staticExecutable),
        .executableTarget(
            name: "compile-benchmark",
            dependencies: ["Platform", "SinglePassCompiler", "Wasm", "WasmEngine"],
            path: "Benchmarks/Compiling", exclude: ["RESULTS.md"], swiftSettings: strict,
            linkerSettings: staticExecutable),
        tests(
            "TierTests",
            [
                "Diagnostics", "OptimizingCompiler", "Platform", "SinglePassCompiler", "TierOracle",
                "Wasm", "WasmEngine",
            ]),
        tests(
            "OptimizingCompilerTests",
            ["OptimizingCompiler", "Platform", "TierOracle", "Wasm", "WasmEngine"]),
    ]
)
