/// What is sent: a format and its framing.
enum MessageForm: String, CaseIterable {
    /// RFC 3164, ended by newlines, as most programs and relays send it.
    case rfc3164
    /// RFC 5424 with structured data as `logger` sends it, ended by newlines.
    case rfc5424
    /// The same with octet counting (RFC 6587).
    case octets = "rfc5424-octets"
    /// RFC 5424 with messages of 1 KiB.
    case large = "rfc5424-1k"
    /// JSON lines of a structured logger.
    case json
    /// GELF, ended by NUL.
    case gelf
    /// The frames of `logging.handlers.SocketHandler`.
    case python

    var isSyslog: Bool { listener == "syslog" }

    /// The format in words.
    var title: String {
        switch self {
        case .rfc3164: "RFC 3164"
        case .rfc5424: "RFC 5424"
        case .large: "RFC 5424 of 1 KiB"
        case .octets: "RFC 5424 by octet counting"
        case .json: "JSON"
        case .gelf: "GELF"
        case .python: "Python"
        }
    }

    /// The protocol of sockserved's listener.
    var listener: String {
        switch self {
        case .rfc3164, .rfc5424, .octets, .large: "syslog"
        case .json, .gelf, .python: rawValue
        }
    }
}

/// How it is written to the connections.
enum WriteMode: String, CaseIterable {
    /// 64 KiB at a time, cut anywhere, as a busy relay does.
    case blocks
    /// One message at a time, as handlers do.
    case messages
}
