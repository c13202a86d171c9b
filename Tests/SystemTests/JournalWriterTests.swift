import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The writer of journald's protocol, with a real journald.
    @Suite
    struct JournalWriterTests {
        /// They compare with libsystemd, and are skipped where no journal runs.
        @Test
        func suitesThatNeedAJournalPass() throws {
            try InstalledHost.shared.get().use { try $0.runJournalSuites() }
        }

        @Test(arguments: ["syslog", "python"])
        func everyConfirmedMessageSurvivesRestartsOfJournald(format: String) throws {
            try InstalledHost.shared.get().use { try $0.confirmThroughRestartsOfJournald(format) }
        }

        /// Larger than the send buffer, where no files in memory can be made: libsystemd has a larger buffer.
        @Test
        func withoutFilesInMemoryLibsystemdSends() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.dropIn("SystemCallFilter=~memfd_create:ENOSYS")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-syslog.socket")
                let script = """
                    import socket
                    sock = socket.create_connection(("127.0.0.1", 514))
                    sock.sendall(b"<14>1 - - large - - - " + b"x" * 300000 + b"\\n<14>1 - - after - - - it\\n")
                    sock.shutdown(socket.SHUT_WR)
                    assert sock.recv(1) == b""
                    """
                try installed.host.succeed("/usr/bin/python3", "-c", script)
                #expect(try journal.messages("SYSLOG_IDENTIFIER=large").map(\.utf8.count) == [300_000])
                #expect(try journal.messages("SYSLOG_IDENTIFIER=after") == ["it"])
                #expect(try installed.property("NRestarts") == "0")
            }
        }

        /// One client at a time: the thread that answers it writes its records.
        @Test(arguments: [1, 2])
        func recordsOfHelloAreInOrderThroughRestartsOfJournald(threads: Int) throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.setFlags("--threads \(threads)")
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad(clients: 1) {
                    for round in 1...3 {
                        try journal.waitForExchanges(100 * round)
                        try installed.systemctl("restart", "systemd-journald.service")
                    }
                    try journal.waitForExchanges(400)
                }
                #expect(load.failures == [])
                try journal.expectRecords(of: load)
                let answered = Set(load.answered.map { "Received data: \($0)" })
                var wrong: [[String]] = []
                let isComplete = try eventually {
                    wrong = try exchanges(in: journal).filter { texts in
                        texts.contains(where: answered.contains) && texts.map { $0.prefix(9) } != Self.steps
                    }
                    return wrong.isEmpty
                }
                #expect(isComplete, "\(wrong)")
            }
        }

        /// How the texts of one exchange begin.
        private static let steps = ["Connectio", "Received ", "Sent data", "Connectio"] as [Substring]

        /// The texts of each connection, in order; what was sent to two journalds is there twice, and taken once.
        private func exchanges(in journal: Journal) throws -> [[String]] {
            var texts: [String: [String]] = [:]
            for entry in try journal.entries("SOCKSERVED_PROTOCOL=hello") {
                guard let connection = entry["SOCKSERVED_CONNECTION"], let text = entry["MESSAGE"] else { continue }
                if texts[connection]?.contains(text) != true { texts[connection, default: []].append(text) }
            }
            return Array(texts.values)
        }
    }
}

extension InstalledHost {
    /// Runs the suites that need a journal in the host.
    func runJournalSuites() throws {
        let copy = "/run/tests"
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        try FileManager.default.copyItem(atPath: tests.path, toPath: host.root + copy)
        defer { _ = try? host.run("rm", copy) }
        let suites = "JournaldBackendTests|JournalComparisonTests|RemoteProgramTests"
        let command = [copy, "--testing-library", "swift-testing", "--filter", suites]
        let result = try host.start(command).finish()
        let output = result.output + result.errors
        #expect(result.status == 0, "\(output)")
        #expect(output.contains(/JournalComparisonTests.* passed/), "\(output)")
        #expect(!output.contains("no journal is running here"), "\(output)")
    }

    /// Restarts journald while clients send, and looks for each message that was confirmed.
    func confirmThroughRestartsOfJournald(_ format: String) throws {
        let journal = journal()
        try systemctl("start", "sockserved-\(format).socket")
        let port = format == "syslog" ? 514 : 9020
        let confirmed = try whileConfirming(format, port: port) { waitForConfirmed in
            for round in 1...4 {
                try waitForConfirmed(40 * round)
                try systemctl("restart", "systemd-journald.service")
            }
            try waitForConfirmed(200)
        }
        #expect(confirmed.count >= 1000)
        let recorded = try Set(journal.messages("SOCKSERVED_PROTOCOL=\(format)"))
        #expect(confirmed.filter { !recorded.contains($0) } == [])
        #expect(try property("NRestarts") == "0")
        try systemctl("stop", "sockserved.service")
        #expect(try journal.receivedByAll() >= confirmed.count)
    }
}
