import LogFormats
import LogRecords
import Testing

/// The program and its process by the names that the journal and python-systemd have for them.
@Suite struct JournalNamesTests {
    private func python(_ members: String) -> PythonRecord {
        PythonRecord(Array("(dS'msg'\nS'm'\nsS'process'\nI7\ns\(members).".utf8))
    }

    @Test func inPythonsExtra() {
        let record = python("S'SYSLOG_IDENTIFIER'\nS'shop'\nsS'SYSLOG_PID'\nI812\nsS'order'\nI1\ns")
        #expect(record.known["app_name"] == "shop")
        #expect(record.known["procid"] == "812")
        #expect(record.extra == ["order": "integer 1", "process": "integer 7"])
        #expect(python("S'SYSLOG_IDENTIFIER'\nS'shop'\ns").known["procid"] == "7")
    }

    @Test func onlyWhereTheTypeFits() {
        let record = python("S'SYSLOG_IDENTIFIER'\nI1\nsS'SYSLOG_PID'\n]s")
        #expect(record.known["app_name"] == nil)
        #expect(record.known["procid"] == "7")
        #expect(record.extra == ["SYSLOG_IDENTIFIER": "integer 1", "SYSLOG_PID": "json []"])
        #expect(python("S'syslog_identifiers'\nS'x'\ns").extra == ["syslog_identifiers": "x"])
    }

    @Test func inGELF() {
        var parser = GELFParser()
        var record = LogRecord(nil, severity: .debug)
        let text = #"{"short_message":"m","_SYSLOG_IDENTIFIER":"shop","_SYSLOG_PID":812}"#
        parser.parse(Array(text.utf8).span, into: &record, SyslogMessage.context)
        #expect(record.text(of: .appName) == "shop")
        #expect(record.text(of: .procid) == "812")
        #expect(!record.hasExtra)
    }

    @Test func inJSON() {
        let record = ParsedJSON(#"{"message":"m","app":"other","SYSLOG_IDENTIFIER":"shop","SYSLOG_PID":"812","pid":7}"#)
        #expect(record["app_name"] == "shop")
        #expect(record["procid"] == "812")
        #expect(record["extra.app"] == "\"other\"")
        #expect(record["extra.pid"] == "integer 7")
    }
}

extension LogRecord {
    /// The text of a field that is UTF-8.
    fileprivate func text(of key: FieldKey) -> String? {
        guard case .bytes(let range)? = value(of: key) else { return nil }
        return String(decoding: bytes[range], as: UTF8.self)
    }
}
