import Foundation
import LogBackends
import LogRecords
import TestSupport
import Testing

/// Senders' records as syslog lines.
@Suite struct SyslogSenderTests {
    private let directory: TemporaryDirectory
    private let receiver: UnixReceiver
    private let backend: SyslogBackend

    init() throws {
        directory = try TemporaryDirectory()
        receiver = try UnixReceiver(.datagram, at: directory.path("log"))
        backend = SyslogBackend(identifier: "sockserved", facility: .daemon, path: directory.path("log"))
    }

    /// The line without its time.
    private func line(_ record: LogRecord) -> String {
        let line = String(decoding: LogBatch([record], by: backend).bytes, as: UTF8.self)
        guard let end = line.firstIndex(of: ">") else { return line }
        return String(line[...end] + line[end...].dropFirst(">Mmm dd HH:MM:SS".count))
    }

    @Test func facilitySeverityProgramAndProcessAreSentOn() {
        #expect(
            line(.full) == #"<156> web-1.example.org/nginx[1234]: hello\nTraceback:\n  ValueError: x\nStack:\n  here"#
        )
    }

    @Test func withoutAProgramItIsOurs() {
        let own = "sockserved[\(getpid())]"
        #expect(line(.ofLocalSender()) == "<28> \(own): hello")
        // A process id without its program has no meaning.
        #expect(line(.ofLocalSender { $0.set(.procid, "1") }) == "<28> \(own): hello")
        #expect(line(.ofLocalSender { $0.set(.appName, "") }) == "<28> \(own): hello")
        #expect(line(.ofLocalSender { $0.facility = .kern }) == "<4> \(own): hello")
    }

    @Test func otherHostsAreInTheTagAndTheirProcessBelongsToTheirProgram() {
        #expect(line(.ofSender { $0.set(.procid, "1") }) == "<28> 192.0.2.7/sockserved: hello")
        let record = LogRecord.ofSender(peer: .internet(address: "2001:db8::7", port: 1)) {
            $0.set(.logger, "app.db")
            $0.set(.procid, to: 77)
        }
        #expect(line(record) == "<28> 2001_db8__7/app.db[77]: hello")
    }

    @Test func aTemplateMakesATagToo() throws {
        let senders = SenderIdentifiers(standard: try IdentifierFormat("%(host)s: %(program)s[x]"))
        let path = directory.path("log")
        let backend = SyslogBackend(identifier: "sockserved", senders: senders, facility: .daemon, path: path)
        let batch = LogBatch([.ofSender { $0.set(.appName, "größe") }], by: backend)
        #expect(String(decoding: batch.bytes, as: UTF8.self).hasSuffix(" 192.0.2.7__gr__e_x_: hello"))
    }

    @Test(arguments: [
        ("postfix/smtpd", "postfix/smtpd"), ("a b", "a_b"),
        ("x: <0>Jan  1 00:00:00 root[1]: y", "x__<0>Jan__1_00_00_00_root_1___y"),
        ("a\nb", "a_b"), ("größe", "gr__e"), ("\u{1F600}", "_"), ("x]", "x_"),
        (String(repeating: "n", count: 100), String(repeating: "n", count: 48)),
    ])
    func aProgramsNameIsOneWord(name: String, expected: String) {
        #expect(line(.ofSender { $0.set(.appName, name) }) == "<28> 192.0.2.7/\(expected): hello")
        let local = String(expected.map { $0 == "/" ? "_" : $0 })
        #expect(line(.ofLocalSender { $0.set(.appName, name) }) == "<28> \(local): hello")
    }

    @Test(arguments: ["", "1 2", "1]", "1[", "é", "1\n", "1:", String(repeating: "1", count: 33)])
    func aProcessThatIsNotAWordIsLeftOut(process: String) {
        let record = LogRecord.ofSender {
            $0.set(.appName, "app")
            $0.set(.procid, process)
        }
        #expect(line(record) == "<28> 192.0.2.7/app: hello")
    }

    @Test func everyFacilityAndSeverityIsWhole() {
        for facility in Facility.allCases {
            for severity in Severity.allCases {
                let record = LogRecord.ofSender(severity: severity) { $0.facility = facility }
                #expect(line(record).hasPrefix("<\(Int(facility.rawValue) * 8 + Int(severity.rawValue))>"))
            }
        }
    }
}
