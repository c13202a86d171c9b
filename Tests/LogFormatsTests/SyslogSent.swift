import LogRecords

/// The message that a syslog client was to send, in a form to compare records with.
struct SyslogSent: Equatable {
    enum Time: Equatable {
        case none
        /// Within a minute of the time when all was captured.
        case captured
        /// In seconds since 1970.
        case other(Int64)
    }

    /// 2026-11-23 09:41:55 UTC.
    static let captured: Int64 = 1_795_426_915

    var facility: Facility?
    var severity: Severity
    /// "*" stands for any text.
    var message: String
    var app: String?
    /// "#" stands for any process id.
    var procid: String?
    var host: String?
    var msgid: String?
    /// `id.name=value`, in order.
    var data: [String] = []
    var time = Time.captured
    /// Whether the message as received is kept, too.
    var isKeptRaw = false

    init(_ facility: Facility?, _ severity: Severity, _ message: String, app: String? = nil, pid: String? = nil) {
        self.facility = facility
        self.severity = severity
        self.message = message
        self.app = app
        procid = pid
    }

    init(_ record: LogRecord) {
        self.init(record.facility, record.severity, String(decoding: record.message, as: UTF8.self))
        app = record.text(of: .appName)
        procid = record.text(of: .procid)
        host = record.text(of: .hostname)
        msgid = record.text(of: .msgid)
        isKeptRaw = record.value(of: .raw) != nil
        time = record.claimedTime.map { abs($0.seconds - Self.captured) < 60 ? .captured : .other($0.seconds) } ?? .none
        for field in record.fields {
            guard case .structured(let id, let name) = field.name, case .bytes(let value) = field.value else {
                continue
            }
            let parts = [id, name, value].map { String(decoding: record.bytes[$0], as: UTF8.self) }
            data.append("\(parts[0]).\(parts[1])=\(parts[2])")
        }
    }

    /// Whether that is the message, by its parts between "*".
    func matches(_ text: String) -> Bool {
        let parts = message.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, text.hasPrefix(parts[0]), text.hasSuffix(parts[parts.count - 1]) else { return false }
        var rest = text[...]
        for part in parts where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }

    /// The same from that host.
    func from(_ host: String) -> Self { with { $0.host = host } }

    /// The same with a message id, and parameters of structured data as `id.name=value`.
    func with(msgid: String? = nil, _ data: [String]) -> Self {
        with {
            $0.msgid = msgid
            $0.data = data
        }
    }

    /// The same without a time.
    var untimed: Self { with { $0.time = .none } }

    func at(_ seconds: Int64) -> Self { with { $0.time = .other(seconds) } }

    /// The same, with parts that are guessed.
    var raw: Self { with { $0.isKeptRaw = true } }

    private func with(_ change: (inout Self) -> Void) -> Self {
        var changed = self
        change(&changed)
        return changed
    }
}

extension LogRecord {
    fileprivate func text(of key: FieldKey) -> String? {
        guard case .bytes(let range)? = value(of: key) else { return nil }
        return String(decoding: bytes[range], as: UTF8.self)
    }
}
