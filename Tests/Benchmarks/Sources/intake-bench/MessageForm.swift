/// What is sent: a format and its framing.
enum MessageForm: String, CaseIterable {
    /// RFC 3164, ended by newlines, as most programs and relays send it.
    case rfc3164
    /// RFC 5424 with structured data as `logger` sends it, ended by newlines.
    case rfc5424
    /// The same with octet counting (RFC 6587).
    case octets = "rfc5424-octets"
    /// The frames of `logging.handlers.SocketHandler`.
    case python

    var isSyslog: Bool { self != .python }
}

/// How it is written to the connections.
enum WriteMode: String, CaseIterable {
    /// 64 KiB at a time, cut anywhere, as a busy relay does.
    case blocks
    /// One message at a time, as handlers do.
    case messages
}
