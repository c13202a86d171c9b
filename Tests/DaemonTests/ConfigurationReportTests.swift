import Daemon
import Foundation
import LogBackends
import LogRecords
import SocketServer
import TLS
import TestSupport
import Testing

@Suite struct ConfigurationReportTests {
    private func load(_ text: String) throws -> Configuration {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.toml")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try ConfigurationLoader(path: path).load()
    }

    @Test func aFileOfTheReportMeansTheSame() throws {
        #expect(try load(ConfigurationReport(Configuration()).text) == Configuration())
        var configuration = Configuration()
        configuration.logFormat = try LineFormat("\"%(message)s\"\\ é %(levelname)-8s")
        configuration.logFile = "/x y/\u{1b}z"
        configuration.limits.idleTimeout = nil
        configuration.isIdleTimeoutSet = true
        configuration.limits.messageLimit = 5000
        configuration.exitIdleTime = .milliseconds(90_500)
        configuration.queueSize = 100_000
        configuration.threads = 2
        configuration.journalIdentifier = try IdentifierFormat("\"%(program)s\"")
        var messages = ListenerConfiguration(
            name: "e",
            protocolName: "gelf",
            address: nil,
            limits: ListenerLimits(idleTimeout: nil)
        )
        messages.policy = RecordPolicy(facility: .local7, minSeverity: .notice, maxSeverity: .critical)
        messages.identifier = try IdentifierFormat("shop")
        configuration.listeners = [
            ListenerConfiguration(
                name: "a \"b\"",
                protocolName: "echo",
                address: .unixDatagram(path: "@x"),
                limits: ListenerLimits(idleTimeout: .seconds(90), maxConnections: 1)
            ),
            ListenerConfiguration(name: "c", protocolName: "discard", address: nil, limits: ListenerLimits()),
            ListenerConfiguration(
                name: "d",
                protocolName: "discard",
                address: .unix(path: "/x"),
                limits: ListenerLimits()
            ),
            messages,
        ]
        configuration.listeners[2].mode = 0o60
        configuration.listeners[2].group = try UserGroup("root")
        #expect(try load(ConfigurationReport(configuration).text) == configuration)
    }

    @Test func everyKeyIsReported() {
        var configuration = Configuration()
        configuration.isIdleTimeoutSet = true
        let report = ConfigurationReport(configuration).text
        for key in Configuration.settings.map(\.key) {
            #expect(report.split(separator: "\n").count { $0.hasPrefix("\(key) = ") } == 1)
        }
        // It was not asked for, so that it does not hold for log messages.
        #expect(
            ConfigurationReport(Configuration()).text.contains(
                "\n# idle_timeout = \"1min\", and none for log messages\n"
            )
        )
        #expect(report.hasSuffix("\n# Without sockets from systemd: hello@tcp:127.0.0.1:12345\n"))
    }

    /// The file that is installed: every key is there, as a comment that shows the default.
    @Test func thePackagedFileShowsTheDefaults() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let packaged = try String(contentsOf: root.appendingPathComponent("packaging/sockserved.toml"), encoding: .utf8)
        #expect(try load(packaged) == Configuration())
        let uncommented = packaged.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") && line != "#" ? line.dropFirst() : line
        }.joined(separator: "\n")
        for key in Configuration.settings.map(\.key) {
            #expect(uncommented.contains("\n\(key) = "), "\(key)")
        }
        for key in ListenerConfiguration.settings.map(\.key) {
            #expect(uncommented.contains("\n\(key) = "), "\(key)")
        }
        var expected = Configuration()
        expected.isIdleTimeoutSet = true
        var syslog = ListenerConfiguration(
            name: "syslog",
            protocolName: "syslog",
            address: nil,
            limits: ListenerLimits()
        )
        syslog.policy = RecordPolicy(facility: .local0, minSeverity: .informational, maxSeverity: .error)
        syslog.identifier = try IdentifierFormat("%(peer_address)s/%(program)s")
        var limited = ListenerLimits()
        limited.maxConnectionsPerSource = 100
        (limited.messageRate, limited.messageBurst) = (1000, 5000)
        (limited.byteRate, limited.byteBurst) = (1 << 20, 4 << 20)
        expected.listeners = [
            .standard(limits: ListenerLimits()),
            ListenerConfiguration(name: "public", protocolName: "syslog", address: nil, limits: limited),
            ListenerConfiguration(name: "sensors", protocolName: "discard", address: nil, limits: ListenerLimits()),
            syslog,
            try Self.withTLS(),
            try Self.behindProxies(),
            ListenerConfiguration(
                name: "local",
                protocolName: "json",
                address: .unix(path: "/run/sockserved/local.sock"),
                limits: ListenerLimits()
            ),
        ]
        expected.listeners[6].mode = 0o660
        expected.listeners[6].group = try UserGroup("adm")
        #expect(try load(uncommented) == expected)
    }

    private static func withTLS() throws -> ListenerConfiguration {
        var listener = ListenerConfiguration(
            name: "syslog-tls",
            protocolName: "syslog",
            address: nil,
            limits: ListenerLimits()
        )
        listener.tls.isOn = true
        listener.tls.certificate = "syslog.pem"
        listener.tls.key = "syslog.key"
        listener.tls.clientCA = "clients.pem"
        listener.tls.clients = .require
        listener.tls.allowedClients = [try #require(AllowedClient("*.example.com"))]
        listener.tls.namesHosts = true
        return listener
    }

    private static func behindProxies() throws -> ListenerConfiguration {
        var listener = ListenerConfiguration(
            name: "balanced",
            protocolName: "syslog",
            address: nil,
            limits: ListenerLimits()
        )
        listener.hasProxyHeader = true
        let prefixes = ["192.0.2.1", "10.0.0.0/8"].compactMap { AddressPrefix($0) }
        listener.trustedProxies = ProxyTrust(trustsUnix: true, prefixes: prefixes)
        return listener
    }
}
