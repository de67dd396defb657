// swift-tools-version: 6.2
import PackageDescription

/// Embedded Swift in Swift 6 mode; warnings are errors. `Guests/build.sh` adds triple and toolset.
let embedded: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableExperimentalFeature("Embedded"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "GuestKit",
    products: [
        .library(name: "GuestKit", targets: ["GuestKit"]),
        .library(name: "GuestSockets", targets: ["GuestSockets"]),
        .library(name: "GuestRuntime", targets: ["GuestRuntime"]),
    ],
    targets: [
        .target(name: "GuestRuntime"),
        .target(
            name: "GuestKit",
            dependencies: ["GuestRuntime"],
            swiftSettings: embedded,
            linkerSettings: [.linkedLibrary("swiftUnicodeDataTables")]),
        .target(
            name: "GuestSockets",
            dependencies: ["GuestKit", "GuestRuntime"],
            swiftSettings: embedded),
    ]
)
