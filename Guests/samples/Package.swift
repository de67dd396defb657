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
let guestSockets = Target.Dependency.product(name: "GuestSockets", package: "GuestKit")

let package = Package(
    name: "samples",
    dependencies: [.package(path: "../GuestKit")],
    targets: [
        .executableTarget(name: "hello", dependencies: [guestKit], swiftSettings: embedded),
        .executableTarget(name: "wc", dependencies: [guestKit], swiftSettings: embedded),
        .target(name: "EchoServer", dependencies: [guestKit], swiftSettings: embedded),
        .executableTarget(
            name: "echo", dependencies: ["EchoServer", guestKit], swiftSettings: embedded),
        .executableTarget(
            name: "echo-sockets", dependencies: ["EchoServer", guestKit, guestSockets],
            swiftSettings: embedded),
    ]
)
