import LogFormats
import LogRecords
import TestSupport
import Testing

@Suite struct SyslogParserTests {
    private typealias Message = SyslogMessage

    @Test func everyPriority() {
        for value in 0...191 {
            #expect(Message("<\(value)>Nov 23 09:00:00 host tag: x").priority == "\(value / 8).\(value % 8)")
            #expect(Message("<\(value)>1 - - - - - - x").priority == "\(value / 8).\(value % 8)")
        }
    }

    /// RFC 3164, section 4.3.3.
    @Test(
        arguments: [
            "<192>x", "<999>x", "<>x", "<-1>x", "<0014>x", "<00>x", "<013>x", "<1x>x", "< 1>x", "<1", "<", "<1000>x",
            "<1 >",
            "<999>Nov 23 09:00:00 host tag: x", "<192>1 - - - - - - x",
        ]
    )
    func bracketsThatAreNotAPriorityAreText(text: String) {
        let message = Message(text)
        #expect(message.header == "1.5 - - - -")
        #expect(message.text == text)
        #expect(message.time == nil)
        #expect(message.raw == Array(text.utf8))
    }

    /// Python's SysLogHandler sends no header; nothing in prose is taken for one.
    @Test(
        arguments: [
            "disk 91% full", "a b: c", "first\nsecond: line", "", "User logged in. User: u1.", "Error: cannot open /x",
            "WARNING: low", "Fatal[1]: x", "http://host.example.com: not found", "12: x", "12:30: x", "C: full",
            "C:\\Temp: full", "10.0.0.1: down", "a[0]: x", "list[x]: x", "list[1:2]: x", "name:text", "name[1]:text",
            "name:", "50%: x", "%: x", "(root): x", "it's: x", "key=value: x", "user@host: x",
        ]
    )
    func textWithoutTimeIsText(text: String) {
        let message = Message("<174>\(text)\0")
        #expect(message.header == "21.6 - - - -")
        #expect(message.text == text)
        #expect(message.raw == Array("<174>\(text)\0".utf8))
        #expect(Message(text).text == text)
        #expect(Message(text).header == "1.5 - - - -")
    }

    /// journald's rule: a tag may follow the priority without a time.
    @Test(
        arguments: [
            ("shop[812]: low", "shop 812", "low"), ("shop: low", "shop -", "low"),
            ("shop.cart: low", "shop.cart -", "low"),
            ("dnsmasq-dhcp[1234]: DHCPACK(br0)", "dnsmasq-dhcp 1234", "DHCPACK(br0)"), (" shop: low", "shop -", "low"),
            ("postfix/smtpd[7]: x", "postfix/smtpd 7", "x"), ("/usr/bin/x: y", "/usr/bin/x -", "y"),
            ("%ASA-6-302013: Built outbound", "%ASA-6-302013 -", "Built outbound"),
            ("%%10SHELL/5/LOGIN: VTY", "%%10SHELL/5/LOGIN -", "VTY"), ("shop:  two", "shop -", " two"),
        ]
    )
    func aTagWithoutATime(text: String, words: String, rest: String) {
        let message = Message("<174>\(text)\0")
        #expect(message.header == "21.6 - \(words) -")
        #expect(message.text == rest)
        #expect(message.raw == Array("<174>\(text)\0".utf8))
        // Without a priority it may be anything.
        #expect(Message(text).header == "1.5 - - - -")
        #expect(Message(text).text == text)
    }

    @Test(arguments: ["\n", "\0", "\r\n", "\n\0", "\0\n", "\n\n", ""])
    func endingsAreNotPartOfTheMessage(ending: String) {
        #expect(Message("<13>Nov 23 09:00:00 host tag: x" + ending).text == "x")
        #expect(Message("<13>1 - - - - - - x" + ending).text == "x")
        #expect(Message("<13>1 - - - - - -" + ending).text == "")
        #expect(Message("<13>x" + ending).text == "x")
        #expect(Message(ending).text == "")
        #expect(Message("<13>" + ending).text == "")
    }

    @Test func invalidUTF8IsEscapedAndKept() {
        for start in ["<13>1 - h a - - - ", "<13>1 - h a - - - \u{FEFF}", "<13>Nov 23 09:00:00 h a: "] {
            let bytes = Array(start.utf8) + [0x61, 0xFF, 0xC3, 0xBC, 0x0A, 0x1B, 0xC3, 0x0A]
            let message = Message(bytes)
            #expect(message.text == "a\\xff\u{FC}\n\u{1B}\\xc3")
            #expect(message.header == "1.5 h a - -")
            #expect(message.raw == bytes)
        }
    }

    @Test func theByteOrderMarkIsNotPartOfTheText() {
        #expect(Message("<13>\u{FEFF}text").text == "text")
        #expect(Message("<13>Nov 23 09:00:00 host tag: \u{FEFF}text").text == "text")
        #expect(Message("<13>1 - - - - - - \u{FEFF}").text == "")
        #expect(Message("<13>1 - - - - - -\u{FEFF}x").fault == "there is no structured data")
    }

