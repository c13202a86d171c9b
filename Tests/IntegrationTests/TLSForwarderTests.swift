import Foundation
import TestSupport
import Testing

/// What syslog daemons pass on over TLS.
@Suite struct TLSForwarderTests {
    @Test(
        .enabled(
            if: Rsyslog.program != nil && RsyslogDriver.directories != nil,
            "skipped: rsyslog's drivers are not there: make deps-test"
        ),
        arguments: ["ossl", "gtls"]
    )
    func omfwd(driver: String) throws {
        let host = try TLSHost("syslog", try TLSHost.requiringClients(), "tls_allowed_clients = 'web1.example.com'")
        let (directory, certificates) = (host.directory, host.certificates)
        let entrance = directory.path("entrance")
        let configuration = """
            global(workDirectory="\(directory.path)" localHostname="web1"
                defaultNetstreamDriverCAFile="\(certificates.certificate("ca"))"
                defaultNetstreamDriverCertFile="\(certificates.certificate("client"))"
                defaultNetstreamDriverKeyFile="\(certificates.key("client"))")
            module(load="imuxsock" sysSock.use="off")
            input(type="imuxsock" socket="\(entrance)" useSpecialParser="off" parseHostname="off")
            *.* action(type="omfwd" target="127.0.0.1" port="\(host.port)" protocol="tcp" TCP_Framing="octet-counted"
                template="RSYSLOG_SyslogProtocol23Format" StreamDriver="\(driver)" StreamDriverMode="1"
                StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="localhost")

            """
        try Data(configuration.utf8).write(to: directory.url.appending(path: "rsyslog.conf"))
        let process = Process()
        process.executableURL = URL(filePath: try #require(Rsyslog.program))
        process.arguments = [
            "-n", "-M", try #require(RsyslogDriver.directories), "-f", directory.path("rsyslog.conf"), "-i",
            directory.path("rsyslog.pid"),
        ]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // Not SIGTERM: it is blocked in whatever tests start, and rsyslog leaves that so.
        defer { kill(process.processIdentifier, SIGKILL) }
        try expectForwarded(from: entrance, host)
    }

    @Test(
        .enabled(if: ExampleProgram.syslogNG != nil, "skipped: syslog-ng is not there: make deps-test"),
        arguments: ["network", "syslog"]
    )
    func syslogNG(driver: String) throws {
        let host = try TLSHost("syslog", try TLSHost.requiringClients(), "tls_allowed_clients = 'web1.example.com'")
        let (directory, certificates) = (host.directory, host.certificates)
        let entrance = directory.path("entrance")
        let configuration = """
            @version: 3.38
            options { use-dns(no); dns-cache(no); keep-hostname(yes); };
            source in { unix-dgram("\(entrance)"); };
            destination out {
                \(driver)("localhost" ip-protocol(4) port(\(host.port)) transport("tls")
                    tls(ca-file("\(certificates.certificate("ca"))") peer-verify(required-trusted)
                        cert-file("\(certificates.certificate("client"))") key-file("\(certificates.key("client"))")));
            };
            log { source(in); destination(out); };

            """
        try Data(configuration.utf8).write(to: directory.url.appending(path: "syslog-ng.conf"))
        let program = try #require(ExampleProgram.syslogNG)
        let process = Process()
        process.executableURL = URL(filePath: program.path)
        process.environment = program.environment
        process.arguments = [
            "-F", "--no-caps", "--cfgfile=\(directory.path("syslog-ng.conf"))",
            "--module-path=\(program.root ?? "")/usr/lib/syslog-ng/3.38",
            "--persist-file=\(directory.path("persist"))", "--pidfile=\(directory.path("pid"))",
            "--control=\(directory.path("control"))",
        ]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        try expectForwarded(from: entrance, host)
    }

    /// A client that knows no TLS, with stunnel between.
    @Test(
        .enabled(if: ExampleProgram.stunnel != nil, "skipped: stunnel is not there: make deps-test"),
        .enabled(if: BuiltProgram.firstExecutable("/usr/bin/logger") != nil, "skipped: logger is not installed")
    )
    func loggerThroughStunnel() throws {
        let host = try TLSHost("syslog", try TLSHost.requiringClients(), "tls_allowed_clients = 'web1.example.com'")
        let (directory, certificates) = (host.directory, host.certificates)
        let entrance = try TestSocket(at: "tcp:127.0.0.1:0").name
        let configuration = """
            foreground = yes
            pid =
            [syslog]
            client = yes
            accept = \(entrance)
            connect = 127.0.0.1:\(host.port)
            CAfile = \(certificates.certificate("ca"))
            verifyChain = yes
            checkHost = localhost
            cert = \(certificates.certificate("client"))
            key = \(certificates.key("client"))

            """
        try Data(configuration.utf8).write(to: directory.url.appending(path: "stunnel.conf"))
        let program = try #require(ExampleProgram.stunnel)
        let process = Process()
        process.executableURL = URL(filePath: program.path)
        process.environment = program.environment
        process.arguments = [directory.path("stunnel.conf")]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        #expect(eventually { (try? TestSocket(to: "tcp:\(entrance)")) != nil })
        let port = try #require(entrance.split(separator: ":").last)
        for number in 1...3 {
            let outcome = try BuiltProgram.run(
                "/usr/bin/logger",
                ["--server", "127.0.0.1", "--port", String(port), "--tcp", "--octet-count", "card \(number)"],
                in: directory
            )
            #expect(outcome.status == 0, "\(outcome)")
        }
        // Each has a connection of its own.
        try expectRecords(host, inAnyOrder: true)
    }

    /// Sends three messages to the socket of a syslog daemon, which passes them on as a verified client.
    private func expectForwarded(from entrance: String, _ host: TLSHost) throws {
        #expect(eventually { FileManager.default.fileExists(atPath: entrance) })
        for number in 1...3 {
            try TestSocket(to: "unixgram:\(entrance)").send("<13>Nov 23 09:41:52 billing: card \(number)")
        }
        try expectRecords(host)
    }

    private func expectRecords(_ host: TLSHost, inAnyOrder: Bool = false) throws {
        let records = try host.daemon.messages(awaiting: 3)
        let messages = records.map { $0["message"]?.trimmingPrefix(" ").description ?? "" }
        #expect((inAnyOrder ? messages.sorted() : messages) == ["card 1", "card 2", "card 3"])
        for record in records {
            #expect(record["tls_version"] == "TLSv1.3")
            #expect(record["tls_subject"] == #"CN=web1.example.com,O=Example\, Inc."#)
        }
    }
}

/// Where rsyslog's drivers for TLS are: installed, or unpacked by `make deps-test`.
private enum RsyslogDriver {
    /// The directories of modules, with colons between; nil when a driver is missing.
    static let directories: String? = {
        let own = Rsyslog.moduleDirectories
        let all = own + own.map { Checkout.path(".build/log-programs\($0)") }
        let found = all.filter { FileManager.default.fileExists(atPath: $0) }
        let hasDrivers = ["lmnsd_ossl.so", "lmnsd_gtls.so"].allSatisfy { driver in
            found.contains { FileManager.default.fileExists(atPath: "\($0)/\(driver)") }
        }
        return hasDrivers ? found.joined(separator: ":") : nil
    }()
}
