import LogFormats
import LogRecords
import Testing

@Suite struct SyslogRFC5424Tests {
    private typealias Message = SyslogMessage
    private typealias Parameter = SyslogMessage.Parameter

    private static let sample = [
        Parameter("exampleSDID@32473", "iut", "3"), Parameter("exampleSDID@32473", "eventSource", "Application"),
        Parameter("exampleSDID@32473", "eventID", "1011"),
    ]

    /// Section 6.5, example 1.
    @Test func exampleWithoutStructuredData() {
        let text = "'su root' failed for lonvick on /dev/pts/8"
        let message = Message("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \u{FEFF}" + text)
        #expect(message.header == "4.2 mymachine.example.com su - ID47")
        #expect(message.time == "2003-10-11T22:14:15.003Z")
        #expect(message.timestamp == "2003-10-11T22:14:15.003Z")
        #expect(message.text == text)
        #expect(message.structuredData == [])
        #expect(message.raw == nil)
        #expect(message.fault == nil)
    }

    /// Section 6.5, example 2.
    @Test func exampleWithAProcess() {
        let message = Message(
            "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts."
        )
        #expect(message.header == "20.5 192.0.2.1 myproc 8710 -")
        #expect(message.time == "2003-08-24T12:14:15.000003Z")
        #expect(message.text == "%% It's time to make the do-nuts.")
    }

