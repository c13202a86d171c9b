import Daemon
import Foundation
import Testing

/// The rows of the settings, against both man pages and the file that is installed.
@Suite struct SettingDocumentationTests {
    private static func packaged(_ name: String) throws -> String {
        let top = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: top.appending(path: "packaging/\(name)"), encoding: .utf8)
    }

    /// The text of the section up to the next one.
    private static func section(_ title: String, of page: String) throws -> String {
        let start = try #require(page.range(of: "\n.Sh \(title)\n"), "no section \(title)")
        let rest = page[start.upperBound...]
        return String(rest[..<(rest.range(of: "\n.Sh ")?.lowerBound ?? rest.endIndex)])
    }

    /// The texts of the items of a list, by the argument of `.It`.
    private static func items(of section: String) -> [String: String] {
        var items: [String: String] = [:]
        for part in section.components(separatedBy: "\n.It ").dropFirst() {
            let end = part.range(of: "\n.El")?.lowerBound ?? part.endIndex
            let lines = part[..<end].split(separator: "\n", maxSplits: 1)
            items[String(lines[0])] = lines.count > 1 ? String(lines[1]) : ""
        }
        return items
    }

    /// Whether the text has `The default is VALUE`, with or without a macro and quotes.
    private static func says(_ text: String, default value: String) -> Bool {
        let plain =
            text.replacingOccurrences(of: "\\(dq", with: "")
            .replacing(#/\n\.(?:Li|Cm|Pa|Ql) /#, with: "\n").replacingOccurrences(of: "\n", with: " ") + " "
        return [" ", ". ", ", ", "; ", " . ", " , ", " ; "].contains { plain.contains("The default is \(value)\($0)") }
    }

    @Test func everyKeyIsInTheManualOfTheFileWithItsDefault() throws {
        let items = Self.items(of: try Self.section("KEYS", of: Self.packaged("sockserved.toml.5")))
        #expect(Set(items.keys) == Set(Configuration.settings.map { "Li \($0.key)" }))
        for setting in Configuration.settings {
            let value = setting.text(Configuration())
            #expect(Self.says(items["Li \(setting.key)"] ?? "", default: value), "\(setting.key): \(value)")
        }
    }

    @Test func everyFlagIsInTheManualOfTheCommandWithItsDefault() throws {
        let items = Self.items(of: try Self.section("OPTIONS", of: Self.packaged("sockserved.8")))
        for setting in Configuration.settings {
            let start = "Fl " + setting.flag.dropFirst() + " "
            let found = items.filter { $0.key.hasPrefix(start) }
            #expect(found.count == 1, "\(setting.flag)")
            let value = setting.text(Configuration())
            #expect(Self.says(found.first?.value ?? "", default: value), "\(setting.flag): \(value)")
        }
    }

    @Test func everyKeyOfAListenerIsInTheManualOfTheFile() throws {
        let items = Self.items(of: try Self.section("LISTENERS", of: Self.packaged("sockserved.toml.5")))
        #expect(Set(items.keys) == Set(ListenerConfiguration.settings.map { "Li \($0.key)" }))
    }

    @Test func theManualListsWhatWaitsForARestart() throws {
        let section = try Self.section("EFFECT OF A RELOAD", of: Self.packaged("sockserved.toml.5"))
        let listed = section.matches(of: #/(?m)^\.Li ([a-z_]+)/#).map { String($0.1) }
        let waiting = Configuration.settings.filter { $0.takesEffect == .onRestart }.map(\.key)
        #expect(Set(listed) == Set(waiting))
    }

    @Test func theInstalledFileShowsEveryDefault() throws {
        let lines = try Self.packaged("sockserved.toml").split(separator: "\n")
        for setting in Configuration.settings {
            let value = setting.text(Configuration())
            let forms = ["#\(setting.key) = \(value)", "#\(setting.key) = \"\(value)\""]
            #expect(lines.contains { forms.contains(String($0)) }, "\(setting.key): \(value)")
        }
    }
}
