import Foundation
import TestSupport
import Testing

/// The addresses of listeners, and the errors.
@Suite struct ListenerTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func eachListenerIsAnnouncedAndServes() throws {
        let kinds = [
            "tcp:127.0.0.1:0", "udp:[::1]:0", "unix:\(directory.path("s"))", "unixgram:\(directory.path("d"))",
        ]
        let daemon = try DaemonProcess(kinds.flatMap { ["--listen", "hello@\($0)"] }, in: directory)
        #expect(daemon.addresses.map { $0.prefix(while: { $0 != ":" }) } == ["tcp", "udp", "unix", "unixgram"])
        #expect(!daemon.addresses.contains { $0.hasSuffix(":0") })
        for (number, address) in daemon.addresses.enumerated() {
            let isGram = address.hasPrefix("unixgram")
            let client = try TestSocket(to: address, from: isGram ? "unixgram:\(directory.path("c\(number)"))" : nil)
            try client.send("x")
            #expect(try client.receive() == Array("Hello, client!".utf8))
        }
        let names = daemon.log.matches(of: #/Listener (\S+) serves hello at/#).map { String($0.1) }
        #expect(names == ["hello", "hello-2", "hello-3", "hello-4"])
    }

    /// Systemd's sockets are for everybody, too; see SocketMode= in systemd.socket(5).
    @Test(arguments: [("", mode_t(0o666)), ("mode = \"0600\"\n", 0o600), ("mode = \"660\"\n", 0o660)])
    func unixSocketsHaveTheConfiguredMode(line: String, mode: mode_t) throws {
        let path = directory.path("mode.toml")
        for kind in ["unix", "unixgram"] {
            let socket = directory.path("socket-\(kind)")
            try "[[listener]]\nname = 'a'\nprotocol = 'echo'\naddress = '\(kind):\(socket)'\n\(line)"
                .write(toFile: path, atomically: false, encoding: .utf8)
            // Whatever the umask.
            let wrapper = ["/bin/sh", "-c", "umask 027; exec \"$0\" \"$@\""]
            let daemon = try DaemonProcess(["--config", path], in: directory, through: wrapper, serving: 1)
            var status = stat()
            #expect(stat(socket, &status) == 0)
            #expect(status.st_mode & 0o7777 == mode)
            #expect(daemon.stop() == 0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root may give files to any group")) func unixSocketsHaveTheGroup() throws {
        let path = directory.path("group.toml")
        let socket = directory.path("socket")
        try "[[listener]]\nname = 'a'\nprotocol = 'echo'\naddress = 'unix:\(socket)'\nmode = '0660'\ngroup = 'adm'\n"
            .write(toFile: path, atomically: false, encoding: .utf8)
        let daemon = try DaemonProcess(["--config", path], in: directory, serving: 1)
        var status = stat()
        #expect(stat(socket, &status) == 0)
        let group = try #require(getgrnam("adm")).pointee.gr_gid
        #expect(status.st_gid == group)
        #expect(status.st_mode & 0o7777 == 0o660)
        #expect(daemon.stop() == 0)
    }

    @Test func aPortBelow1024NamesTheSocketUnitAndTheCapability() throws {
        let outcome = try refuse("syslog@tcp:127.0.0.1:514", through: Self.without("net_bind_service"))
        #expect(outcome.status == 77)
        #expect(
            outcome.complaints == [
                """
                sockserved: listener syslog: cannot bind tcp:127.0.0.1:514: Permission denied; for ports below 1024 let \
                a socket unit of systemd open the port, or give the service AmbientCapabilities=CAP_NET_BIND_SERVICE
                """
            ]
        )
    }

