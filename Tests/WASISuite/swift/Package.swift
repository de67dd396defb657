// swift-tools-version: 6.2
import PackageDescription

let embedded: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableExperimentalFeature("Embedded"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
let guestKit = Target.Dependency.product(name: "GuestKit", package: "GuestKit")

/// The suite's cases that are written with GuestKit: they test both sides of the calls.
let package = Package(
    name: "swift",
    dependencies: [.package(path: "../../../Guests/GuestKit")],
    targets: [
        .target(name: "SwiftSuite", dependencies: [guestKit], swiftSettings: embedded),
        .executableTarget(
            name: "swift_files", dependencies: ["SwiftSuite", guestKit], swiftSettings: embedded),
        .executableTarget(
            name: "swift_process", dependencies: ["SwiftSuite", guestKit], swiftSettings: embedded),
    ]
)
