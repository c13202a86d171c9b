import Foundation
import TestSupport
import Testing

/// The syslog backend against a `/dev/log` of its own, in a mount namespace.
@Suite(.enabled(if: MountNamespace.isAvailable, "no mount namespace can be made here"))
struct SyslogFailureTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        mkdir(directory.path("dev"), 0o755)
        path = directory.path("dev/log")
    }

    private func start(_ flags: [String] = []) throws -> DaemonProcess {
        try DaemonProcess(
            [
                "--listen", "hello@unix:\(directory.path("s"))", "--listen", "json@unix:\(directory.path("json"))",
                "--log-backend", "syslog",
            ] + flags,
            in: directory,
            through: MountNamespace.wrapper(mounting: "--bind '\(directory.path("dev"))' /dev"),
            serving: 0
        )
    }

    /// Sends a hello as soon as the daemon listens.
    private func hello(_ text: String) throws -> TestSocket {
        var client: TestSocket?
        _ = eventually {
            client = try? TestSocket(to: "unix:\(directory.path("s"))")
            return client != nil
        }
        let connected = try #require(client)
        try connected.send(text)
        return connected
    }

    @Test func recordsAsLibcWritesThem() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        let daemon = try start()
        let client = try hello("Hello, server!")
        #expect(try client.receiveToEnd() == "Hello, client!")
        client.close()
        let expected = ["Received data: Hello, server!", "Sent data: Hello, client!", "Connection closed"]
        let lines = collect(from: receiver, until: "Connection closed")
        let messages = try lines.map { line in
            // Facility daemon is 3: 30 is INFO, 31 DEBUG.
            let match = try #require(
                line.wholeMatch(of: #/<(3[01])>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d sockserved\[(\d+)\]: (.*)/#)
            )
            #expect(match.2 == "\(daemon.pid)")
            #expect((match.1 == "31") == (match.3.hasPrefix("Received") || match.3.hasPrefix("Sent")))
            return String(match.3)
        }
        #expect(messages.dropLast(3).last?.hasPrefix("Connection established with unix:pid=\(getpid()),") == true)
        #expect(Array(messages.suffix(3)) == expected)
        #expect(daemon.stop() == 0)
        #expect(daemon.complaints == "")
    }

    @Test func replacedSocketIsFoundAndNothingIsLost() throws {
        var receiver = try UnixReceiver(.datagram, at: path)
        let daemon = try start()
        for round in 1...3 {
            let client = try hello("round \(round)")
            #expect(try client.receiveToEnd() == "Hello, client!")
            client.close()
            #expect(collect(from: receiver, until: "Connection closed").contains { $0.hasSuffix(": round \(round)") })
            // The syslog daemon ends, and is started again later.
            // Closing is not enough while a process that another test just starts has a copy.
            shutdown(receiver.descriptor, Int32(SHUT_RDWR))
            receiver.close()
            unlink(path)
            let waiting = try hello("waiting \(round)")
            let sender = try TestSocket(to: "unix:\(directory.path("json"))")
            try sender.send("{\"message\":\"sent \(round)\"}\n")
            sender.endSending()
            usleep(300_000)
            #expect(!waiting.hasInput && !sender.hasInput)
            // Another kind of socket, too.
            receiver = try UnixReceiver(round == 2 ? .stream : .datagram, at: path)
            if round == 2 { receiver = try #require(receiver.accept()) }
            #expect(try waiting.receiveToEnd() == "Hello, client!")
            waiting.close()
            #expect(try sender.receiveToEnd() == "")
            var lines: [String] = []
            // Both have one.
            for _ in 0..<2 { lines += collect(from: receiver, until: "Connection closed") }
            for end in ["Received data: waiting \(round)", ": sent \(round)"] {
                #expect(lines.count { $0.hasSuffix(end) } == 1, "\(end)")
            }
        }
        daemon.signal(SIGTERM)
        var lines: [String] = []
        // Of all messages, and of those of the listener.
        for _ in 0..<2 { lines += collect(from: receiver, until: " were rejected") }
        #expect(daemon.exitCode() == 0)
        #expect(StatedCounts.accountingFaults(in: lines.joined(separator: "\n")) == [])
    }

    @Test func missingSocketIsUnavailable() throws {
        let daemon = try start()
        #expect(daemon.exitCode() == 69)
        #expect(daemon.complaints.split(separator: "\n").count == 1)
        #expect(daemon.complaints.contains("/dev/log: No such file or directory"))
    }

    @Test func facilityIsAsAsked() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        let daemon = try start(["--syslog-facility", "local7", "--log-level", "info"])
        // 23 * 8 + 6
        #expect(receiver.receiveText()?.hasPrefix("<190>") == true)
        #expect(daemon.stop() == 0)
    }

    // MARK: -

    /// Records up to the one with that end.
    private func collect(from receiver: UnixReceiver, until end: String) -> [String] {
        var lines: [String] = []
        while lines.last?.hasSuffix(end) != true, let text = receiver.receiveText() {
            lines += text.split(separator: "\0").map(String.init)
        }
        return lines
    }
}
