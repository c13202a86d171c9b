import LogRecords

/// The names that a sender gives for itself.
extension LogRecord {
    /// The program, else the logger unless it is Python's root logger; nil when the sender names neither.
    var program: Field.Value? {
        if let program = name(of: .appName) { return program }
        guard let logger = name(of: .logger) else { return nil }
        if case .bytes(let range) = logger, isEqual(range, "root") { return nil }
        return logger
    }

    /// The host name; nil when the sender names none.
    var host: Field.Value? { name(of: .hostname) }

    /// The host by the sender's certificate, which counts before `host`; nil where the listener does not take it.
    var verifiedHost: String? { event == nil ? origin?.tls?.host : nil }

    /// The address of an Internet peer.
    var peerAddress: String? {
        guard case .internet(let address, _)? = origin?.peer else { return nil }
        return address
    }

    /// The value of a field; nil when it is empty or `-`, the NILVALUE of RFC 5424, section 6.
    private func name(of key: FieldKey) -> Field.Value? {
        let value = value(of: key)
        switch value {
        case .bytes(let range)?, .json(let range)?: return range.isEmpty || isEqual(range, "-") ? nil : value
        case .integer?, nil: return value
        }
    }

    private func isEqual(_ range: Range<Int>, _ text: StaticString) -> Bool {
        bytes.span.extracting(range).isEqual(to: text)
    }
}
