import Foundation
import TestSupport
import Testing

/// What rsyslog passes on over TLS, with both of its drivers.
@Suite(
    .enabled(
        if: Rsyslog.program != nil && RsyslogDriver.directories != nil,
        "rsyslog's drivers are not there: make deps-test"
    )
)
struct TLSForwarderTests {
    @Test(arguments: ["ossl", "gtls"])
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
        #expect(eventually { FileManager.default.fileExists(atPath: entrance) })
        for number in 1...3 {
            try TestSocket(to: "unixgram:\(entrance)").send("<13>Nov 23 09:41:52 billing: card \(number)")
        }
        let records = try host.daemon.messages(awaiting: 3)
        #expect(records.map { $0["message"]?.trimmingPrefix(" ").description } == ["card 1", "card 2", "card 3"])
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
