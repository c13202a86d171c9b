import Foundation
import TestSupport
import Testing

/// What the host's journal has kept of the daemon since this was made.
struct Journal {
    private let host: SystemdHost
    private let unit: String
    /// Not a cursor: journalctl 252 skips the first entry after it that matches.
    private let start: String
    /// The MESSAGE_ID of statistics.
    static let statistics = "121ac36409624fe987721acc97c40f62"

    init(_ host: SystemdHost, unit: String = "sockserved.service") {
        self.host = host
        self.unit = unit
        start = String(format: "@%.6f", Date().timeIntervalSince1970)
    }

    /// One entry: each field with its value as text.
    ///
    /// A value that is not text is its bytes as JSON shows them.
    typealias Entry = [String: String]

    /// All entries that match, such as `SYSLOG_IDENTIFIER=sockserved`, oldest first.
    func entries(_ matches: String...) throws -> [Entry] {
        try read(["-o", "json", "--all"] + matches).map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            return object.mapValues { value in
                if let bytes = value as? [Int] {
                    return String(decoding: bytes.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
                }
                return value as? String ?? "\(value)"
            }
        }
    }

    /// The messages alone, for when there are many.
    func messages(_ matches: String...) throws -> [String] {
        try read(["-o", "cat"] + matches)
    }

    /// The messages with their texts from the catalog.
    func explanations(_ matches: String...) throws -> String {
        try read(["-x"] + matches).joined(separator: "\n")
    }

    /// The entries of one client's exchange, by its address, once there are as many as expected.
    func exchange(with peer: String, count: Int = 4) throws -> [Entry] {
        var found: [Entry] = []
        _ = try eventually {
            found = try entries("SOCKSERVED_PEER=\(peer)")
            return found.count >= count
        }
        return found
    }

    /// Waits until an entry matches.
    func has(_ matches: String...) throws -> Bool {
        try eventually { try !read(["-o", "cat", "-n", "1"] + matches).isEmpty }
    }

    /// Waits until that many exchanges have ended.
    func waitForExchanges(_ count: Int) throws {
        let came = try eventually { try messages("MESSAGE=Connection closed").count >= count }
        try #require(came, "fewer than \(count) exchanges")
    }

    /// What of the unit's entries did not come from the daemon's backend or from systemd: text on its output streams.
    func strayOutput() throws -> [String] {
        try read(["-o", "cat", "_TRANSPORT=stdout", "_SYSTEMD_UNIT=\(unit)"])
    }

    /// Expects that what each process said at its end of the messages that it received adds up.
    ///
    /// - Returns: how many messages all processes together received.
    func receivedByAll(location: SourceLocation = #_sourceLocation) throws -> Int {
        var texts: [String: String] = [:]
        for entry in try entries("MESSAGE_ID=\(Self.statistics)") {
            texts[entry["_PID"] ?? "", default: ""] += "\(entry["MESSAGE"] ?? "")\n"
        }
        return texts.values.reduce(0) { sum, text in
            #expect(StatedCounts.accountingFaults(in: text) == [], sourceLocation: location)
            return sum + (StatedCounts.last(in: text)[""]?.received ?? 0)
        }
    }

    private func read(_ arguments: [String]) throws -> [String] {
        try host.succeed("journalctl", "--sync")
        let result = try host.start(
            ["journalctl", "--quiet", "-u", unit] + ["--since", start] + arguments
        )
        .finish()
        // It is 1 when nothing matches.
        guard result.status == 0 || result.output.isEmpty && result.errors.isEmpty else {
            throw CommandFailure(result: result)
        }
        return result.lines
    }
}

extension InstalledHost {
    /// What the journal keeps of the daemon from now on.
    func journal() -> Journal {
        Journal(host)
    }
}
