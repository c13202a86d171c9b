import LogBackends
import LogRecords
import SocketServer

extension Configuration {
    /// What would run, as TOML: a file of this content means the same.
    ///
    /// Without a listener that has an address, what is opened when systemd passes no socket in comes as a comment.
    package var report: String {
        var lines = [
            "log_backend = \(Self.quoted(logBackend.rawValue))",
            "log_level = \(Self.quoted(logLevel.name))",
            "log_file = \(Self.quoted(logFile))",
            "log_format = \(Self.quoted(logFormat.text))",
            "log_sync = \(Self.quoted(logSync.rawValue))",
            "syslog_facility = \(Self.quoted(syslogFacility.name))",
            idleTimeoutLine,
            "max_connections = \(limits.maxConnections)",
            "message_limit = \(Self.quoted(ByteSize.text(limits.messageLimit)))",
            "queue_size = \(Self.quoted(ByteSize.text(queueSize)))",
            "drain_timeout = \(Self.quoted(TimeSpan.text(drainTimeout)))",
            "exit_idle_time = \(Self.quoted(TimeSpan.text(exitIdleTime)))",
            "threads = \(threads)",
        ]
        for listener in listeners {
            lines += ["", "[[listener]]", "name = \(Self.quoted(listener.name))"]
            lines.append("protocol = \(Self.quoted(listener.protocolName))")
            if let address = listener.address {
                lines.append("address = \(Self.quoted(address.description))")
            }
            lines.append("idle_timeout = \(Self.quoted(TimeSpan.text(listener.limits.idleTimeout)))")
            lines.append("max_connections = \(listener.limits.maxConnections)")
            lines.append("message_limit = \(Self.quoted(ByteSize.text(listener.limits.messageLimit)))")
        }
        if !listeners.contains(where: { $0.address != nil }) {
            let standard = ListenerConfiguration.standard(limits: limits)
            let text = "\(standard.protocolName)@\(standard.address.map { "\($0)" } ?? "")"
            lines += ["", "# Without sockets from systemd: \(text)"]
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A comment as long as nobody asked for one time for all protocols.
    private var idleTimeoutLine: String {
        let text = Self.quoted(TimeSpan.text(limits.idleTimeout))
        return isIdleTimeoutSet ? "idle_timeout = \(text)" : "# idle_timeout = \(text), and none for log messages"
    }

    /// A basic string of TOML.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result += "\\\(scalar)"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
