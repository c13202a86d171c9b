/// A fuzzed function: it accepts any bytes, and throws when a required property does not hold.
enum FuzzTarget: String, CaseIterable {
    case syslog
    case syslogStream = "syslog-stream"
    case python
    case pythonStream = "python-stream"
    case json
    case jsonStream = "json-stream"
    case gelf
    case gelfStream = "gelf-stream"
    case gelfDatagrams = "gelf-datagrams"
    case inflate
    case relp
    case proxyHeader = "proxy-header"
    case httpRequest = "http-request"
    case tls

    func check(_ data: [UInt8]) throws(FuzzFault) {
        switch self {
        case .syslog: try MessageCheck.syslog.check(data)
        case .syslogStream: try StreamCheck.syslog(data)
        case .python: try MessageCheck.python.check(data)
        case .pythonStream: try StreamCheck.python(data)
        case .json: try MessageCheck.json.check(data)
        case .jsonStream: try StreamCheck.json(data)
        case .gelf: try MessageCheck.gelf.check(data)
        case .gelfStream: try StreamCheck.gelf(data)
        case .gelfDatagrams: try DatagramCheck.check(data)
        case .inflate: try InflateCheck.check(data)
        case .relp: try RELPCheck.check(data)
        case .proxyHeader: try HeadCheck.proxyHeader(data)
        case .httpRequest: try HeadCheck.httpRequest(data)
        case .tls: try TLSCheck.check(data)
        }
    }
}

/// Something that must hold, and does not.
struct FuzzFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// - Throws: unless it holds.
    static func expect(_ holds: Bool, _ description: @autoclosure () -> String) throws(FuzzFault) {
        guard !holds else { return }
        throw FuzzFault(description())
    }
}
