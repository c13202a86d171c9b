import LogFormats
import LogRecords

/// The record that `SyslogParser` makes of a message, in a form to compare.
struct SyslogMessage: Equatable {
    struct Parameter: Equatable {
        var id: String
        var name: String
        var value: String

        init(_ id: String, _ name: String, _ value: String) {
            self.id = id
            self.name = name
            self.value = value
        }
    }

    /// 2026-11-23 09:00:00 UTC.
    static let context = ReceiveContext(time: WallTime(seconds: 1_795_424_400, nanoseconds: 0), secondsFromUTC: 0)

    private(set) var record: LogRecord
    var text: String { String(decoding: record.message, as: UTF8.self) }
    var appName: String? { self[.appName] }
    var procid: String? { self[.procid] }
    var hostname: String? { self[.hostname] }
    var msgid: String? { self[.msgid] }
    var timestamp: String? { self[.timestampText] }
    var fault: String? { self[.fault] }
    var raw: [UInt8]? { bytes(of: .raw) }
    /// `4.2` for auth.crit.
    var priority: String { "\(record.facility?.rawValue ?? 255).\(record.severity.rawValue)" }
    /// Facility and severity, and the words of the header; `-` where there is none.
    var header: String {
        ([priority] + [hostname, appName, procid, msgid].map { $0 ?? "-" }).joined(separator: " ")
    }
    /// The time claimed, such as `2003-10-11T22:14:15.003Z`.
    var time: String? { record.claimedTime.map(Self.written) }

    init(_ text: String, _ context: ReceiveContext = context) {
        self.init(Array(text.utf8), context)
    }

    init(_ bytes: [UInt8], _ context: ReceiveContext = context) {
        var parser = SyslogParser()
        record = LogRecord(nil, severity: .debug, time: context.time)
        parser.parse(bytes.span, into: &record, context)
    }

    var structuredData: [Parameter] {
        record.fields.compactMap { field in
            guard case .structured(let id, let name) = field.name, case .bytes(let value) = field.value else {
                return nil
            }
            return Parameter(string(id), string(name), string(value))
        }
    }

    static func == (lhs: SyslogMessage, rhs: SyslogMessage) -> Bool {
        lhs.text == rhs.text && lhs.header == rhs.header && lhs.time == rhs.time && lhs.fault == rhs.fault
            && lhs.structuredData == rhs.structuredData
    }

    private subscript(key: FieldKey) -> String? {
        bytes(of: key).map { String(decoding: $0, as: UTF8.self) }
    }

    private func bytes(of key: FieldKey) -> [UInt8]? {
        guard case .bytes(let range)? = record.value(of: key) else { return nil }
        return Array(record.bytes[range])
    }

    private func string(_ range: Range<Int>) -> String {
        String(decoding: record.bytes[range], as: UTF8.self)
    }

    private static func written(_ time: WallTime) -> String {
        let days = Int((Double(time.seconds) / 86_400).rounded(.down))
        let (year, month, day) = CivilCalendar.date(fromDays: days)
        let second = Int(time.seconds) - days * 86_400
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        var fraction = String(String(1_000_000_000 + Int(time.nanoseconds)).dropFirst())
        while fraction.last == "0" { fraction.removeLast() }
        return "\(year)-\(two(month))-\(two(day))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
            + (fraction.isEmpty ? "" : ".\(fraction)") + "Z"
    }
}
