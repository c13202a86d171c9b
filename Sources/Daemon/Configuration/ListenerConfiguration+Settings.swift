import LogBackends
import LogRecords
import SocketServer

extension ListenerConfiguration {
    static let nameKey = "name"
    static let protocolKey = "protocol"
    static let addressKey = "address"
    private static let facilityKey = "facility"
    private static let minSeverityKey = "min_severity"
    private static let maxSeverityKey = "max_severity"
    private static let identifierKey = "identifier"

    /// Every key of a `[[listener]]` table, in the order of `--check-config`. All take effect at a restart.
    ///
    /// A further one is a row here, and its texts in sockserved.toml(5) and `packaging/sockserved.toml`.
    package static let settings: [Setting<ListenerConfiguration>] = [
        Setting(nameKey, \.name, .onRestart, parse: SettingParser.listenerName, text: \.self),
        .choice(protocolKey, \.protocolName, "protocol", ProtocolRegistry.names.sorted(), \.self, .onRestart),
        Setting(addressKey, optional: \.address, .onRestart, parse: SettingParser.address, text: \.description),
        Setting(
            "idle_timeout",
            \.limits.idleTimeout,
            takesNumbers: true,
            .onRestart,
            parse: SettingParser.idleTimeout,
            text: TimeSpan.text
        ),
        .number("max_connections", \.limits.maxConnections, in: SettingParser.connectionCounts, .onRestart),
        .size("message_limit", \.limits.messageLimit, in: SettingParser.messageLimits, .onRestart),
        .choice(facilityKey, optional: \.policy.facility, "facility", Facility.allCases, \.name, .onRestart),
        .choice(minSeverityKey, optional: \.policy.minSeverity, "severity", severities, \.name, .onRestart),
        .choice(maxSeverityKey, optional: \.policy.maxSeverity, "severity", severities, \.name, .onRestart),
        Setting(
            identifierKey,
            optional: \.identifier,
            .onRestart,
            parse: SettingParser.identifier,
            text: \.text
        ),
    ]

    /// The keys that change records of senders' messages, which other protocols do not make.
    static let messageKeys = [facilityKey, minSeverityKey, maxSeverityKey, identifierKey]

    private static let severities: [Severity] = Severity.allCases.reversed()
}