    @Test func aRecordIsFilledAgain() {
        var parser = SyslogParser()
        var record = LogRecord(nil, severity: .debug)
        let texts = [
            "<165>1 2003-10-11T22:14:15Z h a p i [a b=\"c\\]\"] x", "y", "<34>Oct 11 22:14:15 mymachine su: z",
            "<1>\u{FF}",
        ]
        for text in texts + texts.reversed() {
            let context = SyslogMessage.context
            record.begin(nil, severity: .debug, time: context.time, origin: nil)
            parser.parse(Array(text.utf8).span, into: &record, context)
            let fresh = Message(text).record
            #expect(record.message == fresh.message)
            #expect(record.bytes == fresh.bytes)
            #expect(record.fields.count == fresh.fields.count)
            #expect(record.claimedTime == fresh.claimedTime)
            #expect(record.facility == fresh.facility)
        }
    }

    // MARK: any bytes

    private static let seeds = [
        "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8\n",
        "<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time to make the do-nuts.",
        "<0>1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org 10.1.2.3 sched[0]: That's All Folks!\0",
        "<187>237: rtr1: 000238: *Mar  1 2025 18:46:11.123 UTC: %SYS-5-CONFIG_I: Configured",
        "<13>2026-11-23T09:00:00.123456+01:00 fe80::1 tag[1]: \u{FEFF}text",
        "<13>Nov 23 09:00:00 Message forwarded from p924vio1: padmin: test",
        "<165>1 2003-10-11T22:14:15.003Z h a p ID47 [e@1 i=\"3\" s=\"A\\]\\\\\\\"\"][f][g h=\"\u{FC}\"] \u{FEFF}text",
        "<34>1 - - - - - - x",
    ]

    /// The properties of the record of any message.
    private func check(_ bytes: [UInt8], secondsFromUTC: Int = 0) -> Bool {
        var context = SyslogMessage.context
        context.secondsFromUTC = secondsFromUTC
        let message = Message(bytes, context)
        let record = message.record
        guard String(validating: record.message, as: UTF8.self) != nil else { return false }
        guard record.message.count + record.bytes.count <= 6 * bytes.count + 200 else { return false }
        for field in record.fields {
            guard case .bytes(let range) = field.value, isPlace(range, of: record) else { return false }
            guard case .structured(let id, let name) = field.name else { continue }
            guard isPlace(id, of: record), isPlace(name, of: record) else { return false }
        }
        if let raw = message.raw { return raw == bytes }
        // Without the message as received every word of it is in some field.
        let kept = record.message.count + record.bytes.count
        return kept + 9 >= bytes.count
    }

    private func isPlace(_ range: Range<Int>, of record: LogRecord) -> Bool {
        range.lowerBound >= 0 && range.upperBound <= record.bytes.count
    }

    @Test(arguments: seeds)
    func everyTruncation(seed: String) {
        let bytes = Array(seed.utf8)
        for count in 0...bytes.count {
            #expect(check(Array(bytes.prefix(count))))
            #expect(check(Array(bytes.suffix(count))))
        }
    }

    @Test(arguments: seeds)
    func everyByteChanged(seed: String) {
        let bytes = Array(seed.utf8)
        for place in bytes.indices {
            for byte in Array("\0\n\r\t \"-.:<>[\\]*09Zaz\u{7F}".utf8) + [0x80, 0xEF, 0xFF] {
                var changed = bytes
                changed[place] = byte
                #expect(check(changed))
                changed.insert(bytes[place], at: place)
                #expect(check(changed))
            }
        }
    }

    @Test func randomMessages() {
        var generator = SeededGenerator(seed: 5)
        let words = [
            "<34>", "<", "1 ", "- ", "2003-10-11T22:14:15.003Z ", "Oct 11 22:14:15 ", "2025 ", "CET ", "*", ": ", ":",
            "host ",
            "tag[1]: ", "[a ", "b=\"", "\"", "]", "\\", "[", " ", "\u{FEFF}", "\n", "\0", "%A-1-B: ", "45: ", "\u{FC}",
            "x",
        ]
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...16, using: &generator) {
                bytes += Array((words.randomElement(using: &generator) ?? "").utf8)
                if Int.random(in: 0..<20, using: &generator) == 0 {
                    bytes.append(.random(in: 0...255, using: &generator))
                }
            }
            guard !check(bytes, secondsFromUTC: .random(in: -86_400...86_400, using: &generator)) else { continue }
            Issue.record("\(bytes)")
            return
        }
    }

    @Test func hostileReceptions() {
        for seconds in [Int64.min, .max, 0, -62_167_219_200] {
            for zone in [Int.min, .max, 0] {
                let context = ReceiveContext(time: WallTime(seconds: seconds, nanoseconds: 0), secondsFromUTC: zone)
                #expect(Message("<13>Dec 31 23:59:60 host tag: x", context).text == "x")
                #expect(Message("<13>1 2003-10-11T22:14:15 h a - - - x", context).text.hasSuffix("x"))
            }
        }
    }

    @Test(
        arguments: [
            "[", "\\", "\"", "]", "[a]", "[a b=\"c\"]", "\n", "\0", "\r\n", " ", ":", "a", "a ", "1: ", "<", "<1>", "-",
            "\u{FC}",
            "\\\"", "Nov 23 09:00:00 ", "a[", "]:",
        ]
    )
    func aMebibyteOfIt(text: String) {
        let many = Array(String(repeating: text, count: (1 << 20) / text.utf8.count).utf8)
        for start in ["<1>1 - - - - - ", "<1>1 - - - - - [a b=\"", "<1>Nov 23 09:00:00 ", "<1>1: "] {
            #expect(check(Array(start.utf8) + many))
        }
    }
}
