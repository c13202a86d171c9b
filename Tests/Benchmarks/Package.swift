// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// A package of its own and without dependencies, so that users of sockserved do not build it and it builds in seconds.
let package = Package(
    name: "Benchmarks",
    targets: [
        .target(name: "CBench", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "BenchSupport", dependencies: ["CBench"], swiftSettings: settings),
        .executableTarget(name: "hello-bench", dependencies: ["BenchSupport", "CBench"], swiftSettings: settings),
        .executableTarget(name: "intake-bench", dependencies: ["BenchSupport", "CBench"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
