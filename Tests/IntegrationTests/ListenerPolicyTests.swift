import Foundation
import TestSupport
import Testing

/// The treatment of senders' claims by a listener, in a file.
@Suite struct ListenerPolicyTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func start(_ keys: String, log format: String = "json") throws -> DaemonProcess {
        let listener = "[[listener]]\nname = \"net\"\nprotocol = \"syslog\"\naddress = \"tcp:127.0.0.1:0\"\n\(keys)\n"
        let path = directory.path("net.toml")
        try listener.write(toFile: path, atomically: true, encoding: .utf8)
        let flags = ["--config", path, "--log-format", format, "--log-level", "info"]
        let daemon = try DaemonProcess(flags, in: directory, serving: 0)
        try #require(eventually { !daemon.addresses.isEmpty }, "\(daemon.complaints)")
        return daemon
    }

    /// Sends lines and waits for the end that confirms them.
    private func send(_ lines: [String], to daemon: DaemonProcess) throws {
        let client = try TestSocket(to: daemon.addresses[0])
        try client.send(lines.map { $0 + "\n" }.joined())
        client.endSending()
        #expect(try client.receiveToEnd() == "")
    }

    @Test func severitiesAreCutAtBothEnds() throws {
        let daemon = try start("min_severity = \"notice\"\nmax_severity = \"error\"")
        try send((0...7).map { "<\(8 + $0)>1 - - app - - - \($0)" }, to: daemon)
        let records = try daemon.messages(awaiting: 6)
        #expect(records.map { $0["message"] } == ["0", "1", "2", "3", "4", "5"])
        #expect(records.map { $0["severity"] } == ["3", "3", "3", "3", "4", "5"])
        #expect(records.map { $0["claimed_severity"] } == ["0", "1", "2", nil, nil, nil])
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts["net"]?.leftOut == 2)
        #expect(try daemon.messages().count == 6)
    }

    @Test func theFacilityIsTheListeners() throws {
        let daemon = try start("facility = \"local0\"")
        try send(["<4>1 - - app - - - kern", "<132>1 - - app - - - local0", "none"], to: daemon)
        let records = try daemon.messages(awaiting: 3)
        #expect(records.map { $0["facility"] } == ["16", "16", "16"])
        // Without a priority it is user (RFC 3164, section 4.3.3).
        #expect(records.map { $0["claimed_facility"] } == ["0", nil, "1"])
    }

    @Test func nothingConfiguredChangesNothingOfALocalSender() throws {
        let daemon = try start("")
        try send((0...7).map { "<\($0)>1 - - app - - - \($0)" }, to: daemon)
        let records = try daemon.messages(awaiting: 8)
        #expect(records.map { $0["severity"] } == (0...7).map { "\($0)" })
        #expect(records.allSatisfy { $0["claimed_severity"] == nil && $0["facility"] == "0" })
    }

    @Test func templatesShowWhoSentARecord() throws {
        let daemon = try start("", log: "%(host)s/%(program)s@%(peer_address)s %(message)s")
        try send(["<8>1 - web1 app - - - a", "<8>1 - - - - - - b", "<8>shop[7]: c"], to: daemon)
        for line in ["web1/app@127.0.0.1 a", "127.0.0.1/sockserved@127.0.0.1 b", "127.0.0.1/shop@127.0.0.1 c"] {
            #expect(daemon.hasLogged(line + "\n"), "\(daemon.log)")
        }
    }
}
