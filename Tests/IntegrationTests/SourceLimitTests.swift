import Foundation
import TestSupport
import Testing

/// What one source may take of a listener.
@Suite struct SourceLimitTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func start(_ address: String, _ keys: String, _ more: [String] = []) throws -> DaemonProcess {
        let table = "[[listener]]\nname = \"in\"\nprotocol = \"syslog\"\naddress = \"\(address)\"\n\(keys)\n"
        let path = directory.path("in.toml")
        try table.write(toFile: path, atomically: true, encoding: .utf8)
        return try DaemonProcess(["--config", path, "--log-format", "json"] + more, in: directory, serving: 1)
    }

    private func lines(_ name: String, _ count: Int) -> String {
        (0..<count).map { "<14>\(name) \($0) \(String(repeating: ".", count: 80))\n" }.joined()
    }

    /// The numbers of a sender's messages, in the order of the log.
    private func numbers(_ name: String, _ daemon: DaemonProcess) throws -> [Int] {
        try daemon.messages().compactMap { $0["message"] }.filter { $0.hasPrefix("\(name) ") }
            .compactMap { Int($0.split(separator: " ")[1]) }
    }

    @Test(arguments: ["message_rate = 200\nmessage_burst = 100", "byte_rate = \"20K\"\nbyte_burst = \"10K\""], [1, 2])
    func aNoisySourceIsSlowedAndNoOther(keys: String, threads: Int) throws {
        let daemon = try start("tcp:127.0.0.1:0", keys, ["--threads", "\(threads)"])
        let address = try #require(daemon.addresses.first)
        let began = ContinuousClock.now
        let noisy = try (0..<2).map { _ in try TestSocket(to: address, from: "tcp:127.0.0.2:0") }
        for (number, client) in noisy.enumerated() {
            try client.send(lines("noisy\(number)", 300))
            client.endSending()
        }
        let other = try TestSocket(to: address, from: "tcp:127.0.0.3:0")
        try other.send(lines("other", 50))
        other.endSending()
        #expect(try other.receiveToEnd() == "")
        #expect(!noisy.contains { $0.hasInput }, "the other one does not wait for them")
        for client in noisy { #expect(try client.receiveToEnd() == "") }
        // 600 messages, or 54 KB, at the rate, but for a burst and one receive.
        #expect(ContinuousClock.now - began >= .milliseconds(1500))
        #expect(daemon.hasLogged("127.0.0.2 sends more to listener in than message_rate or byte_rate lets it"))
        #expect(daemon.stop() == 0)
        for number in 0..<2 { #expect(try numbers("noisy\(number)", daemon) == Array(0..<300)) }
        #expect(try numbers("other", daemon) == Array(0..<50))
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts["in"]?.committed == 650)
    }

    @Test func datagramsAboveTheRateAreDroppedAndCounted() throws {
        let daemon = try start("udp:127.0.0.1:0", "message_rate = 10\nmessage_burst = 20")
        let address = try #require(daemon.addresses.first)
        let noisy = try TestSocket(to: address, from: "udp:127.0.0.2:0")
        let other = try TestSocket(to: address, from: "udp:127.0.0.3:0")
        // Few enough for the smallest receive buffer, however slowly they are read.
        for number in 0..<150 { try noisy.send("<14>noisy \(number)") }
        for number in 0..<10 { try other.send("<14>other \(number)") }
        #expect(daemon.hasLogged("other 9"))
        #expect(daemon.stop() == 0)
        #expect(try numbers("other", daemon) == Array(0..<10))
        let recorded = try numbers("noisy", daemon)
        #expect(recorded.prefix(20) == Array(0..<20)[...])
        #expect(recorded.count < 100 && recorded == recorded.sorted())
        let counts = try #require(daemon.statedCounts["in"])
        #expect(daemon.accountingFaults() == [])
        #expect(counts.received == 160)
        #expect(counts.reasons["rate"] == 150 - recorded.count)
        let reported = try daemon.log.split(separator: "\n").map { try MessageRecord($0) }
            .filter { $0["event"] == "datagrams-dropped" }
        #expect(reported.compactMap { $0["dropped"].flatMap { Int($0) } }.reduce(0, +) == 150 - recorded.count)
        #expect(reported.allSatisfy { $0["message"]?.hasSuffix("; the last one is of 127.0.0.2") == true })
    }

    // MARK: connections

    /// The end that a client sees which has sent something.
    private func isRefused(_ client: TestSocket) -> Bool {
        do {
            try client.send("<14>refused\n")
            return try client.receive() != []
        } catch {
            return true
        }
    }

    @Test(arguments: ["tcp", "tcp6", "unix"]) func aSourceHasSoManyConnections(kind: String) throws {
        let listen = kind == "unix" ? "unix:\(directory.path("s"))" : "tcp:[::]:0"
        let daemon = try start(listen, "max_connections_per_source = 2")
        let port = try #require(daemon.addresses.first?.split(separator: ":").last)
        let address =
            switch kind {
            case "unix": listen
            case "tcp": "tcp:127.0.0.1:\(port)"
            default: "tcp:[::1]:\(port)"
            }
        let clients = try (0..<2).map { _ in try TestSocket(to: address) }
        for (number, client) in clients.enumerated() { try client.send("<14>served \(number)\n") }
        #expect(daemon.hasLogged("served 0") && daemon.hasLogged("served 1"))
        for _ in 0..<3 { #expect(isRefused(try TestSocket(to: address))) }
        let source = kind == "unix" ? "user \(getuid())" : kind == "tcp" ? "127.0.0.1" : "::/64"
        #expect(daemon.hasLogged("Connection refused at in: \(source) has 2 open, which is max_connections_per_source"))
        if kind == "tcp" {
            let other = try TestSocket(to: address, from: "tcp:127.0.0.2:0")
            try other.send("<14>another source\n")
            #expect(daemon.hasLogged("another source"))
        }
        // A place that is free is given again.
        clients[0].endSending()
        #expect(try clients[0].receiveToEnd() == "")
        let next = try TestSocket(to: address)
        try next.send("<14>served next\n")
        #expect(daemon.hasLogged("served next"))
        #expect(daemon.stop() == 0)
        #expect(try daemon.messages().count { $0["message"] == "refused" } == 0)
        #expect(daemon.accountingFaults() == [])
    }

    @Test func aBurstNeedsItsRate() throws {
        let path = directory.path("x.toml")
        let table = "[[listener]]\nname = \"a\"\nprotocol = \"json\"\nmessage_burst = 5\nbyte_burst = \"5K\"\n"
        try table.write(toFile: path, atomically: true, encoding: .utf8)
        let result = try BuiltProgram.run(["--check-config", "--config", path], in: directory)
        #expect(result.status == 78)
        let complaints = result.complaints.joined(separator: "\n")
        for rate in ["message", "byte"] {
            let line = "listener[1].\(rate)_burst: has no effect without \(rate)_rate; give \(rate)_rate, too"
            #expect(complaints.contains(line))
        }
    }
}
