import ArgumentParser
import Daemon

/// The options of the command line.
///
/// Values are parsed by the same rules as in the configuration file. Times and numbers may begin with a dash, so that the
/// error is about the value.
struct CommandOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve a protocol at an address; may be given several times.",
            discussion: """
                PROTOCOL is python, syslog, relp, gelf or json for log messages, metrics for Prometheus, or hello, \
                echo or discard. ADDRESS is tcp:127.0.0.1:12345, udp:[::1]:7007, tcp:*:514 for every address of the \
                host, unix:/run/x.sock, unixgram:/run/y.sock, or unix:@name for an abstract socket. Replaces the \
                listeners with an address of the configuration file.
                """,
            valueName: "protocol@address"
        )
    )
    var listen: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write records to auto, journald, journal-remote, syslog, file, stderr or stdout. (default: auto)",
            valueName: "backend"
        )
    )
    var logBackend: String?

    @Option(
        help: ArgumentHelp(
            "Minimum level of the daemon's own records, of its start and stop as of connections and data: debug, info, "
                + "notice, warning, error, critical, alert or emergency. Messages of clients are not affected. "
                + "(default: debug)",
            valueName: "level"
        )
    )
    var logLevel: String?

    @Option(help: ArgumentHelp("Append to this file, with the file backend. (default: server.log)", valueName: "path"))
    var logFile: String?

    @Option(
        help: ArgumentHelp(
            "Write lines of this format, with file, stderr and stdout: json, or a template in the style of Python's "
                + "logging. "
                + "(default: %(asctime)s:%(levelname)s:%(message)s)",
            valueName: "format"
        )
    )
    var logFormat: String?

    @Option(
        help: ArgumentHelp(
            "Count a record in the file as written: none, after write(2); data, after fdatasync(2). "
                + "(default: none)",
            valueName: "sync"
        )
    )
    var logSync: String?

    @Option(
        help: ArgumentHelp(
            "Send records to systemd-journal-remote at this socket, with the journal-remote backend. "
                + "(default: unix:/run/sockserved-journal-remote.sock)",
            valueName: "address"
        )
    )
    var journalRemote: String?

    @Option(help: ArgumentHelp("Give records this facility. (default: daemon)", valueName: "facility"))
    var syslogFacility: String?

    @Option(
        help: ArgumentHelp(
            "Name senders in front of their messages in the journal and in syslog: auto, or a template as for "
                + "--log-format. (default: auto)",
            valueName: "format"
        )
    )
    var journalIdentifier: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Close connections that send nothing for this long; 0 disables it. (default: 1min, and off for log "
                + "protocols)",
            valueName: "time"
        )
    )
    var idleTimeout: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Allow each listener this many open connections; further ones wait. (default: 10000)",
            valueName: "count"
        )
    )
    var maxConnections: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Keep this many bytes of a log message. (default: 1M)",
            valueName: "bytes"
        )
    )
    var messageLimit: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Reset connections whose message is not complete after this long; 0 disables it. (default: 5min)",
            valueName: "time"
        )
    )
    var messageTimeout: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Use this much memory for what waits or is not complete. (default: 64M)",
            valueName: "bytes"
        )
    )
    var memoryLimit: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Let records that take this much memory wait before clients have to wait, too. (default: 16M)",
            valueName: "bytes"
        )
    )
    var queueSize: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Let connections finish for this long after SIGTERM. (default: 5s)",
            valueName: "time"
        )
    )
    var drainTimeout: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With sockets passed in by systemd: exit after this long without connections. (default: infinity)",
            valueName: "time"
        )
    )
    var exitIdleTime: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Record this often what became of all messages, if any came. (default: 1h)",
            valueName: "time"
        )
    )
    var statisticsInterval: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Serve sockets with this many threads. (default: 1)",
            valueName: "count"
        )
    )
    var threads: String?

    @Option(
        help: ArgumentHelp(
            "Read this configuration file, and then those of the directory of its name with .d added. "
                + "(default: \(ConfigurationLoader.defaultPath), where it exists)",
            valueName: "path"
        )
    )
    var config: String?

    @Flag(help: "Check the configuration, print it or its errors, and exit.")
    var checkConfig = false

    @Flag(help: "With --check-config: print errors only.")
    var quiet = false
}

extension CommandOptions {
    /// The loader for the configuration with these flags.
    var loader: ConfigurationLoader {
        // ArgumentParser finds the options by reflection, too; a label is the property wrapper's.
        var texts: [String: String] = [:]
        for child in Mirror(reflecting: self).children {
            texts[child.label ?? ""] = (child.value as? Option<String?>)?.wrappedValue
        }
        var settings = Settings()
        for setting in Configuration.settings {
            settings.setFlag(setting, texts[Self.label(of: setting.key)])
        }
        return ConfigurationLoader(flags: settings, listen: listen, path: config)
    }

    /// The label of the option for a key: `_logLevel` for `log_level`.
    private static func label(of key: String) -> String {
        let words = key.split(separator: "_")
        return words.dropFirst().reduce("_" + (words.first ?? "")) {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }
}
