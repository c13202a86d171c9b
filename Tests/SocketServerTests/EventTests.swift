import Foundation
import LogRecords
import SocketServer
import TestSupport
import Testing

/// The daemon's events as they are written in the source, against the message catalog that explains them.
@Suite struct EventTests {
    @Test func idsAreValidAndUnique() throws {
        let events = try Self.events()
        #expect(events.contains { $0.id == "\(Event.connectionEstablished.messageID)" })
        #expect(Set(events.map(\.id)).count == events.count)
        #expect(Set(events.map(\.name)).count == events.count)
        for event in events {
            #expect(try #/[0-9a-f]{32}/#.wholeMatch(in: event.id) != nil, "\(event.name)")
            #expect(event.id.contains { $0 != "0" }, "\(event.name): journald reserves the null id")
            #expect(try #/[a-z]+(-[a-z]+)*/#.wholeMatch(in: event.name) != nil, "\(event.name)")
        }
    }

    @Test func catalogExplainsEachEventAndNothingElse() throws {
        let entries = try Self.catalog()
        #expect(Set(entries.keys) == Set(try Self.events().map(\.id)))
        for (id, lines) in entries {
            let header = lines.prefix { !$0.isEmpty }
            let body = lines.dropFirst(header.count).joined(separator: "\n")
            let subject = header.first { $0.hasPrefix("Subject: ") }
            #expect((subject?.count ?? 0) > "Subject: ".count, "\(id) has no subject")
            #expect(header.contains("Defined-By: sockserved"), "\(id)")
            #expect(header.contains("Documentation: man:sockserved(8)"), "\(id)")

            let names = body.matches(of: #/@([^@\s]+)@/#).map { String($0.1) }
            #expect(!names.isEmpty, "\(id) mentions no field")
            #expect(Set(names).subtracting(Self.fields) == [], "\(id) mentions fields that no record has")
            #expect(body.count { $0 == "@" } == names.count * 2, "\(id) has an @ that ends no field")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: journalctl), "journalctl is not installed"))
    func journalctlCompilesTheCatalog() throws {
        let root = try TemporaryDirectory()
        let directory = root.path("usr/lib/systemd/catalog")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Self.catalogFile, to: URL(filePath: directory + "/sockserved.catalog"))
        #expect(try Self.run(["--root=\(root.path)", "--update-catalog"]).isEmpty)
        let listed = try Self.run(["--root=\(root.path)", "--list-catalog"]).split(separator: "\n")
        let events = try Self.events()
        #expect(listed.count == events.count)
        for event in events {
            #expect(listed.contains { $0.hasPrefix("\(event.id) sockserved: ") }, "\(event.name)")
        }
    }

    // MARK: -

    private static let journalctl = "/usr/bin/journalctl"

    private static let top = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let catalogFile = top.appending(path: "packaging/sockserved.catalog")

    /// What a text of the catalog may refer to: fields that records carry, and the daemon's pid and unit, which journald
    /// adds.
    private static let fields: Set<String> = [
        "MESSAGE", "_PID", "_SYSTEMD_UNIT", "SOCKSERVED_LISTENER", "SOCKSERVED_PROTOCOL", "SOCKSERVED_PEER",
        "SOCKSERVED_CONNECTION",
        FieldKey.bytesReceived.journal(prefix: "SOCKSERVED_"), FieldKey.bytesSent.journal(prefix: "SOCKSERVED_"),
        FieldKey.duration.journal(prefix: "SOCKSERVED_"),
        FieldKey.errno.journal(prefix: "SOCKSERVED_"), FieldKey.dropped.journal(prefix: "SOCKSERVED_"),
        FieldKey.heldBack.journal(prefix: "SOCKSERVED_"),
    ]

    /// Read from the source, so that an event added there cannot be forgotten here.
    private static func events() throws -> [(name: String, id: String)] {
        let file = top.appending(path: "Sources/SocketServer/Recording/Event+Sockserved.swift")
        let source = try String(contentsOf: file, encoding: .utf8)
        let events = source.matches(of: #/Event\(\s*name: "([^"]*)",\s*messageID: "([^"]*)"\s*\)/#)
            .map { (name: String($0.1), id: String($0.2)) }
        try #require(events.count == source.matches(of: #/static let /#).count, "an event is written in another way")
        try #require(!events.isEmpty)
        return events
    }

    /// The lines of each entry after the one with its id, without comments.
    private static func catalog() throws -> [String: [Substring]] {
        let text = try String(contentsOf: catalogFile, encoding: .utf8)
        var entries: [String: [Substring]] = [:]
        var id: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
            if line.hasPrefix("-- ") {
                let name = String(line.dropFirst(3))
                try #require(entries[name] == nil, "\(name) is in the catalog twice")
                entries[name] = []
                id = name
            } else if let id {
                entries[id]?.append(line)
            }
        }
        return entries
    }

    private static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: journalctl)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        return text
    }
}
