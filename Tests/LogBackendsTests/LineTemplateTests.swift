import Foundation
import LogBackends
import LogRecords
import TestSupport
import Testing

private let event = Event(name: "tested", messageID: "00000000000000000000000000000000")

/// A record for both implementations.
private struct Sample: Encodable {
    var severity = Severity.informational
    var seconds: Int64 = 1_693_828_800
    var nanoseconds: Int32 = 123_456_789
    var message = "hello"
    var peer: String?
    var listener: String?
    var `protocol`: String?
    var connection: UInt64?

    var record: LogRecord {
        let isBare = peer == nil && listener == nil && `protocol` == nil && connection == nil
        let origin = Origin(
            protocolName: `protocol` ?? "",
            listener: listener ?? "",
            peer: peer.map(Peer.unixPath),
            connection: connection
        )
        let time = WallTime(seconds: seconds, nanoseconds: nanoseconds)
        var record = LogRecord(event, severity: severity, time: time, origin: isBare ? nil : origin)
        record.append(message)
        return record
    }

    enum CodingKeys: String, CodingKey {
        case levelname, levelno, seconds, nanoseconds, message, process, peer, listener, `protocol`, connection
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(severity.pythonName.description, forKey: .levelname)
        try container.encode(severity.pythonNumber, forKey: .levelno)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(nanoseconds, forKey: .nanoseconds)
        try container.encode(message, forKey: .message)
        try container.encode(getpid(), forKey: .process)
        try container.encode(peer.map { "unix:\($0)" } ?? "-", forKey: .peer)
        try container.encode(listener ?? "-", forKey: .listener)
        try container.encode(`protocol` ?? "-", forKey: .protocol)
        try container.encode(connection.map(String.init) ?? "-", forKey: .connection)
    }

    static let all: [Sample] = [
        Sample(),
        Sample(
            severity: .warning,
            nanoseconds: 0,
            message: "größer \u{1F600} e\u{301}",
            peer: "/run/x",
            listener: "main",
            protocol: "hello",
            connection: 7
        ),
        Sample(severity: .debug, seconds: 0, nanoseconds: 5_000_000, message: "", connection: 0),
        Sample(severity: .critical, seconds: 1_700_000_000, nanoseconds: 999_999_000, message: "100% %s %(message)s"),
        Sample(
            severity: .notice,
            seconds: 4_102_444_800,
            nanoseconds: 1_000_000,
            message: String(repeating: "long ", count: 20),
            peer: "@ábc",
            connection: .max
        ),
    ]
}

private struct Task: Encodable {
    let templates: [String]
    let records: [Sample]
    let validate: Bool
}

private let script = """
    import json, logging, sys
    task = json.load(open(sys.argv[1], encoding='utf-8'))
    records = []
    for values in task['records']:
        ns = values['nanoseconds']
        values['created'] = (values.pop('seconds') * 10**9 + ns) / 1e9
        values['msecs'] = ns // 10**6 + 0.0
        values['msg'] = values.pop('message')
        values['name'] = 'sockserved'
        records.append(logging.makeLogRecord(values))
    def render(template):
        try:
            # The check of validate=True knows less than the % operator does.
            formatter = logging.Formatter(template, validate=task['validate'])
            return [formatter.format(record) for record in records]
        except (ValueError, TypeError, KeyError):
            return None
    json.dump([render(template) for template in task['templates']], open(sys.argv[2], 'w'))
    """

private func renderInPython(_ templates: [String], validate: Bool = false) throws -> [[String]?] {
    let task = Task(templates: templates, records: Sample.all, validate: validate)
    let answer = try Python.run(script, input: task)
    return try JSONDecoder().decode([[String]?].self, from: answer)
}

private func render(_ template: LineTemplate, _ record: LogRecord) -> String {
    let line = LineFormat.template(template).line(of: record)
    #expect(line.last == UInt8(ascii: "\n"))
    return String(decoding: line.dropLast(), as: UTF8.self)
}

/// Compares the accepted templates; Python may accept more.
private func compare(_ templates: [String], atLeast expected: Int) throws {
    let accepted = templates.compactMap { try? LineTemplate($0) }
    #expect(accepted.count >= expected)
    let answers = try renderInPython(accepted.map(\.text))
    try #require(answers.count == accepted.count)
    let records = Sample.all.map(\.record)
    var differences: [String] = []
    for (template, answer) in zip(accepted, answers) {
        let lines = records.map { render(template, $0) }
        if lines != answer { differences.append("\(template.text): \(lines), Python: \(answer ?? [])") }
    }
    #expect(differences.isEmpty, "\(differences.count) differ: \(differences.prefix(5).joined(separator: "\n"))")
}

@Suite struct LineTemplateTests {
    @Suite(.enabled(if: Python.isInstalled, Comment(rawValue: Python.isMissing)))
    struct AgainstPython {
        private static let texts = [
            "asctime", "levelname", "message", "name", "peer", "listener", "protocol", "connection",
        ]
        private static let numbers = ["levelno", "process", "created", "msecs"]
        private static let flags = [
            "", "-", "0", "+", " ", "#", "-0", "0+", "+ ", "0 ", "-+0", "- ", "-0+ #", "00", "#0",
        ]
        private static let widths = ["", "1", "8", "30"]
        private static let precisions = ["", ".", ".0", ".1", ".3", ".14"]

