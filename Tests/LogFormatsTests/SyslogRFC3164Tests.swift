import LogFormats
import LogRecords
import Testing

@Suite struct SyslogRFC3164Tests {
    private typealias Message = SyslogMessage

    /// Section 5.4, example 1.
    @Test func exampleOfAHeader() {
        let message = Message("<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8")
        #expect(message.header == "4.2 mymachine su - -")
        #expect(message.timestamp == "Oct 11 22:14:15")
        #expect(message.time == "2026-10-11T22:14:15Z")
        #expect(message.text == "'su root' failed for lonvick on /dev/pts/8")
        #expect(message.raw == nil)
        #expect(message.fault == nil)
    }

    /// Section 5.4, example 2: as it is sent, and as a relay sends it on.
    @Test func exampleWithoutHeader() {
        let message = Message("Use the BFG!")
        #expect(message.header == "1.5 - - - -")
        #expect(message.text == "Use the BFG!")
        #expect(message.time == nil)
        let relayed = Message("<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!")
        #expect(relayed.header == "1.5 10.0.0.99 - - -")
        #expect(relayed.time == "2026-02-05T17:32:18Z")
        #expect(relayed.timestamp == "Feb  5 17:32:18")
        #expect(relayed.text == "Use the BFG!")
        #expect(relayed.raw == Array("<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!".utf8))
    }

    /// Section 5.4, example 3: with its zone and year, which the rules of the RFC take for a host.
    @Test func exampleWithZoneAndYear() {
        let text = """
            %% It's time to make the do-nuts.  %%  Ingredients: Mix=OK, Jelly=OK # Devices: Mixer=OK, \
            Jelly_Injector=OK, Frier=OK # Transport: Conveyer1=OK, Conveyer2=OK # %%
            """
        let message = Message("<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: " + text)
        #expect(message.header == "20.5 mymachine myproc 10 -")
        #expect(message.time == "1987-08-24T11:34:00Z")
        #expect(message.timestamp == "Aug 24 05:34:00 CST 1987")
        #expect(message.text == text)
    }

    /// Section 5.4, example 4: as it is sent, and as a relay sends it on.
    @Test func exampleWithYearInFront() {
        let text = "10.1.2.3 sched[0]: That's All Folks!"
        let message = Message("<0>1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org " + text)
        #expect(message.header == "0.0 scapegoat.dmz.example.org - - -")
        #expect(message.time == "1990-10-22T16:52:01Z")
        #expect(message.text == text)
        let rest = "1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org " + text
        let relayed = Message("<0>Oct 22 10:52:12 scapegoat " + rest)
        #expect(relayed.header == "0.0 scapegoat - - -")
        #expect(relayed.time == "2026-10-22T10:52:12Z")
        #expect(relayed.text == rest)
        #expect(relayed.raw != nil)
    }

    @Test(
        arguments: [
            ("Nov  3 09:00:00", "2026-11-03T09:00:00Z"), ("Nov 03 09:00:00", "2026-11-03T09:00:00Z"),
            ("Nov 3 09:00:00", "2026-11-03T09:00:00Z"), ("nov 23 09:00:00", "2026-11-23T09:00:00Z"),
            ("Nov 23 09:00:00.123", "2026-11-23T09:00:00.123Z"), ("Nov 23 09:00:00,5", "2026-11-23T09:00:00.5Z"),
            ("Mar 10 2023 19:22:01", "2023-03-10T19:22:01Z"), ("Mar 10 2023 19:22:01.120", "2023-03-10T19:22:01.12Z"),
            ("2023 Mar 10 19:22:01", "2023-03-10T19:22:01Z"), ("Mar 10 19:22:01 2023", "2023-03-10T19:22:01Z"),
            ("Nov 23 09:00:00 UTC", "2026-11-23T09:00:00Z"), ("Nov 23 09:00:00 CET", "2026-11-23T08:00:00Z"),
            ("Nov 23 09:00:00 +0530", "2026-11-23T03:30:00Z"), ("Nov 23 09:00:00 -05:00", "2026-11-23T14:00:00Z"),
            ("Nov 23 09:00:00 XYZT 2025", "2025-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00.123456+01:00", "2026-11-23T08:00:00.123456Z"),
            ("2026-11-23T09:00:00", "2026-11-23T09:00:00Z"), ("2026-11-23 09:00:00.5", "2026-11-23T09:00:00.5Z"),
            ("2026-11-23 09:00:00 CET", "2026-11-23T08:00:00Z"), ("2026-11-23 09:00:00 +0100", "2026-11-23T08:00:00Z"),
            ("Dec 31 23:59:60", "2026-01-01T00:00:00Z"), ("Feb 29 12:00:00 2024", "2024-02-29T12:00:00Z"),
        ]
    )
    func times(text: String, expected: String) {
        let message = Message("<13>\(text) host tag[1]: message")
        #expect(message.time == expected)
        #expect(message.timestamp == text)
        #expect(message.header == "1.5 host tag 1 -")
        #expect(message.text == "message")
        #expect(Message("\(text) host tag[1]: message") == message)
        #expect(Message("<13> \(text) host tag[1]: message") == message)
    }

