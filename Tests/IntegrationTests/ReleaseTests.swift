import Foundation
import TestSupport
import Testing

/// The release has one version, that of `Version.swift`, and an entry in CHANGELOG.md.
@Suite struct ReleaseTests {
    @Test func programAndChangelogHaveTheVersionOfTheSource() throws {
        let source = try Checkout.text("Sources/Daemon/Process/Version.swift")
        let version = try #require(source.firstMatch(of: #/static let text = "(\d+\.\d+\.\d+)"\n/#)).1
        #expect(try BuiltProgram.run(["--version"], in: TemporaryDirectory()).output == "sockserved \(version)\n")
        #expect(try Self.releases().first?.version == String(version))
    }

    /// As https://keepachangelog.com/en/1.1.0/ describes it.
    @Test func changelogKeepsItsFormat() throws {
        let text = try Checkout.text("CHANGELOG.md")
        #expect(text.hasPrefix("# Changelog\n"))
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
        let releases = try Self.releases()
        #expect(headings.filter { $0 != "## [Unreleased]" }.count == releases.count)
        #expect(headings.dropFirst().allSatisfy { $0 != "## [Unreleased]" })
        for (newer, older) in zip(releases, releases.dropFirst()) {
            #expect(newer.version.compare(older.version, options: .numeric) == .orderedDescending)
            #expect(newer.date >= older.date)
        }
        let kinds: Set<Substring> = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
        for kind in text.matches(of: #/(?m)^### (.*)$/#) {
            #expect(kinds.contains(kind.1), "\(kind.1)")
        }
    }

    /// Other versions would make another program, on a machine that has not built it yet.
    @Test func dependencyHasAnExactVersion() throws {
        let manifest = try Checkout.text("Package.swift")
        let dependencies = manifest.matches(of: #/\.package\(url: "[^"]+", (.*)\)/#).map { String($0.1) }
        #expect(dependencies.count == 1)
        #expect(dependencies.allSatisfy { $0.wholeMatch(of: #/exact: "\d+\.\d+\.\d+"/#) != nil }, "\(dependencies)")
    }

    /// The versions in CHANGELOG.md with their dates, newest first.
    private static func releases() throws -> [(version: String, date: String)] {
        try Checkout.text("CHANGELOG.md")
            .matches(of: #/(?m)^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/#)
            .map { (String($0.1), String($0.2)) }
    }
}
