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

/// A program of one file in a folder of that name.
func example(_ name: String, _ source: String) -> Target {
    .executableTarget(
        name: name, dependencies: [.product(name: "GuestKit", package: "GuestKit")], path: name,
        exclude: ["Martlet.toml", "README.md"], sources: [source], swiftSettings: embedded)
}

let package = Package(
    name: "examples",
    dependencies: [.package(path: "../Guests/GuestKit")],
    targets: [
        example("wordcount", "WordCount.swift"),
        example("webpage", "WebPage.swift"),
        example("intersection", "Intersection.swift"),
    ]
)
