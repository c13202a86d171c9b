import LogBackends
import LogRecords
import SocketServer

extension Configuration {
    /// The settings of the daemon as a whole, in the order of `--check-config`.
    ///
    /// To add one, add a row here, an `@Option` to `CommandOptions`, and its documentation: a test compares the rows with
    /// both man pages and `packaging/sockserved.toml`.
    package static let settings: [Setting<Configuration>] = [
        .choice(
            "log_backend",
            \.logBackend,
            "backend",
            [nil] + BackendKind.allCases,
            { $0?.rawValue ?? "auto" },
            .onRestart
        ),
        Setting("log_level", \.logLevel, .onReload, parse: SettingParser.level, text: \.name),
        Setting("log_file", \.logFile, .onReload, parse: SettingParser.fileName, text: \.self),
        Setting("log_format", \.logFormat, .onReload, parse: SettingParser.lineFormat, text: \.text),
        .choice("log_sync", \.logSync, "way to sync", FileSync.allCases, \.rawValue, .onReload),
        Setting("journal_remote", \.journalRemote, .onReload, parse: SettingParser.unixPath, text: { "unix:\($0)" }),
        .choice("syslog_facility", \.syslogFacility, "facility", Facility.allCases, \.name, .onReload),
        Setting(
            "journal_identifier",
            \.journalIdentifier,
            .onReload,
            parse: SettingParser.identifier,
            text: \.text
        ),
        .time(
            "idle_timeout",
            \.idleTimeout,
            .onRestart,
            isGiven: \.isIdleTimeoutSet,
            note: "and none for log messages"
        ),
        .number("max_connections", \.limits.maxConnections, in: SettingParser.connectionCounts, .onRestart),
        .size("message_limit", \.limits.messageLimit, in: SettingParser.messageLimits, .onRestart),
        .time("message_timeout", \.limits.messageTimeout, .onRestart),
        .size("memory_limit", \.memoryLimit, in: 1 << 20...1 << 41, .onRestart),
        // A smaller queue could not hold a large record beside others.
        .size("queue_size", \.queueSize, in: 64 << 10...1 << 40, .onRestart),
        Setting(
            "drain_timeout",
            \.drainTimeout,
            forms: .number,
            .onReload,
            parse: SettingParser.drainTimeout,
            text: TimeSpan.text
        ),
        .time("exit_idle_time", \.exitIdleTime, .onReload, parse: SettingParser.exitIdleTime),
        .time("statistics_interval", \.statisticsInterval, .onReload),
        .number("threads", \.threads, in: 1...256, .onRestart),
    ]

    /// The keys that differ from another configuration and take effect at the next start only.
    ///
    /// `listeners` stands for the tables and the limits that they inherit.
    func changesForRestart(from old: Configuration) -> [String] {
        let keys = Self.settings.filter { $0.takesEffect == .onRestart && $0.differs(self, old) }.map(\.key)
        return listeners == old.listeners ? keys : keys + ["listeners"]
    }
}
