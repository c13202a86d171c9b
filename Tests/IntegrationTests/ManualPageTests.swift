import Foundation
import Testing

/// The man pages, compared with the program's own help.
@Suite struct ManualPageTests {
    @Test func everyFlagIsInTheManualAndNoOther() throws {
        let flags = try Self.flags()
        let page = try Self.page("sockserved.8")
        #expect(Set(page.matches(of: #/(?m)^\.It Fl -([a-z-]+)/#).map { String($0.1) }) == flags)
        #expect(Set(page.matches(of: #/Fl -([a-z-]+)/#).map { String($0.1) }) == flags)
        let synopsis = try #require(page.firstMatch(of: #/\.Sh SYNOPSIS\n((?s).*?)\.Sh /#)).1
        let shown = synopsis.matches(of: #/(?:Fl|\|) -([a-z-]+)/#).map { String($0.1) }
        #expect(Set(shown) == flags)
    }

    @Test func everyFlagIsAKeyOfTheConfigurationFile() throws {
        let only = ["check-config", "config", "help", "listen", "quiet", "version"]
        let keys = try Self.flags().subtracting(only).map { $0.replacing("-", with: "_") }
        let page = try Self.page("sockserved.toml.5")
        let section = try #require(page.firstMatch(of: #/\.Sh KEYS\n((?s).*?)\.Sh /#)).1
        let described = Set(section.matches(of: #/(?m)^\.It Li ([a-z_]+)$/#).map { String($0.1) })
        #expect(described == Set(keys))
    }

    @Test func pagesCarryTheVersion() throws {
        let version = try Self.output(of: "--version").trimmingCharacters(in: .whitespacesAndNewlines)
        for name in ["sockserved.8", "sockserved.toml.5", "sockserved-formats.7"] {
            #expect(try Self.page(name).contains("\n.Os \(version)\n"), "\(name)")
        }
    }

    // MARK: -

    private static func page(_ name: String) throws -> String {
        let top = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: top.appending(path: "packaging/\(name)"), encoding: .utf8)
    }

    /// What the program prints with one option.
    private static func output(of option: String) throws -> String {
        // SwiftPM builds the program next to the tests.
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: tests).deletingLastPathComponent().appending(path: "sockserved")
        process.arguments = [option]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text
    }

    /// The long flags that `--help` lists.
    static func flags() throws -> Set<String> {
        let text = try output(of: "--help")
        // Where the list has them, not where prose mentions one.
        let flags = text.matches(of: #/(?m)^\s+(?:-[a-z], )?--([a-z][a-z-]*)/#).map { String($0.1) }
        try #require(flags.contains("listen"), "--help lists no flags: \(text)")
        return Set(flags)
    }
}
