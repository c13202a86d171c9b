// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "sockserved",
    products: [
        .executable(name: "sockserved", targets: ["sockserved"]),
        .library(name: "Systemd", targets: ["Systemd"]),
        .library(name: "LogBackends", targets: ["LogBackends", "LogRecords"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .systemLibrary(
            name: "CSystemd",
            pkgConfig: "libsystemd",
            providers: [.apt(["libsystemd-dev"]), .yum(["systemd-devel"])]
        ),
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"])]
        ),
        .target(name: "LogRecords", swiftSettings: settings),
        .target(name: "LogFormats", dependencies: ["LogRecords", "CZlib"], swiftSettings: settings),
        .target(name: "Systemd", dependencies: ["CSystemd"], swiftSettings: settings),
        .target(name: "LogBackends", dependencies: ["LogRecords", "Systemd", "CSystemd"], swiftSettings: settings),
        .target(
            name: "SocketServer",
            dependencies: ["LogRecords", "LogFormats", "LogBackends", "Systemd", "CSystemd"],
            swiftSettings: settings
        ),
        .target(
            name: "Daemon",
            dependencies: ["LogRecords", "LogBackends", "SocketServer", "Systemd", "CSystemd"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "sockserved",
            dependencies: ["Daemon", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["LogBackends", "LogRecords", "Systemd"],
            path: "Tests/TestSupport",
            exclude: ["log-client", "confirmed-client"],
            swiftSettings: settings
        ),
        .testTarget(name: "LogRecordsTests", dependencies: ["LogRecords", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "LogFormatsTests",
            dependencies: ["LogFormats", "LogRecords", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(name: "SystemdTests", dependencies: ["Systemd", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "LogBackendsTests",
            dependencies: ["LogBackends", "LogRecords", "Systemd", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["LogFormats", "LogBackends", "LogRecords", "CZlib"],
            path: "Tests/Fuzz",
            exclude: ["Driver", "dictionary", "run", "seeds", "findings"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SocketServerTests",
            dependencies: ["SocketServer", "LogBackends", "LogFormats", "LogRecords", "Systemd", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DaemonTests",
            dependencies: ["Daemon", "SocketServer", "LogBackends", "LogRecords", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["sockserved", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: ["sockserved", "TestSupport"],
            exclude: ["boot-host", "hello-client"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