        @Test func everyCombinationOfAFieldRendersTheSame() throws {
            var templates: [String] = []
            let fields = Self.texts.map { ($0, ["s"]) } + Self.numbers.map { ($0, ["s", "d", "f"]) }
            for (name, types) in fields {
                for flag in Self.flags {
                    for width in Self.widths {
                        for precision in Self.precisions {
                            for type in types { templates.append("[%(\(name))\(flag)\(width)\(precision)\(type)]") }
                        }
                    }
                }
            }
            try compare(templates, atLeast: templates.count)
        }

        @Test func wholeTemplatesRenderTheSame() throws {
            let templates = [
                "%(asctime)s:%(levelname)s:%(message)s",
                "%(asctime)s %(levelname)-8s [%(name)s] %(message)s",
                "%(created)f %(created).3f %(created)020.3f %(created)s %(msecs)03d %(msecs)s",
                "%%%(message)s%% 100%% %%%%",
                "%(levelno)i %(msecs)05u %(created)+F",
                "%(levelno)ld %(levelno)hd %(levelno)Ld %(message)ls",
                "größer %(message)s \u{1F600}\t%(peer)s|%(listener)s|%(protocol)s|%(connection)s",
                "%(levelno)999d %(created).999f",
            ]
            try compare(templates, atLeast: templates.count)
        }

        @Test func truncatedAndRandomTemplatesRenderTheSameOrAreRefused() throws {
            var generator = SeededGenerator(seed: 20)
            let whole = "%(asctime)s %(levelname)-8s %(created)+020.3f %% %(msecs)03d (%(peer)5.2s) %(levelno)ld"
            var templates = (0...whole.count).map { String(whole.prefix($0)) }
            let alphabet = Array("%()sdif0-+ #.123lxy\u{e9}\n")
            for _ in 0..<20_000 {
                var characters = Array(whole.prefix(Int.random(in: 1...whole.count, using: &generator)))
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let index = characters.indices.randomElement(using: &generator) ?? 0
                    characters[index] = alphabet.randomElement(using: &generator) ?? "%"
                }
                templates.append(String(characters))
            }
            try compare(templates, atLeast: 500)
        }

        @Test(arguments: [
            "plain", "%%", "%5%", "%(message)%", "%%%", "%", "100%", "%s", "%(message)", "%(message", "%(message)y",
            "%(message)d", "%(peer)f",
            "%(connection)d", "%(nope)s", "%(Message)s", "%()s", "%(message)*s", "%(message).*s", "%(message)s %",
            "%(message)s %y", "%(message)5", "%(message)5.", "%(message)lls",
        ])
        func whatPythonRefusesIsRefused(template: String) throws {
            #expect(try renderInPython([template], validate: true) == [nil])
            #expect(throws: LineTemplateError.self) { try LineTemplate(template) }
        }
    }

    @Test func standardIsItsText() throws {
        #expect(try LineFormat("%(asctime)s:%(levelname)s:%(message)s") == .standard)
        #expect(LineFormat.standard.text == "%(asctime)s:%(levelname)s:%(message)s")
        #expect(try LineFormat("json") == .json)
        #expect(LineFormat.json.text == "json")
    }

    @Test func standardLineLooksAsExpected() throws {
        let sample = Sample(message: "Connection closed")
        var time = time_t(sample.seconds)
        var local = tm()
        localtime_r(&time, &local)
        let hour = String(format: "%02d", local.tm_hour)
        let line = render(.standard, sample.record)
        #expect(line.hasSuffix(",123:INFO:Connection closed"))
        #expect(line.hasPrefix("2023-09-0"))
        #expect(line.dropFirst(11).prefix(2) == hour)
    }

    @Test func aRecordIsOneLineWhateverItHolds() throws {
        let template = try LineTemplate("%(message)s %(peer)s %(listener)10s %(protocol)-10.4s|")
        let evil = "a\nb\r\u{1b}[2J\u{2028}\u{85}"
        let line = render(template, Sample(message: evil, peer: evil, listener: evil, protocol: evil).record)
        let escaped = "a\\nb\\r\\x1b[2J\\u2028\\u0085"
        #expect(line == "\(escaped) unix:\(escaped) \(escaped) a\\nb      |")
    }

    @Test(arguments: [
        ("%(message)s %(levlname)s", 15, "levelname"), ("%(message)s\n", 12, "one line"),
        ("\u{202e}%(message)s", 1, "control"), ("%(message)y", 11, "types are"), ("x %s", 3, "%(message)s"),
        ("%(message)d", 11, "text"), ("%(message)1000s", 14, "999"), ("%(mess", 3, "closed"),
        ("%(message)-5", 13, "ends"),
        ("%(message)99999999999999999999999s", 14, "999"),
    ])
    func errorsSayWhereAndWhat(template: String, position: Int, hint: String) {
        do {
            _ = try LineFormat(template)
            Issue.record("was accepted")
        } catch {
            #expect(error.position == position)
            #expect(error.description.contains(hint))
            #expect(error.description.contains("character \(position)"))
        }
    }

    @Test func errorsAreOneLine() {
        do {
            _ = try LineTemplate("%(a\nb\u{1b})s")
            Issue.record("was accepted")
        } catch {
            #expect(error.description.contains("\"a\\nb\\x1b\""))
        }
        do {
            _ = try LineFormat("jsno")
            Issue.record("was accepted")
        } catch {
            #expect(error.position == nil)
            #expect(error.description == "log format: \(error.reason)")
        }
    }
}