    /// Section 6.5, examples 3 and 4.
    @Test func examplesWithStructuredData() {
        let start = "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 "
        let data = #"[exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"]"#
        let message = Message(start + data + " \u{FEFF}An application event log entry...")
        #expect(message.header == "20.5 mymachine.example.com evntslog - ID47")
        #expect(message.structuredData == Self.sample)
        #expect(message.text == "An application event log entry...")
        let two = Message(start + data + #"[examplePriority@32473 class="high"]"#)
        #expect(two.structuredData == Self.sample + [Parameter("examplePriority@32473", "class", "high")])
        #expect(two.text == "")
        #expect(two.raw == nil)
    }

    /// Section 6.3.5: two that are valid, two that are not, and one whose second element is text.
    @Test func examplesOfStructuredData() {
        func parse(_ data: String) -> SyslogMessage { Message("<13>1 - - - - - " + data) }
        let data = #"[exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"]"#
        let priority = #"[examplePriority@32473 class="high"]"#
        #expect(parse(data).structuredData == Self.sample)
        #expect(parse(data + priority).structuredData.count == 4)
        let apart = parse(data + " " + priority)
        #expect(apart.structuredData == Self.sample)
        #expect(apart.text == priority)
        let blank = #"[ exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"]"# + priority
        let wrong = parse(blank)
        #expect(wrong.structuredData == [])
        #expect(wrong.text == blank)
        #expect(wrong.fault == "the structured data is broken")
        #expect(wrong.raw == Array("<13>1 - - - - - \(blank)".utf8))
        let signed = parse(#"[sigSig ver="1" rsID="1234" iut="3" signature="..."]"#)
        #expect(signed.structuredData.map(\.name) == ["ver", "rsID", "iut", "signature"])
    }

    @Test func escapesInStructuredData() {
        let message = Message(#"<13>1 - - - - - [a b="x\"y" c="\\" d="[z\]" e="C:\n\"][f][a b="2" b="3"] text"#)
        // The quotation mark after the last backslash is part of the value, and so is everything up to the next.
        #expect(message.fault == "the structured data is broken")
        let right = Message(#"<13>1 - - - - - [a b="x\"y" c="\\" d="[z\]" e="C:\n"][f][a b="2" b="3" c=""] text"#)
        #expect(
            right.structuredData == [
                Parameter("a", "b", #"x"y"#), Parameter("a", "c", #"\"#), Parameter("a", "d", "[z]"),
                Parameter("a", "e", #"C:\n"#), Parameter("f", "", ""), Parameter("a", "b", "2"),
                Parameter("a", "b", "3"),
                Parameter("a", "c", ""),
            ]
        )
        #expect(right.text == "text")
        #expect(right.raw == nil)
    }

    @Test func whatStructuredDataMayHaveBesides() {
        let message = Message("<13>1 - - - - - [a  b=\"\u{FC}]\" c=\"\n\" ] text")
        #expect(message.structuredData == [Parameter("a", "b", "\u{FC}]"), Parameter("a", "c", "\n")])
        #expect(message.text == "text")
    }

    @Test(
        arguments: [
            "[a", "[a b", "[a b=", "[a b=\"", "[a b=\"c", "[a b=\"c\"", "[]", "[a b=c]", "[a=\"b\"]",
            "[a b=\"c\"d=\"e\"]",
            "[a ", "[a \"b\"=\"c\"]", "[a][", "[a b=\"c\\\"]",
        ]
    )
    func brokenStructuredDataIsText(data: String) {
        let message = Message("<13>1 2003-10-11T22:14:15Z host app 1 id \(data)")
        #expect(message.header == "1.5 host app 1 id")
        #expect(message.time == "2003-10-11T22:14:15Z")
        #expect(message.structuredData == [])
        #expect(message.text == data)
        #expect(message.fault == "the structured data is broken")
        #expect(message.raw != nil)
    }

    @Test(arguments: ["text", "-text", "[a]text", "", "{\"a\":1}"])
    func missingStructuredDataIsMarked(data: String) {
        let message = Message("<13>1 2003-10-11T22:14:15Z host app 1 id \(data)")
        #expect(message.header == "1.5 host app 1 id")
        #expect(message.text == data)
        #expect(message.fault == "there is no structured data")
        #expect(message.raw != nil)
    }

    @Test func surplusOfStructuredDataIsOnlyInRaw() {
        let most = String(repeating: "[a]", count: 1024)
        #expect(Message("<13>1 - - - - - \(most) x").structuredData.count == 1024)
        #expect(Message("<13>1 - - - - - \(most) x").fault == nil)
        let all = "<13>1 2003-10-11T22:14:15Z h a p i \(most)[b c=\"d\"] x"
        let message = Message(all)
        #expect(message.structuredData.count == 1024)
        #expect(message.structuredData.last == Parameter("a", "", ""))
        #expect(message.text == "x")
        #expect(message.header == "1.5 h a p i")
        #expect(message.fault == "there are more than 1024 elements and parameters of structured data")
        #expect(message.raw == Array(all.utf8))
        let parameters = (0..<2000).map { " p\($0)=\"\($0)\"" }.joined()
        #expect(Message("<13>1 - - - - - [a\(parameters)] x").structuredData.count == 1023)
        #expect(Message("<13>1 - - - - - [a\(parameters)] x").text == "x")
    }

    @Test func nothingIsKnown() {
        let message = Message("<0>1 - - - - - -")
        #expect(message.header == "0.0 - - - -")
        #expect(message.time == nil && message.timestamp == nil && message.raw == nil)
        #expect(message.text == "")
        #expect(Message("<0>1 - - - - - - -").text == "-")
        #expect(Message("<0>1 - - - - - -  two").text == " two")
    }

    @Test func timesAreMoreThanTheRFCAllows() {
        #expect(Message("<0>1 2003-10-11T22:14:15.123456789Z h - - - - x").time == "2003-10-11T22:14:15.123456789Z")
        let local = Message("<0>1 2003-10-11T22:14:15 h a - - - x")
        #expect(local.time == "2003-10-11T22:14:15Z")
        #expect(local.header == "0.0 h a - -")
        #expect(local.fault == "the time names no time zone")
        #expect(local.raw != nil)
    }

    @Test(
        arguments: [
            "1 2003-10-11T22:14:15Z", "1 2003-10-11", "1 2003-13-11T22:14:15Z h a", "1 - a\tb - - - - x", "1 -",
            "1 - x",
            "1 2003-13-11T22:14:15Z h a p i no data",
        ]
    )
    func brokenHeadersAreText(text: String) {
        let message = Message("<13>" + text)
        #expect(message.text == text)
        #expect(message.header == "1.5 - - - -")
        #expect(message.fault == "the header is not one of RFC 5424")
        #expect(message.raw == Array("<13>\(text)".utf8))
    }

    /// The words before the fault count.
    @Test(
        arguments: [
            ("1 2003-10-11T22:14:15Z host app 1", "host - - -", "app 1"),
            ("1 2003-10-11T22:14:15Z host a\tb 1 id - x", "host - - -", "a\tb 1 id - x"),
            ("1 2003-10-11T22:14:15Z host CEF:0|V|P|1|2|n|3|a=b c", "host - - -", "CEF:0|V|P|1|2|n|3|a=b c"),
            ("1 2003-10-11T22:14:15Z LEEF:2.0|V|P|1|2|a=b c", "- - - -", "LEEF:2.0|V|P|1|2|a=b c"),
            ("1 2003-10-11T22:14:15Z host app CEF:0|V|P|1|2|n|3|a=b", "host - - -", "app CEF:0|V|P|1|2|n|3|a=b"),
            ("1 2003-10-11T22:14:15Z host This is a sentence of words", "host - - -", "This is a sentence of words"),
        ]
    )
    func aHeaderThatBreaksKeepsWhatWasRight(text: String, words: String, rest: String) {
        let message = Message("<13>" + text)
        #expect(message.header == "1.5 \(words)")
        #expect(message.time == "2003-10-11T22:14:15Z")
        #expect(message.text == rest)
        #expect(message.fault == "the header is not one of RFC 5424")
        #expect(message.raw == Array("<13>\(text)".utf8))
    }

    @Test(
        arguments: [
            ("1 2003-10-11T22:14:15Z  app 1 id - x", "- app 1 id", "2003-10-11T22:14:15Z"),
            ("1 2003-10-11T22:14:15Z host   id - x", "host - - id", "2003-10-11T22:14:15Z"),
            (" 1 2003-10-11T22:14:15Z host app 1 id - x", "host app 1 id", "2003-10-11T22:14:15Z"),
            ("1 2003-10-11 22:14:15Z host app 1 id - x", "host app 1 id", "2003-10-11T22:14:15Z"),
            ("1 2003/10/11 22:14:15 +0200 host app 1 id - x", "host app 1 id", "2003-10-11T20:14:15Z"),
            ("1 1795424400 host app 1 id - x", "host app 1 id", "2026-11-23T09:00:00Z"),
            ("1 1795424400.5 host app 1 id [a b=\"c\"] x", "host app 1 id", "2026-11-23T09:00:00.5Z"),
            ("1 Nov 23 2026 09:00:00 host app 1 id - x", "host app 1 id", "2026-11-23T09:00:00Z"),
        ]
    )
    func headersThatAreNearlyRight(text: String, words: String, time: String) {
        let message = Message("<13>" + text)
        #expect(message.header == "1.5 \(words)")
        #expect(message.time == time)
        #expect(message.text == "x")
    }

    @Test func aTimeThatTheCalendarHasNot() {
        let message = Message("<13>1 2003-13-11T22:14:15Z host app 1 id - x")
        #expect(message.header == "1.5 host app 1 id")
        #expect(message.time == nil)
        #expect(message.timestamp == "2003-13-11T22:14:15Z")
        #expect(message.text == "x")
        #expect(message.fault == "the time cannot be read")
        #expect(message.raw != nil)
    }

    /// Meraki sends a version, and then a header of RFC 3164.
    @Test func aVersionBeforeAnotherHeader() {
        let message = Message("<134>1 1795424400.123456789 MX84 urls src=192.0.2.1:1 dst=192.0.2.9:2 request: GET x")
        #expect(message.header == "16.6 MX84 - - -")
        #expect(message.time == "2026-11-23T09:00:00.123456789Z")
        #expect(message.text == "urls src=192.0.2.1:1 dst=192.0.2.9:2 request: GET x")
        #expect(message.raw != nil)
    }

    @Test(arguments: ["1 apple and 2 pears", "1", "1 ", "2 2003-10-11T22:14:15Z host app 1 id - x", "1- - - - - - x"])
    func textThatBeginsWithANumberIsNotAHeader(text: String) {
        for all in ["<13>" + text, text] {
            let message = Message(all)
            #expect(message.text == text)
            #expect(message.header == "1.5 - - - -")
            #expect(message.fault == nil)
            #expect(message.raw == Array(all.utf8))
        }
    }

    @Test func thePriorityMayBeMissing() {
        let message = Message("1 2003-10-11T22:14:15Z host app 1 id - text")
        #expect(message.header == "1.5 host app 1 id")
        #expect(message.text == "text")
        #expect(Message("1 - host app 1 id - text").text == "1 - host app 1 id - text")
    }

    /// The form of Junos.
    @Test func junos() {
        let message = Message(
            #"<165>1 2007-02-15T09:17:15.719Z router1 mgd 3046 UI_DBASE_LOGOUT_EVENT "#
                + #"[junos@2636.1.1.1.2.18 username="user"] User 'user' exiting configuration mode"#
        )
        #expect(message.header == "20.5 router1 mgd 3046 UI_DBASE_LOGOUT_EVENT")
        #expect(message.structuredData == [Parameter("junos@2636.1.1.1.2.18", "username", "user")])
        #expect(message.text == "User 'user' exiting configuration mode")
    }

    @Test func longWords() {
        let long = String(repeating: "x", count: 5000)
        let message = Message("<13>1 - \(long) \(long)\u{FC} \(long) \(long) - text")
        #expect(message.header == "1.5 \(long) \(long)\u{FC} \(long) \(long)")
    }
}
