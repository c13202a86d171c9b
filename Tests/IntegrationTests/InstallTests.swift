import Foundation
import TestSupport
import Testing

/// `make install` and `make uninstall` into a directory, with a stand-in for the program.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/make"), "make is not installed"))
struct InstallTests {
    private static let top = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private let root: TemporaryDirectory

    init() throws {
        root = try TemporaryDirectory()
    }

    @Test func putsEverythingInPlace() throws {
        try make("install")
        let units = try FileManager.default.contentsOfDirectory(atPath: Self.top.appending(path: "systemd").path)
            .filter { $0 != "examples" }
            .map { "lib/systemd/system/\($0)" }
        #expect(units.contains("lib/systemd/system/sockserved.service"))
        let dropIns = try FileManager.default.contentsOfDirectory(
            atPath: Self.top.appending(path: "systemd/examples").path
        )
        .map { "systemd/\($0)" }
        let programs = try FileManager.default.contentsOfDirectory(
            atPath: Self.top.appending(path: "packaging/examples").path
        )
        let examples = (programs + dropIns).map { "usr/share/doc/sockserved/examples/\($0)" }
        #expect(examples.contains("usr/share/doc/sockserved/examples/systemd/own-ports.conf"))
        #expect(examples.contains("usr/share/doc/sockserved/examples/rsyslog.conf"))
        #expect(
            try files()
                == Set(units + examples).union([
                    "usr/sbin/sockserved", "usr/lib/systemd/catalog/sockserved.catalog",
                    "usr/share/man/man8/sockserved.8", "usr/share/man/man5/sockserved.toml.5",
                    "usr/share/man/man7/sockserved-formats.7",
                    "usr/share/man/man8/sockserved.service.8", "usr/share/man/man8/sockserved.socket.8",
                    "usr/share/bash-completion/completions/sockserved",
                    "usr/share/doc/sockserved/sockserved-dashboard.json",
                    "etc/sockserved/sockserved.toml", "etc/logrotate.d/sockserved",
                    "etc/logcheck/ignore.d.server/sockserved",
                ])
        )
        for file in try files() {
            let mode = try FileManager.default.attributesOfItem(atPath: root.path(file))[.posixPermissions] as? Int
            #expect(mode == (file == "usr/sbin/sockserved" ? 0o755 : 0o644), "\(file)")
        }
        let service = root.text("lib/systemd/system/sockserved.service")
        #expect(service.contains("\nExecStart=/usr/sbin/sockserved"))
        #expect(!service.contains("/usr/local"))
    }

    @Test func keepsEditedConfigurationAndReplacesTheRest() throws {
        try make("install")
        let kept = [
            "etc/sockserved/sockserved.toml", "etc/logrotate.d/sockserved", "etc/logcheck/ignore.d.server/sockserved",
        ]
        for file in kept + ["usr/share/man/man8/sockserved.8"] {
            try "# edited\n".write(toFile: root.path(file), atomically: false, encoding: .utf8)
        }
        let output = try make("install")
        for file in kept {
            #expect(root.text(file) == "# edited\n")
            #expect(output.contains("Kept \(root.path(file))"))
        }
        #expect(root.text("usr/share/man/man8/sockserved.8") != "# edited\n")
    }

    @Test func uninstallKeepsConfigurationWithoutPurge() throws {
        try make("install")
        let log = root.path("var/log/sockserved/server.log")
        try FileManager.default.createDirectory(
            atPath: root.path("var/log/sockserved"),
            withIntermediateDirectories: true
        )
        try "a record\n".write(toFile: log, atomically: false, encoding: .utf8)
        try make("uninstall")
        #expect(
            try files() == [
                "etc/sockserved/sockserved.toml", "etc/logrotate.d/sockserved",
                "etc/logcheck/ignore.d.server/sockserved", "var/log/sockserved/server.log",
            ]
        )
        try make("uninstall", "PURGE=1")
        #expect(try files() == [])
    }

    @Test func missingProgramIsAnError() throws {
        let (status, _) = try run(["install", "BINARY=\(root.path("none"))"])
        #expect(status != 0)
        #expect(try files() == [])
    }

    // MARK: -

    /// Paths of all files below the root, relative to it.
    private func files() throws -> Set<String> {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        return Set(
            paths.filter { path in
                var isDirectory: ObjCBool = false
                return FileManager.default.fileExists(atPath: root.path(path), isDirectory: &isDirectory)
                    && !isDirectory.boolValue
            }
        )
    }

    @discardableResult
    private func make(_ arguments: String...) throws -> String {
        let (status, output) = try run(arguments + ["BINARY=/bin/true"])
        try #require(status == 0, "\(output)")
        return output
    }

    private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/make")
        process.currentDirectoryURL = Self.top
        process.arguments =
            arguments + [
                "DESTDIR=\(root.path)", "PREFIX=/usr", "UNITDIR=/lib/systemd/system",
                "CATALOGDIR=/usr/lib/systemd/catalog",
            ]
        // The variables of a make that runs the tests do not apply to this one.
        process.environment = ProcessInfo.processInfo.environment
            .filter { !["MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL"].contains($0.key) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
