import Foundation
import TestSupport
import Testing

/// Sockets that are passed in, as systemd does it.
@Suite struct ActivationTests {
    private static let activator = BuiltProgram.firstExecutable("/usr/bin/systemd-socket-activate")

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// The shell makes descriptors 3 and 4 of its own input and output.
    private func activate(names: String, _ sockets: [TestSocket], _ flags: [String] = []) throws -> DaemonProcess {
        let script = """
            exec 3<&0 4<&1 </dev/null >/dev/null
            LISTEN_PID=$$ LISTEN_FDS=\(sockets.count) LISTEN_FDNAMES=\(names) exec "$0" "$@"
            """
        return try DaemonProcess(
            flags,
            in: directory,
            through: ["/bin/sh", "-c", script],
            input: FileHandle(fileDescriptor: sockets[0].descriptor),
            output: sockets.count > 1 ? FileHandle(fileDescriptor: sockets[1].descriptor) : nil,
            serving: 0
        )
    }

    @Test func passedInSocketsServeWhatTheirNamesSay() throws {
        let path = directory.path("s")
        let sockets = [try TestSocket(at: "unix:\(path)"), try TestSocket(at: "udp:127.0.0.1:0")]
        // Somebody is there before the daemon.
        let early = try TestSocket(to: "unix:\(path)")
        try early.send("early")
        let daemon = try activate(names: "sockserved.socket:echo", sockets)
        #expect(try early.receiveToEnd() == "Hello, client!")
        let sender = try TestSocket(to: "udp:\(sockets[1].name)")
        try sender.send("back")
        #expect(try sender.receive() == Array("back".utf8))
        let expected = [
            "Listener sockserved.socket serves hello at unix:\(path)\n",
            "Listener echo serves echo at udp:\(sockets[1].name)\n",
        ]
        for line in expected { #expect(daemon.log.contains(line)) }
        #expect(daemon.stop() == 0)
        // It is not ours to remove, and who connects now waits for the next daemon.
        #expect(FileManager.default.fileExists(atPath: path))
        let late = try TestSocket(to: "unix:\(path)")
        try late.send("late")
        let next = try activate(names: "sockserved.socket:echo", sockets)
        #expect(try late.receiveToEnd() == "Hello, client!")
        #expect(next.stop() == 0)
        #expect(try next.clientRecords().count { $0.hasPrefix("DEBUG:Received data: ") } == 2)
    }

    @Test func nameOfTheConfigurationGivesProtocolAndLimits() throws {
        let configuration = """
            [[listener]]
            name = "drain"
            protocol = "discard"
            idle_timeout = "300ms"
            [[listener]]
            name = "other"
            protocol = "echo"
            address = "tcp:127.0.0.1:0"
            """
        try configuration.write(toFile: directory.path("c.toml"), atomically: false, encoding: .utf8)
        let path = directory.path("s")
        let socket = try TestSocket(at: "unix:\(path)")
        let daemon = try activate(names: "drain", [socket], ["--config", directory.path("c.toml")])
        let client = try TestSocket(to: "unix:\(path)")
        try client.send("x")
        // A reset: the orderly end of discard is the answer to the client's own end only.
        #expect(throws: (any Error).self) { try client.receiveToEnd() }
        #expect(daemon.hasLogged("timed out: nothing received for 0.3 s"))
        // One with an address is opened besides.
        #expect(daemon.addresses.count == 2)
        let other = try TestSocket(to: daemon.addresses[1])
        try other.send("back")
        #expect(try other.receive() == Array("back".utf8))
    }

    @Test func anAddressThatSystemdReplacesIsReported() throws {
        let configuration = "[[listener]]\nname = 'echo'\nprotocol = 'echo'\naddress = 'tcp:127.0.0.1:1'\n"
        try configuration.write(toFile: directory.path("c.toml"), atomically: false, encoding: .utf8)
        let socket = try TestSocket(at: "unix:\(directory.path("s"))")
        let daemon = try activate(names: "echo", [socket], ["--config", directory.path("c.toml")])
        let reason = "systemd passed a socket of that name"
        #expect(daemon.hasLogged("NOTICE:Address tcp:127.0.0.1:1 of listener echo not used, \(reason)\n"))
        #expect(daemon.addresses == ["unix:\(directory.path("s"))"])
    }

    @Test func unknownNameIsAnErrorThatListsTheKnownOnes() throws {
        let socket = try TestSocket(at: "unix:\(directory.path("s"))")
        let daemon = try activate(names: "strange", [socket])
        #expect(daemon.exitCode() == 78)
        let lines = daemon.complaints.split(separator: "\n")
        #expect(lines.count == 1)
        for part in [
            "\"strange\"", "discard, echo, gelf, hello, json, metrics, python, relp, syslog", "FileDescriptorName=",
        ] {
            #expect(lines.first?.contains(part) == true)
        }
    }

    @Test(arguments: ["NOTIFY_SOCKET=/nowhere", "SYSTEMD_EXEC_PID=$$"])
    func serviceWithoutASocketIsAnError(variable: String) throws {
        let daemon = try DaemonProcess(
            [],
            in: directory,
            through: ["/bin/sh", "-c", "\(variable) exec \"$0\" \"$@\""],
            serving: 0
        )
        #expect(daemon.exitCode() == 78)
        #expect(daemon.complaints.hasPrefix("sockserved: systemd: passed in no socket, and no listener"))
        #expect(daemon.complaints.split(separator: "\n").count == 1)
    }

    @Test func aFileThatIsNotASocketIsAnError() throws {
        let daemon = try DaemonProcess(
            [],
            in: directory,
            through: ["/bin/sh", "-c", "exec 3</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" \"$@\""],
            serving: 0
        )
        #expect(daemon.exitCode() == 78)
        #expect(daemon.complaints.hasPrefix("sockserved: systemd passed in descriptor 3, unknown: "))
        #expect(daemon.complaints.split(separator: "\n").count == 1)
    }

    @Test func exitsAfterIdleTimeAndNotBefore() throws {
        let path = directory.path("s")
        let socket = try TestSocket(at: "unix:\(path)")
        let daemon = try activate(names: "echo", [socket], ["--exit-idle-time", "1s"])
        let client = try TestSocket(to: "unix:\(path)")
        // An open connection keeps it, silent as it may be.
        try client.send("x")
        #expect(try client.receive() == Array("x".utf8))
        #expect(daemon.exitCode(within: .milliseconds(2500)) == nil)
        client.close()
        #expect(daemon.exitCode() == 0)
        #expect(daemon.log.contains("INFO:Stopping: no connections for 1 s\n"))
    }

    @Test(.enabled(if: activator != nil, "systemd-socket-activate is not installed"), arguments: [nil, "echo"])
    func firstConnectionStartsTheDaemon(name: String?) throws {
        let activator = try #require(Self.activator)
        let names = name.map { ["--fdname=\($0)"] } ?? []
        // It takes no port 0: one that was free a moment ago is likely to be still, and else the next one is.
        for _ in 0..<10 {
            let address = "tcp:" + (try TestSocket(at: "tcp:127.0.0.1:0").name)
            let listen = ["-l", String(address.dropFirst(4))]
            let daemon = try DaemonProcess([], in: directory, through: [activator] + listen + names, serving: 0)
            guard eventually({ daemon.complaints.contains("Listening on") || !daemon.isRunning }), daemon.isRunning
            else { continue }
            let client = try TestSocket(to: address)
            try client.send("first")
            #expect(try client.receive() == Array((name == nil ? "Hello, client!" : "first").utf8))
            client.close()
            #expect(daemon.hasLogged("INFO:Connection closed\n"))
            #expect(daemon.log.contains("serves \(name ?? "hello") at \(address)\n"))
            #expect(daemon.stop() == 0)
            return
        }
        Issue.record("no port was free")
    }

    @Test(.enabled(if: activator != nil, "systemd-socket-activate is not installed"))
    func unknownNameOfTheActivatorIsAnError() throws {
        let activator = try #require(Self.activator)
        let daemon = try DaemonProcess(
            [],
            in: directory,
            through: [activator, "-l", directory.path("s"), "--fdname=strange"],
            serving: 0
        )
        #expect(eventually { (try? TestSocket(to: "unix:\(directory.path("s"))")) != nil })
        #expect(daemon.exitCode() == 78)
        #expect(daemon.complaints.contains("\"strange\""))
    }
}
