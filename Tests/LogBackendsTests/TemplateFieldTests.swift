import Foundation
import Linux
import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// What stands for each name in the lines of senders' records and of our own.
@Suite struct TemplateFieldTests {
    private static let event = Event(name: "tested", messageID: "00000000000000000000000000000000")

    private func render(_ template: String, _ record: LogRecord) throws -> String {
        let line = String(decoding: LineFormat.template(try LineTemplate(template)).line(of: record), as: UTF8.self)
        #expect(line.hasSuffix("\n") && line.split(separator: "\n").count == 1)
        return String(line.dropLast())
    }

    @Test(arguments: [
        ("facility", "local3"), ("severity", "4"), ("level", "warning"), ("event", "-"),
        ("time", "2023-09-04T12:00:00.123456Z"), ("timestamp", "2020-09-13T12:26:40.005000Z"), ("app_name", "nginx"),
        ("procid", "1234"), ("hostname", "web-1.example.org"), ("msgid", "ID47"), ("logger", "app.db"),
        ("level_name", "LOUD"), ("file", "/srv/app/db.core.py"), ("line", "42"), ("function", "connect"),
        ("process_name", "MainProcess"), ("thread_name", "Thread-1"), ("exc_text", #"Traceback:\n  ValueError: x"#),
        ("stack_info", #"Stack:\n  here"#), ("raw", #"<\xff\n"#), ("fault", "the time is wrong"),
        ("original_length", "2000000"), ("held_back", "3"), ("timestamp_text", "Sep 13 12:26:40"),
        ("structured_data", #"{"ex@32473":{"ip":["192.0.2.1","192.0.2.129"],"class":"high"},"origin":{}}"#),
        ("extra", #"{"user":"zoé","count":-7,"ratio":0.5,"tags":["a",{"b":null}],"blob_base64":"/w=="}"#),
        ("name", "app.db"), ("levelname", "LOUD"), ("levelno", "35"), ("pathname", "/srv/app/db.core.py"),
        ("filename", "db.core.py"), ("module", "db.core"), ("lineno", "42"), ("funcName", "connect"),
        ("processName", "MainProcess"), ("threadName", "Thread-1"), ("process", "1234"),
        ("message", #"hello\nTraceback:\n  ValueError: x\nStack:\n  here"#), ("peer", "192.0.2.7:514"),
        ("listener", "logs"), ("protocol", "syslog"), ("connection", "9"), ("program", "nginx"),
        ("host", "web-1.example.org"), ("peer_address", "192.0.2.7"), ("claimed_severity", "0"),
        ("claimed_facility", "4"),
    ])
    func aFullRecordHasEveryName(name: String, expected: String) throws {
        #expect(try render("[%(\(name))s]", .full) == "[\(expected)]")
    }

    @Test func everyKeyOfJSONIsAName() throws {
        for key in FieldKey.allCases { #expect(throws: Never.self) { try LineTemplate("%(\(key.json))s") } }
        for name in TemplateField.all { #expect(TemplateField(name) != nil) }
        #expect(Set(TemplateField.all).count == TemplateField.all.count)
    }

    @Test func whatARecordLacksIsADashOrZero() throws {
        for name in TemplateField.all where TemplateField(name)?.kind == .text {
            let text = try render("%(\(name))s", .ofSender())
            let known = [
                "asctime", "levelname", "message", "name", "time", "level", "peer", "listener", "protocol",
                "connection", "program", "host", "peer_address",
            ]
            #expect((text == "-") == !known.contains(name), "\(name) is \(text)")
        }
        #expect(
            try render("%(facility)d %(line)d %(process)d %(lineno)s %(name)s", .ofSender()) == "0 0 0 - sockserved"
        )
        #expect(try render("%(levelname)s %(levelno)d", .ofSender()) == "WARNING 30")
    }

    @Test func programAndHostFallBackToWhatThereIs() throws {
        let template = "%(host)s/%(program)s %(peer_address)s"
        #expect(try render(template, .ofSender()) == "192.0.2.7/sockserved 192.0.2.7")
        #expect(try render(template, .ofSender { $0.set(.logger, "app.db") }) == "192.0.2.7/app.db 192.0.2.7")
        #expect(try render(template, .ofSender { $0.set(.logger, "root") }) == "192.0.2.7/sockserved 192.0.2.7")
        let unnamed = LogRecord.ofSender(peer: .unix(pid: 1, uid: 0, gid: 0)) {
            for key in [FieldKey.hostname, .appName, .logger] { $0.set(key, "-") }
        }
        #expect(try render(template, unnamed) == "localhost/sockserved -")
        #expect(try render(template, LogRecord(Self.event, severity: .error)) == "localhost/sockserved -")
    }

    @Test func ourOwnEventsHaveOurProcess() throws {
        let record = LogRecord(Self.event, severity: .error)
        #expect(
            try render("%(event)s %(process)d %(name)s %(levelname)s %(facility)s", record)
                == "tested \(getpid()) sockserved ERROR -"
        )
    }

    @Test func numbersAreNumbers() throws {
        #expect(
            try render("%(facility)03d|%(severity)+d|%(lineno)5d|%(line)-5d|%(process)08d", .full)
                == "019|+4|   42|42   |00001234"
        )
        let record = LogRecord.ofSender {
            $0.set(.procid, "worker-1")
            $0.set(.line, "17")
            $0.set(.levelName, "loud")
            $0.set(.originalLength, "99999999999999999999")
        }
        // A sender's words for the level are not Python's where its numbers are not.
        #expect(
            try render("%(process)d %(process)s %(line)d %(levelname)s %(original_length)d", record)
                == "0 - 17 WARNING 0"
        )
    }

    @Test(arguments: [
        ("a/b.py", "b.py", "b"), ("b.tar.gz", "b.tar.gz", "b.tar"), (".profile", ".profile", ".profile"),
        ("..x", "..x", "..x"), ("dir/", "-", "-"), ("", "-", "-"), ("plain", "plain", "plain"),
        ("a.b/c", "c", "c"), ("x/\n.py", #"\n.py"#, #"\n"#),
    ])
    func fileNamesAreAsInPython(path: String, name: String, module: String) throws {
        let record = LogRecord.ofSender { $0.set(.file, path) }
        #expect(try render("%(filename)s %(module)s", record) == "\(name) \(module)")
    }

    @Test func whatASenderSaysIsOneLine() throws {
        let evil = "a\nb\u{1b}[2J\u{202e}"
        let record = LogRecord.ofSender {
            $0.message = Array(evil.utf8)
            for key in FieldKey.allCases { $0.set(key, evil) }
            $0.extra(evil, evil)
            $0.extra("json", json: "\"\u{85}\u{202e}\"")
            $0.structured(evil, evil, evil)
        }
        for name in TemplateField.all {
            let line = try render("%(\(name))s", record)
            #expect(!line.unicodeScalars.contains { TextEscaping.needsEscape($0.value) }, "\(name)")
        }
        #expect(try render("%(message).3s|", record) == #"a\n|"#)
    }

    @Test func anUnknownNameIsReportedWithTheKnownOnes() {
        let error = #expect(throws: LineTemplateError.self) { try LineTemplate("%(nope)s") }
        for name in ["asctime", "app_name", "structured_data", "funcName", "extra"] {
            #expect(error?.reason.contains(" \(name)") == true)
        }
    }
}
