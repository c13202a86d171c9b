import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// What `journalctl` shows of a conversation.
    @Suite
    struct JournalTests {
        @Test
        func conversationIsFourRecordsWithAllTheirFields() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let answer = try installed.hello("Hello, server!")
                let entries = try journal.exchange(with: answer.peer)
                #expect(
                    entries.map { $0["MESSAGE"] } == [
                        "Connection established with \(answer.peer)", "Received data: Hello, server!",
                        "Sent data: Hello, client!", "Connection closed",
                    ]
                )
                #expect(entries.map { $0["PRIORITY"] } == ["6", "7", "7", "6"])
                #expect(entries.map { $0["SOCKSERVED_DATA"] } == [nil, "Hello, server!", "Hello, client!", nil])
                #expect(Set(entries.compactMap { $0["MESSAGE_ID"] }).count == 4)
                #expect(Set(entries.map { $0["SOCKSERVED_CONNECTION"] }).count == 1)
                for entry in entries {
                    #expect(entry["SYSLOG_IDENTIFIER"] == "sockserved")
                    #expect(entry["SYSLOG_FACILITY"] == "3")
                    #expect(entry["SOCKSERVED_PROTOCOL"] == "hello")
                    #expect(entry["SOCKSERVED_LISTENER"] == "sockserved.socket")
                    #expect(entry["SOCKSERVED_PEER_ADDRESS"] == "127.0.0.1")
                    #expect(entry["SOCKSERVED_PEER_PORT"] == answer.peer.split(separator: ":").last.map(String.init))
                    #expect(entry["SOCKSERVED_CONNECTION"].flatMap(Int.init) != nil)
                    #expect(entry["_SYSTEMD_UNIT"] == "sockserved.service")
                    #expect(entry["_TRANSPORT"] == "journal")
                    #expect(try entry["_PID"] == installed.property("MainPID"))
                }
                #expect(entries.last?["SOCKSERVED_BYTES_RECEIVED"] == "14")
                #expect(entries.last?["SOCKSERVED_BYTES_SENT"] == "14")
                let duration = entries.last?["SOCKSERVED_DURATION_USEC"].flatMap(Int.init)
                #expect(try (1..<20_000_000).contains(#require(duration)))
            }
        }

        @Test
        func nothingBesideTheRecordsIsPrinted() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                _ = try installed.hello()
                try installed.systemctl("reload", "sockserved.service")
                _ = try installed.hello()
                try installed.systemctl("stop", "sockserved.service")
                #expect(try journal.strayOutput() == [])
                // The counts, so that an empty journal does not pass.
                #expect(try journal.messages("MESSAGE=Connection closed").count == 2)
            }
        }

        @Test
        func dataIsKeptByteForByteAndShownInOneLine() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let data = "two\nlines, a \u{1B}[31mcolour, ünïcödé"
                let answer = try installed.hello(data)
                let received = try #require(journal.exchange(with: answer.peer).dropFirst().first)
                #expect(received["SOCKSERVED_DATA"] == data)
                #expect(received["MESSAGE"] == #"Received data: two\nlines, a \x1b[31mcolour, ünïcödé"#)
            }
        }

        @Test
        func catalogExplainsEachKindOfRecord() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let answer = try installed.hello()
                _ = try journal.exchange(with: answer.peer)
                let text = try journal.explanations("SOCKSERVED_PEER=\(answer.peer)")
                #expect(text.components(separatedBy: "Defined-By: sockserved").count == 5, "\(text)")
                #expect(text.contains("Documentation: man:sockserved(8)"))
                #expect(text.contains(answer.peer))
                #expect(!text.contains(/@[A-Z_]+@/), "\(text)")
            }
        }

        @Test
        func everyEventOfARunIsExplained() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                _ = try installed.hello()
                try installed.systemctl("reload", "sockserved.service")
                try installed.systemctl("stop", "sockserved.service")
                let ids = try Set(
                    journal.entries("_TRANSPORT=journal", "_COMM=sockserved").map { $0["MESSAGE_ID"] ?? "none" }
                )
                #expect(ids.count > 5)
                for id in ids {
                    let text = try installed.host.run("journalctl", "--dump-catalog", id).output
                    #expect(text.contains("Defined-By: sockserved"), "\(id)")
                }
            }
        }

        @Test
        func recordsOfManyClientsAtOnceAreEachInOrder() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad(clients: 8) {
                    try journal.waitForExchanges(100)
                }
                #expect(load.failures == [])
                #expect(
                    try eventually {
                        try journal.messages("MESSAGE=Connection closed").count == load.answered.count
                    }
                )
                let entries = try journal.entries("SOCKSERVED_PROTOCOL=hello", "SYSLOG_IDENTIFIER=sockserved")
                let exchanges = Dictionary(grouping: entries.filter { $0["SOCKSERVED_PEER"] != nil }) {
                    $0["SOCKSERVED_CONNECTION"]
                }
                #expect(exchanges.count == load.answered.count)
                let order = ["Connection established", "Received data:", "Sent data:", "Connection closed"]
                let disordered = exchanges.values.map { exchange in
                    exchange.compactMap { $0["MESSAGE"]?.split(separator: " ").prefix(2).joined(separator: " ") }
                }.filter { $0 != order }
                #expect(disordered.isEmpty, "\(disordered.count), such as \(disordered.prefix(1))")
            }
        }
    }
}