    @Test(
        arguments: [
            "Nov 32 09:00:00", "Nov  0 09:00:00", "Nox 23 09:00:00", "Nov 23 24:00:00", "Nov 23 09:60:00",
            "Nov 23 09:00",
            "Nov 23 09:00:00.", "Nov 23 09:00:00x", "Nov23 09:00:00", "23 Nov 09:00:00", "2026-13-01T09:00:00Z",
            "2026-11-23T09:00:00Zx", "1790 Nov 23 09:00:00", "2026-11-23", "20261123T090000Z", "Nov 123 09:00:00",
        ]
    )
    func wordsThatAreNotATimeAreText(text: String) {
        let all = "\(text) host tag[1]: message"
        let message = Message("<13>" + all)
        #expect(message.header == "1.5 - - - -")
        #expect(message.text == all)
        #expect(message.time == nil && message.timestamp == nil)
        #expect(message.raw == Array("<13>\(all)".utf8))
    }

    @Test func theYearIsTheNearest() {
        func time(_ text: String, at seconds: Int64, zone: Int = 0) -> String? {
            let context = ReceiveContext(time: WallTime(seconds: seconds, nanoseconds: 0), secondsFromUTC: zone)
            return Message("<13>\(text) host tag: x", context).time
        }
        let newYear: Int64 = 1_798_761_600  // 2027-01-01T00:00:00Z
        #expect(time("Dec 31 23:59:59", at: newYear) == "2026-12-31T23:59:59Z")
        #expect(time("Jan  1 00:00:00", at: newYear) == "2027-01-01T00:00:00Z")
        // A clock that is ahead.
        #expect(time("Jan  1 00:10:00", at: newYear - 600) == "2027-01-01T00:10:00Z")
        #expect(time("Jan  1 23:00:00", at: newYear) == "2027-01-01T23:00:00Z")
        #expect(time("Jan  3 00:00:00", at: newYear) == "2026-01-03T00:00:00Z")
        // Both in the host's zone, an hour east of UTC.
        #expect(time("Jan  1 00:30:00", at: newYear - 1800, zone: 3600) == "2026-12-31T23:30:00Z")
        #expect(time("Dec 31 23:30:00", at: newYear, zone: -3600) == "2027-01-01T00:30:00Z")
        #expect(time("Feb 29 12:00:00", at: newYear) == nil)
        #expect(time("Feb 29 12:00:00", at: newYear + 425 * 86_400) == "2028-02-29T12:00:00Z")
        #expect(Message("<13>Feb 29 12:00:00 host tag: x").header == "1.5 host tag - -")
    }

    @Test(
        arguments: [
            // Programs to their own host: glibc, logger, Go, systemd.
            ("tag[123]: text", "- tag 123", "text"), ("tag: text", "- tag -", "text"),
            ("tag[123] text", "- tag 123", "text"),
            ("(systemd)[1]: text", "- (systemd) 1", "text"), ("postfix/smtpd[7]: text", "- postfix/smtpd 7", "text"),
            ("tag[7f:a]: text", "- tag 7f:a", "text"), ("tag[]: text", "- tag -", "text"), (": text", "- - -", "text"),
            ("tag[123]:text", "- tag 123", "text"), ("Foo::Bar[1]: text", "- Foo::Bar 1", "text"),
            ("tag:", "- tag -", ""),
            // Programs and relays to another host.
            ("host tag[123]: text", "host tag 123", "text"), ("host tag: text", "host tag -", "text"),
            ("host tag[123] text", "host tag 123", "text"), ("10.0.0.1 tag: text", "10.0.0.1 tag -", "text"),
            ("fe80::1%eth0 tag: text", "fe80::1%eth0 tag -", "text"),
            ("[fe80::1] tag: text", "[fe80::1] tag -", "text"),
            ("host tag[1]:text", "host tag 1", "text"), ("host -bash: text", "host -bash -", "text"),
            ("host tag: ", "host tag -", ""), ("host tag:  text", "host tag -", " text"),
            (
                "router1 mgd[3046]: UI_DBASE_LOGOUT_EVENT: User 'root' exiting", "router1 mgd 3046",
                "UI_DBASE_LOGOUT_EVENT: User 'root' exiting"
            ),
        ]
    )
    func senders(rest: String, words: String, text: String) {
        let message = Message("<30>Nov 23 09:00:00 " + rest)
        #expect(message.header == "3.6 \(words) -")
        #expect(message.text == text)
        #expect(message.time == "2026-11-23T09:00:00Z")
        #expect(message.raw == nil)
    }

