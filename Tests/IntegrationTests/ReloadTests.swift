import Foundation
import TestSupport
import Testing

/// SIGHUP: the file is opened anew, the configuration read again.
@Suite struct ReloadTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func rotationUnderLoadLosesAndSplitsNothing() throws {
        let listeners = ["--listen", "hello@tcp:127.0.0.1:0", "--listen", "json@tcp:127.0.0.1:0"]
        let daemon = try DaemonProcess(listeners, in: directory)
        let load = HelloLoad(at: daemon.addresses[0])
        let sender = try TestSocket(to: daemon.addresses[1])
        for round in 1...5 {
            #expect(load.hasAnswered(more: 30))
            try sender.send("{\"message\":\"sent \(round)\"}\n")
            rename(daemon.logPath, directory.path("server.log.\(round)"))
            daemon.signal(SIGHUP)
            // The next round comes when this one has been seen.
            #expect(daemon.hasLogged("INFO:Configuration reloaded; records go to file "))
        }
        let outcome = try #require(load.stop())
        #expect(outcome.failures.isEmpty)
        sender.endSending()
        #expect(try sender.receiveToEnd() == "")
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        // In the order in which they were written.
        let files = (1...5).map { "server.log.\($0)" } + ["server.log"]
        let lines = try files.flatMap { try LogLine.parse(directory.text($0)) }.filter { !$0.isOfDaemon }
        #expect(lines.map(\.message).filter { $0.hasPrefix("sent ") } == (1...5).map { "sent \($0)" })
        #expect(lines.count == 4 * outcome.answered.count + 7, "the sender's connection has two besides")
        let received = lines.map(\.message).filter { $0.hasPrefix("Received data: ") }
        #expect(Set(received) == Set(outcome.answered.map { "Received data: \($0)" }))
        for file in files { #expect(directory.text(file).contains("Connection established"), "\(file)") }
    }

    @Test func renamedFileIsNoticedWithoutASignal() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"], in: directory)
        let address = try #require(daemon.addresses.first)
        rename(daemon.logPath, directory.path("old"))
        #expect(eventually(within: .seconds(3)) { FileManager.default.fileExists(atPath: daemon.logPath) })
        #expect(try Self.hello(address, "x") == "Hello, client!")
        #expect(try daemon.clientRecords(awaiting: 4).count == 4)
        #expect(!directory.text("old").contains("Connection"))
    }

    @Test func levelAndFormatChange() throws {
        let path = try write("log_level = \"debug\"")
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--config", path], in: directory)
        let address = try #require(daemon.addresses.first)
        #expect(try Self.hello(address, "first") == "Hello, client!")
        #expect(daemon.hasLogged("Connection closed\n"))
        _ = try write("log_level = \"info\"\nlog_format = \"<%(levelname)s> %(message)s\"")
        daemon.signal(SIGHUP)
        #expect(daemon.hasLogged("<INFO> Configuration reloaded"))
        #expect(try Self.hello(address, "second") == "Hello, client!")
        #expect(daemon.hasLogged("<INFO> Connection closed\n"))
        #expect(daemon.log.contains("DEBUG:Received data: first\n"))
        #expect(!daemon.log.contains("second"))
        _ = try write("")
        daemon.signal(SIGHUP)
        #expect(eventually { daemon.log.contains(":INFO:Configuration reloaded") })
        #expect(try Self.hello(address, "third") == "Hello, client!")
        #expect(daemon.hasLogged("DEBUG:Received data: third\n"))
    }

    @Test func wrongConfigurationIsRejectedWhole() throws {
        let path = try write("log_level = \"info\"")
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--config", path], in: directory)
        _ = try write("log_level = \"debug\"\nlog_file = \"other.log\"\nidle_timeout = \"soon\"\nnonsense = 1")
        daemon.signal(SIGHUP)
        let start = "ERROR:Configuration rejected, keeping the previous one: "
        #expect(daemon.hasLogged(start))
        let line = try #require(daemon.log.split(separator: "\n").first { $0.contains(start) })
        #expect(
            line.contains("idle_timeout: \"soon\" is not a valid time span") && line.contains("nonsense: unknown key")
        )
        #expect(try Self.hello(try #require(daemon.addresses.first), "secret") == "Hello, client!")
        #expect(daemon.stop() == 0)
        #expect(!daemon.log.contains("secret"))
        #expect(!FileManager.default.fileExists(atPath: directory.path("other.log")))
    }

    @Test func fileThatCannotBeOpenedIsRejected() throws {
        let path = try write("")
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--config", path], in: directory)
        _ = try write("log_file = \"none/server.log\"")
        daemon.signal(SIGHUP)
        #expect(daemon.hasLogged("Configuration rejected, keeping the previous one: cannot open none/server.log: "))
        #expect(try Self.hello(try #require(daemon.addresses.first), "x") == "Hello, client!")
        #expect(daemon.hasLogged("DEBUG:Received data: x\n"))
    }

    @Test func settingsThatTakeARestartAreReported() throws {
        let path = try write("")
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--config", path], in: directory)
        _ = try write("max_connections = 3\nqueue_size = \"1M\"")
        daemon.signal(SIGHUP)
        #expect(daemon.hasLogged("; restart to change max_connections, queue_size, listeners\n"))
    }

    // MARK: -

    static func hello(_ address: String, _ text: String) throws -> String {
        let client = try TestSocket(to: address)
        try client.send(text)
        return try client.receiveToEnd()
    }

    private func write(_ text: String) throws -> String {
        let path = directory.path("sockserved.toml")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
