import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The output of `journalctl -o json` for messages of Python programs to the installed sockets.
    @Suite
    struct LogClientTests {
        private static let hasPython = LogClient.python != nil
        private static let hasPackages = hasPython && LogClient.packages != nil

        @Test(
            .enabled(if: hasPython, "python3 is not installed"),
            arguments: [
                "tcp:127.0.0.1:9020", "udp:127.0.0.1:9021", "unix:/run/sockserved-python.sock",
                "unixgram:/run/sockserved-python.dgram",
            ]
        )
        func pythonHandlers(address: String) throws {
            try InstalledHost.usingSockets(of: "python") { installed, journal in
                let client = try installed.log("python", to: address)
                let entries = try journal.messages(in: "python", count: 5)
                try #require(entries.count == 5)
                #expect(entries.map { $0["PRIORITY"] } == ["7", "4", "3", "6", "2"])
                #expect(entries.map { $0["LEVEL_NUMBER"] } == ["10", "30", "40", "20", "50"])
                for (entry, level) in zip(entries, ["debug", "warning", "error", "info", "critical"]) {
                    #expect(entry["LEVEL_NAME"] == level.uppercased())
                    #expect(entry["CODE_LINE"].flatMap { Int($0) } == client.lines[level])
                    #expect(entry["CODE_FILE"] == client.file)
                    #expect(entry["CODE_FUNC"] == "<module>")
                    #expect(entry["LOGGER"] == "shop.billing")
                    #expect(entry["SYSLOG_PID"] == "\(client.pid)")
                    #expect(entry["PROCESS_NAME"] == "MainProcess")
                    #expect(entry["THREAD_NAME"] == "MainThread")
                    #expect(entry["SYSLOG_IDENTIFIER"] == "shop.billing")
                    #expect(entry["SOCKSERVED_LISTENER"] == "python")
                    #expect(entry["_SYSTEMD_UNIT"] == "sockserved.service")
                    try entry.expectNow()
                }
                #expect(entries[0]["MESSAGE"] == "first of 5")
                #expect(entries[1]["MESSAGE"] == "Grüße, 世界 🎉")
                try expectTraceback(entries[2], client)
                #expect(entries[3]["MESSAGE"] == "order A-17")
                expectExtra(entries[3])
                // Python makes a date by a call; nothing is called here, and what the call would be given is its value.
                #expect(entries[3]["DUE"] == "2026-11-23")
                let stack = try #require(entries[4]["STACK_INFO"])
                #expect(stack.hasPrefix("Stack (most recent call last):\n"))
                #expect(entries[4]["MESSAGE"] == "two\nlines\n\(stack)")
            }
        }

        @Test(
            .enabled(if: hasPython, "python3 is not installed"),
            arguments: [
                "tcp:127.0.0.1:514", "udp:127.0.0.1:514", "unix:/run/sockserved-syslog.sock",
                "unixgram:/run/sockserved-syslog.dgram",
            ]
        )
        func sysLogHandler(address: String) throws {
            try InstalledHost.usingSockets(of: "syslog") { installed, journal in
                let client = try installed.log("syslog", to: address)
                let entries = try journal.messages(in: "syslog", count: 5)
                try #require(entries.count == 5)
                #expect(entries.map { $0["PRIORITY"] } == ["7", "4", "3", "6", "2"])
                #expect(entries.map { $0["SYSLOG_FACILITY"] } == Array(repeating: "21", count: 5))
                #expect(entries[1]["MESSAGE"] == "Grüße, 世界 🎉")
                let error = try #require(entries[2]["MESSAGE"])
                #expect(error.hasPrefix("no card 4242\n"))
                #expect(client.isTraceback(error.dropFirst("no card 4242\n".count)))
                guard address.hasPrefix("unix") else { return }
                #expect(entries.map { $0["SOCKSERVED_PEER_PID"] } == Array(repeating: "\(client.pid)", count: 5))
                #expect(entries.map { $0["SOCKSERVED_PEER_UID"] } == Array(repeating: "0", count: 5))
            }
        }

        @Test(
            .enabled(if: hasPackages, "graypy is not there: make deps-test"),
            arguments: ["tcp:127.0.0.1:12201", "udp:127.0.0.1:12201"]
        )
        func graypy(address: String) throws {
            try InstalledHost.usingSockets(of: "gelf") { installed, journal in
                let client = try installed.log("gelf", to: address)
                let entries = try journal.messages(in: "gelf", count: 5)
                try #require(entries.count == 5)
                #expect(entries.map { $0["PRIORITY"] } == ["7", "4", "3", "6", "2"])
                #expect(entries[0]["MESSAGE"] == "first of 5")
                #expect(entries[1]["MESSAGE"] == "Grüße, 世界 🎉")
                #expect(entries.compactMap { $0["EXCEPTION_TEXT"] }.count == 1)
                #expect(try #require(entries[2]["EXCEPTION_TEXT"]).hasSuffix("KeyError: '4242'"))
                let message = try #require(entries[2]["MESSAGE"])
                #expect(message.hasPrefix("no card 4242\nTraceback (most recent call last):\n"))
                expectExtra(entries[3])
                for (entry, level) in zip(entries, ["debug", "warning", "error", "info", "critical"]) {
                    #expect(entry["SYSLOG_HOSTNAME"] == "sockserved-host")
                    #expect(entry["CODE_FILE"] == client.file)
                    #expect(entry["CODE_LINE"].flatMap { Int($0) } == client.lines[level])
                    #expect(entry["SYSLOG_PID"] == "\(client.pid)")
                    try entry.expectNow()
                }
            }
        }

        @Test(
            .enabled(if: hasPackages, "python-json-logger is not there: make deps-test"),
            arguments: ["tcp:127.0.0.1:5170", "udp:127.0.0.1:5170", "unix:/run/sockserved-json.sock"]
        )
        func pythonJSONLogger(address: String) throws {
            try InstalledHost.usingSockets(of: "json") { installed, journal in
                let client = try installed.log("json", to: address)
                let entries = try journal.messages(in: "json", count: 5)
                try #require(entries.count == 5)
                #expect(entries.map { $0["PRIORITY"] } == ["7", "4", "3", "6", "2"])
                #expect(entries.map { $0["LOGGER"] } == Array(repeating: "shop.billing", count: 5))
                #expect(entries[1]["MESSAGE"] == "Grüße, 世界 🎉")
                try expectTraceback(entries[2], client)
                expectExtra(entries[3])
                #expect(entries[3]["DUE"] == "2026-11-23")
            }
        }

        // MARK: -

        private func expectTraceback(_ entry: Journal.Entry, _ client: LogClient) throws {
            let text = try #require(entry["EXCEPTION_TEXT"])
            #expect(client.isTraceback(text))
            #expect(entry["MESSAGE"] == "no card 4242\n\(text)")
        }

        private func expectExtra(_ entry: Journal.Entry) {
            #expect(entry["MESSAGE"] == "order A-17")
            let names = ["ORDER_ID", "AMOUNT", "ITEMS", "PAID", "CUSTOMER", "ATTEMPTS"]
            #expect(names.map { entry[$0] } == ["A-17", "12.5", "[1,2]", "true", "null", "3"])
        }
    }
}
