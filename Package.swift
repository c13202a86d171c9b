// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// For the clients of tests.
let openssl: [LinkerSetting] = [.linkedLibrary("ssl"), .linkedLibrary("crypto")]

let package = Package(
    name: "sockserved",
    products: [
        .executable(name: "sockserved", targets: ["sockserved"]),
        .library(name: "Systemd", targets: ["Systemd", "Linux"]),
        .library(name: "LogBackends", targets: ["LogBackends", "LogRecords", "Linux"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
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
        // Loads OpenSSL, which is not linked.
        .target(name: "COpenSSL"),
        // Header only: libc and the kernel are linked anyway.
        .systemLibrary(name: "CLinux"),
        .target(name: "Linux", dependencies: ["CLinux"], swiftSettings: settings),
        .target(name: "TLS", dependencies: ["COpenSSL", "Linux"], swiftSettings: settings),
        .target(name: "LogRecords", swiftSettings: settings),
        .target(name: "LogFormats", dependencies: ["LogRecords", "CZlib"], swiftSettings: settings),
        .target(name: "Systemd", dependencies: ["Linux", "CLinux", "CSystemd"], swiftSettings: settings),
        .target(
            name: "LogBackends",
            dependencies: ["LogRecords", "Systemd", "Linux", "CLinux"],
            swiftSettings: settings
        ),
        .target(
            name: "SocketServer",
            dependencies: ["LogRecords", "LogFormats", "LogBackends", "TLS", "Linux", "CLinux"],
            swiftSettings: settings
        ),
        .target(
            name: "Daemon",
            dependencies: ["LogRecords", "LogBackends", "SocketServer", "Systemd", "TLS", "Linux", "CLinux"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "sockserved",
            dependencies: ["Daemon", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings
        ),
        // Counts instructions; see Tests/Benchmarks/instructions/run.
        .executableTarget(
            name: "instructions",
            dependencies: ["LogBackends", "LogFormats", "LogRecords"],
            path: "Tests/Benchmarks/instructions",
            exclude: ["run", "budgets"],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["LogBackends", "LogRecords", "Systemd", "Linux"],
            path: "Tests/TestSupport",
            exclude: ["log-client", "confirmed-client", "make-certificates", "tls-client"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TLSTests",
            dependencies: ["TLS", "COpenSSL", "TestSupport"],
            swiftSettings: settings,
            linkerSettings: openssl
        ),
        .testTarget(name: "LogRecordsTests", dependencies: ["LogRecords", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "LogFormatsTests",
            dependencies: ["LogFormats", "LogRecords", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(name: "SystemdTests", dependencies: ["Systemd", "Linux", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "LogBackendsTests",
            dependencies: ["LogBackends", "LogRecords", "Systemd", "Linux", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["LogFormats", "LogBackends", "LogRecords", "TLS", "COpenSSL", "CZlib"],
            path: "Tests/Fuzz",
            exclude: ["Driver", "certificate.pem", "dictionary", "run", "seeds", "findings"],
            swiftSettings: settings,
            linkerSettings: openssl
        ),
        .testTarget(
            name: "SocketServerTests",
            dependencies: [
                "SocketServer", "LogBackends", "LogFormats", "LogRecords", "Systemd", "TLS", "Linux", "TestSupport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DaemonTests",
            dependencies: ["Daemon", "SocketServer", "LogBackends", "LogRecords", "TLS", "Linux", "TestSupport"],
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
            exclude: ["boot-host", "fetch-newer-systemd", "hello-client", "stream-client"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
