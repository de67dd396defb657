// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the engine's package stays free of what only benchmarks need.
let package = Package(
    name: "benchmark-harness",
    products: [.executable(name: "bench", targets: ["bench"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .executableTarget(
            name: "bench",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser")
            ],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]),
        .testTarget(name: "benchTests", dependencies: ["bench"]),
        .executableTarget(name: "measure"),
        .executableTarget(name: "wasmtime-runner"),
    ]
)
