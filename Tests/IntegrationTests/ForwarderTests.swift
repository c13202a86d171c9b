import Foundation
import TestSupport
import Testing

private let rsyslog = BuiltProgram.firstExecutable("/usr/sbin/rsyslogd")

/// What rsyslog's omfwd passes on from programs of its own host.
@Suite(.enabled(if: rsyslog != nil, "rsyslog is not installed"))
struct ForwarderTests {
    private static let counted = #"TCP_Framing="octet-counted""#
    private static let protocol23 = #"template="RSYSLOG_SyslogProtocol23Format""#

    @Test(arguments: [
        #"protocol="udp""#, #"protocol="udp" template="RSYSLOG_ForwardFormat""#, #"protocol="udp" \#(protocol23)"#,
        #"protocol="tcp""#, #"protocol="tcp" \#(counted)"#, #"protocol="tcp" \#(protocol23)"#,
        #"protocol="tcp" \#(protocol23) \#(counted)"#,
    ])
    func omfwd(options: String) throws {
        let directory = try TemporaryDirectory()
        let kind = options.contains("udp") ? "udp" : "tcp"
        let daemon = try DaemonProcess(
            ["--listen", "syslog@\(kind):127.0.0.1:0", "--log-format", "json"],
            in: directory
        )
        let port = try #require(daemon.addresses.first?.split(separator: ":").last)
        let entrance = directory.path("entrance")
        let configuration = """
            global(workDirectory="\(directory.path)" localHostname="web1")
            module(load="imuxsock" sysSock.use="off")
            input(type="imuxsock" socket="\(entrance)" useSpecialParser="off" parseHostname="off")
            *.* action(type="omfwd" target="127.0.0.1" port="\(port)" \(options))

            """
        try Data(configuration.utf8).write(to: directory.url.appending(path: "rsyslog.conf"))
        let process = Process()
        process.executableURL = URL(filePath: try #require(rsyslog))
        process.arguments = ["-n", "-f", directory.path("rsyslog.conf"), "-i", directory.path("rsyslog.pid")]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // Not SIGTERM: it is blocked in whatever tests start, and rsyslog leaves that so.
        defer { kill(process.processIdentifier, SIGKILL) }
        #expect(eventually { FileManager.default.fileExists(atPath: entrance) })

        for message in ["<156>Nov 23 09:41:52 billing[4711]: card 4242 declined", "<27>Nov 23 09:41:52 billing: Grüße"]
        {
            try TestSocket(to: "unixgram:\(entrance)").send(message)
        }
        let records = try daemon.messages(awaiting: 2)
        let text = { (record: MessageRecord) in
            // A 3164 message is passed on with the space before it, which RFC 5424 has no place for.
            record["message"]?.trimmingPrefix(" ").description
        }
        #expect(records.map(text) == ["card 4242 declined", "Grüße"])
        #expect(records.map { $0["facility"] } == ["19", "3"])
        #expect(records.map { $0["level"] } == ["warning", "error"])
        #expect(records.map { $0["app_name"] } == ["billing", "billing"])
        #expect(records.map { $0["procid"] } == ["4711", nil])
        #expect(records.map { $0["hostname"] } == ["web1", "web1"])
        for record in records {
            #expect(abs(try #require(record.timestamp) - Date().timeIntervalSince1970) < 60)
            #expect(record["fault"] == nil)
        }
    }
}