    @Test(
        arguments: [
            ("host some text", "host - -", "some text"), ("10.0.0.99 Use the BFG!", "10.0.0.99 - -", "Use the BFG!"),
            ("fe80::1 some text", "fe80::1 - -", "some text"),
            ("web1 billing with data", "web1 - -", "billing with data"),
            (
                "host CEF:0|Vendor|Product|1.0|100|name|5|src=10.0.0.1", "host - -",
                "CEF:0|Vendor|Product|1.0|100|name|5|src=10.0.0.1"
            ),
            ("last message repeated 2 times", "- - -", "last message repeated 2 times"),
            ("host last message repeated 2 times", "host - -", "last message repeated 2 times"),
            ("-- MARK --", "- - -", "-- MARK --"), ("hello", "- - -", "hello"),
            ("key=value more", "- - -", "key=value more"),
            ("tag:text more", "- - -", "tag:text more"), ("(root) CMD (x)", "- - -", "(root) CMD (x)"),
            ("", "- - -", ""),
            ("\thost tag: text", "- - -", "\thost tag: text"), (" tag: text", "- tag -", "text"),
            ("Message forwarded from p924vio1: padmin: test", "p924vio1 padmin -", "test"),
        ]
    )
    func guessesKeepWhatWasReceived(rest: String, words: String, text: String) {
        let all = "<30>Nov 23 09:00:00 " + rest
        let message = Message(all)
        #expect(message.header == "3.6 \(words) -")
        #expect(message.text == text)
        #expect(message.raw == Array(all.utf8))
        #expect(message.fault == nil)
    }

    @Test(
        arguments: [
            ("<187>45: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured", "-", "2026-03-01T18:46:11.123Z"),
            ("<187>45: .Mar  1 18:46:11.123 CET: %SYS-5-CONFIG_I: Configured", "-", "2026-03-01T17:46:11.123Z"),
            ("<187>45: *Mar  1 18:46:11 XYZ: %SYS-5-CONFIG_I: Configured", "-", "2026-03-01T18:46:11Z"),
            (
                "<187>237: rtr1: 000238: *Mar  1 2025 18:46:11: %SYS-5-CONFIG_I: Configured", "rtr1",
                "2025-03-01T18:46:11Z"
            ),
            ("<187>237: rtr1: Mar 1 18:46:11: %SYS-5-CONFIG_I: Configured", "rtr1", "2026-03-01T18:46:11Z"),
            ("<187>: 2025 Mar  1 18:46:11 UTC: %SYS-5-CONFIG_I: Configured", "-", "2025-03-01T18:46:11Z"),
            ("<187>Mar 01 2025 18:46:11: %SYS-5-CONFIG_I: Configured", "-", "2025-03-01T18:46:11Z"),
            ("<187>:Mar 01 18:46:11 UTC: %SYS-5-CONFIG_I: Configured", "-", "2026-03-01T18:46:11Z"),
            ("<187>Mar 01 2025 18:46:11 fw1 : %SYS-5-CONFIG_I: Configured", "fw1", "2025-03-01T18:46:11Z"),
        ]
    )
    func ciscos(text: String, host: String, time: String) {
        let message = Message(text)
        #expect(message.header == "23.3 \(host) %SYS-5-CONFIG_I - -")
        #expect(message.time == time)
        #expect(message.text == "Configured")
    }

    @Test func theClocksMarkIsKept() {
        #expect(Message("<187>45: *Mar  1 18:46:11.123 UTC: %SYS-5-X: y").timestamp == "*Mar  1 18:46:11.123 UTC")
    }
}
