extension LogFormat {
    /// What cuts a stream of messages of this format.
    ///
    /// - Parameter limit: how many bytes of one message are kept.
    package func makeFraming(limit: Int) -> any Framing {
        switch self {
        case .python: LengthFraming(limit: limit)
        case .syslog: SyslogFraming(limit: limit)
        case .gelf: LineFraming(limit: limit, endings: .null)
        case .json: LineFraming(limit: limit, endings: .newlineOrNull)
        }
    }
}