    @Test func theLineAtTheStartNamesTheBackend() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"], in: directory)
        let address = try #require(daemon.addresses.first)
        #expect(eventually { directory.text("stdout") != "" })
        #expect(directory.text("stdout") == "hello serves hello at \(address); records go to file server.log\n")
    }

    @Test func abstractSocketServes() throws {
        let name = "@sockserved-\(UUID().uuidString)"
        let daemon = try DaemonProcess(["--listen", "hello@unix:\(name)"])
        #expect(daemon.addresses == ["unix:\(name)"])
        let client = try TestSocket(to: "unix:\(name)")
        try client.send("x")
        #expect(try client.receiveToEnd() == "Hello, client!")
    }

    @Test(arguments: ["tcp", "udp"])
    func portTakenIsOneLine(kind: String) throws {
        let taken = try TestSocket(at: "\(kind):127.0.0.1:0")
        let outcome = try refuse("hello@\(kind):\(taken.name)")
        #expect(outcome.status == 69)
        #expect(
            outcome.complaints == [
                """
                sockserved: listener hello: cannot bind \(kind):\(taken.name): Address already in use; another process \
                listens there; stop it or choose another port
                """
            ]
        )
    }

    @Test func whatWasOpenedBeforeAFailureLeavesNoFile() throws {
        let taken = try TestSocket(at: "tcp:127.0.0.1:0")
        let path = directory.path("left")
        let outcome = try refuse("hello@unix:\(path)", ["--listen", "hello@tcp:\(taken.name)"])
        #expect(outcome.status == 69)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func addressOfAnotherHostIsUnavailable() throws {
        // TEST-NET-1 of RFC 5737.
        let outcome = try refuse("hello@tcp:192.0.2.1:0")
        #expect(outcome.status == 69)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaints.first?.contains("tcp:192.0.2.1:0: Cannot assign requested address") == true)
    }

    @Test func directoryWithoutPermission() throws {
        let closed = directory.path("closed")
        mkdir(closed, 0o500)
        let outcome = try refuse("hello@unix:\(closed)/s", through: Self.unprivileged)
        #expect(outcome.status == 77)
        #expect(outcome.complaints.count == 1)
        let start = "sockserved: listener hello: cannot bind unix:\(closed)/s: Permission denied; "
        #expect(outcome.complaints.first?.hasPrefix(start) == true)
        #expect(outcome.complaints.first?.contains("write to the directory") == true)
    }

    @Test func logFileWithoutPermission() throws {
        let closed = directory.path("closed")
        mkdir(closed, 0o500)
        let flags = ["--log-file", "\(closed)/server.log"]
        let outcome = try refuse("hello@tcp:127.0.0.1:0", flags, through: Self.unprivileged)
        #expect(outcome.status == 77)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaints.first?.contains("cannot open \(closed)/server.log: Permission denied; ") == true)
    }

    @Test func logFileInNoDirectoryIsUnavailable() throws {
        let outcome = try refuse("hello@tcp:127.0.0.1:0", ["--log-file", "\(directory.path)/none/server.log"])
        #expect(outcome.status == 69)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaints.first?.contains("create the directory \(directory.path)/none") == true)
    }

    @Test func logNeverGoesThroughALinkOrIntoAFIFO() throws {
        symlink("elsewhere", directory.path("link"))
        mkfifo(directory.path("fifo"), 0o600)
        for name in ["link", "fifo"] {
            let outcome = try refuse("hello@tcp:127.0.0.1:0", ["--log-file", directory.path(name)])
            #expect(outcome.status == 69)
            #expect(outcome.complaints.count == 1)
            #expect(outcome.complaints.first?.contains(directory.path(name)) == true)
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path("elsewhere")))
    }

    @Test func logFileIsForTheOwnerAndReadableByTheGroup() throws {
        let daemon = try DaemonProcess(
            ["--listen", "hello@tcp:127.0.0.1:0"],
            through: ["/bin/sh", "-c", "umask 0; exec \"$0\" \"$@\""]
        )
        let mode = try FileManager.default.attributesOfItem(atPath: daemon.logPath)[.posixPermissions] as? Int
        #expect(mode == 0o640)
    }

    // MARK: files of Unix sockets

    @Test(arguments: ["unix", "unixgram"])
    func staleSocketIsReplacedAndALiveOneIsNot(kind: String) throws {
        let address = "\(kind):\(directory.path("s"))"
        try TestSocket(at: address).close()
        #expect(FileManager.default.fileExists(atPath: directory.path("s")))
        let daemon = try DaemonProcess(["--listen", "hello@\(address)"], in: directory)
        let outcome = try refuse("hello@\(address)")
        #expect(outcome.status == 69)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaints.first?.contains("another process listens there") == true)
        // The first one has not lost it, nor does it matter who may use it.
        chmod(directory.path("s"), 0o666)
        let client = try TestSocket(to: address, from: kind == "unix" ? nil : "unixgram:\(directory.path("c"))")
        try client.send("x")
        #expect(try client.receive() == Array("Hello, client!".utf8))
        #expect(daemon.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: directory.path("s")))
    }

    @Test func socketOfAnotherDaemonIsNotRemoved() throws {
        let (address, path) = ("unix:\(directory.path("s"))", directory.path("s"))
        let first = try DaemonProcess(["--listen", "hello@\(address)"], in: directory)
        unlink(path)
        let second = try DaemonProcess(["--listen", "hello@\(address)"])
        #expect(first.stop() == 0)
        #expect(try ReloadTests.hello(address, "x") == "Hello, client!")
        #expect(second.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aFileThatIsNotASocketIsNotReplaced() throws {
        try "precious".write(toFile: directory.path("s"), atomically: false, encoding: .utf8)
        let outcome = try refuse("hello@unix:\(directory.path("s"))")
        #expect(outcome.status == 69)
        #expect(outcome.complaints.first?.contains("it is not a socket") == true)
        #expect(directory.text("s") == "precious")
    }

    @Test(.enabled(if: BuiltProgram.firstExecutable("/usr/bin/ss", "/bin/ss") != nil, "ss is not installed"))
    func backlogIsAsWideAsTheKernelAllows() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        let port = try #require(daemon.addresses.first?.split(separator: ":").last)
        let limit = try String(contentsOfFile: "/proc/sys/net/core/somaxconn", encoding: .utf8)
        let expected = min(65535, try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines))))
        let program = try #require(BuiltProgram.firstExecutable("/usr/bin/ss", "/bin/ss"))
        var backlog: Int?
        // It is widened just after the announcement.
        _ = try eventually {
            let outcome = try BuiltProgram.run(program, ["-Hltn", "sport = :\(port)"], in: directory)
            let fields = outcome.output.split(separator: " ")
            backlog = fields.count > 2 ? Int(fields[2]) : nil
            return backlog == expected
        }
        #expect(backlog == expected)
    }

    @Test func connectionsAboveTheLimitWait() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--max-connections", "2"])
        let address = try #require(daemon.addresses.first)
        let clients = try (0..<3).map { _ in try TestSocket(to: address) }
        for client in clients { try client.send("x") }
        // The first two have their answers and stay until they are read to the end and closed.
        let first = try TestSocket(to: address)
        try first.send("y")
        for client in clients + [first] {
            #expect(try client.receiveToEnd() == "Hello, client!")
            client.close()
        }
        #expect(try daemon.clientRecords(awaiting: 16).count == 16)
    }

    // MARK: -

    /// Drops the capabilities that let root write everywhere.
    private static var unprivileged: [String] { without("dac_override", "dac_read_search", "fowner") }

    /// A command that runs another one without these capabilities.
    private static func without(_ capabilities: String...) -> [String] {
        guard geteuid() == 0 else { return [] }
        return ["/usr/bin/setpriv", "--bounding-set", capabilities.map { "-" + $0 }.joined(separator: ",")]
    }

    /// Runs a daemon that is to end by itself.
    private func refuse(
        _ listen: String,
        _ flags: [String] = [],
        through wrapper: [String] = []
    ) throws -> BuiltProgram.Outcome {
        try "".write(toFile: directory.path("empty.toml"), atomically: false, encoding: .utf8)
        let own = ["--listen", listen, "--log-backend", "file", "--config", directory.path("empty.toml")]
        let command = wrapper + [try BuiltProgram.path] + own + flags
        let outcome = try BuiltProgram.run(command[0], Array(command[1...]), in: directory)
        #expect(outcome.output == "")
        return outcome
    }
}
