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
    static let messageRateKey = "message_rate"
    static let messageBurstKey = "message_burst"
    static let byteRateKey = "byte_rate"
    static let byteBurstKey = "byte_burst"
    static let modeKey = "mode"
    static let groupKey = "group"
    static let proxyKey = "proxy_protocol"
    static let proxiesKey = "trusted_proxies"

    /// The keys of a `[[listener]]` table, in the order of `--check-config`; all take effect at a restart.
    ///
    /// To add one, add a row below, and its documentation to sockserved.toml(5) and `packaging/sockserved.toml`.
    package static let settings = generalSettings + tlsSettings

    private static let generalSettings: [Setting<ListenerConfiguration>] = [
        Setting(nameKey, \.name, .onRestart, parse: SettingParser.listenerName, text: \.self),
        .choice(protocolKey, \.protocolName, "protocol", ProtocolRegistry.names.sorted(), \.self, .onRestart),
        Setting(addressKey, optional: \.address, .onRestart, parse: SettingParser.address, text: \.description),
        Setting(modeKey, optional: \.mode, .onRestart, parse: SettingParser.mode, text: SettingParser.text(mode:)),
        Setting(groupKey, optional: \.group, .onRestart, parse: UserGroup.init, text: \.name),
        .time("idle_timeout", \.limits.idleTimeout, .onRestart),
        .number("max_connections", \.limits.maxConnections, in: SettingParser.connectionCounts, .onRestart),
        .size("message_limit", \.limits.messageLimit, in: SettingParser.messageLimits, .onRestart),
        .time("message_timeout", \.limits.messageTimeout, .onRestart),
        .number(
            "max_connections_per_source",
            optional: \.limits.maxConnectionsPerSource,
            in: SettingParser.connectionCounts,
            .onRestart
        ),
        .number(messageRateKey, optional: \.limits.messageRate, in: SettingParser.messageRates, .onRestart),
        .number(messageBurstKey, optional: \.limits.messageBurst, in: SettingParser.messageRates, .onRestart),
        .size(byteRateKey, optional: \.limits.byteRate, in: SettingParser.byteRates, .onRestart),
        .size(byteBurstKey, optional: \.limits.byteBurst, in: SettingParser.byteRates, .onRestart),
        .flag(proxyKey, \.hasProxyHeader, .onRestart),
        Setting(
            proxiesKey,
            optional: \.trustedProxies,
            forms: .list,
            .onRestart,
            parse: ProxyTrust.init,
            text: \.text
        ),
        .choice(facilityKey, optional: \.policy.facility, "facility", Facility.allCases, \.name, .onRestart),
        Setting(minSeverityKey, optional: \.policy.minSeverity, .onRestart, parse: SettingParser.level, text: \.name),
        Setting(maxSeverityKey, optional: \.policy.maxSeverity, .onRestart, parse: SettingParser.level, text: \.name),
        Setting(
            identifierKey,
            optional: \.identifier,
            .onRestart,
            parse: SettingParser.identifier,
            text: \.text
        ),
    ]

    /// The keys for records of senders' messages, which only log protocols make.
    static let messageKeys = [facilityKey, minSeverityKey, maxSeverityKey, identifierKey]
}
