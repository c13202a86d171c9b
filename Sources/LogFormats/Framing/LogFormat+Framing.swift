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

    /// What makes messages of this format of datagrams.
    ///
    /// - Parameter limit: how many bytes of one message are kept.
    package func makeDatagramFraming(limit: Int) -> any DatagramFraming {
        switch self {
        case .python: PickleDatagramFraming(limit: limit)
        case .gelf: GELFDatagramFraming(limit: limit)
        default: WholeDatagramFraming(limit: limit)
        }
    }
}
