import LogRecords

private let card = "card 4242 declined"
/// Where Python's handler is not configured otherwise, all of the text is the message, and kept as received: it has no
/// header.
private func python(_ severity: Severity, _ message: String, app: String? = nil, pid: String? = nil) -> SyslogSent {
    SyslogSent(.local5, severity, message, app: app, pid: pid).untimed.raw
}
private let traceback = """
    no card 4242
    Traceback (most recent call last):
      File "/tmp/capture-syslog/client.py", line 35, in <module>
        fail()
      File "/tmp/capture-syslog/client.py", line 28, in fail
        return {}["4242"]
               ~~^^^^^^^^
    KeyError: '4242'
    """

/// `logger --tag billing --priority local3.warning`.
private func billing(_ message: String, pid: String? = nil) -> SyslogSent {
    SyslogSent(.local3, .warning, message, app: "billing", pid: pid)
}
private let quality = ["timeQuality.tzKnown=1", "timeQuality.isSynced=0"]
private let order = ["order@32473.id=A-17", #"order@32473.note=says "no" ]"#, "origin.ip=192.0.2.1"]

/// The input of a forwarder: from logger with a process id, without, with structured data, and in the form of the C
/// library.
private func forwarded(
    _ data: [String] = [],
    msgid: String? = nil,
    sequence: Bool = false,
    space: String = "",
    lines: SyslogSent
) -> [SyslogSent] {
    func numbered(_ number: Int) -> [String] { sequence ? ["meta.sequenceId=\(number)"] : [] }
    return [
        billing(space + card, pid: "4711").from("web1").with(numbered(1)),
        billing(space + "Grüße").from("web1").with(numbered(2)),
        billing("with data").from("web1").with(msgid: msgid, data + numbered(3)),
        lines.from("web1").with(numbered(4)),
    ]
}
private let forwardedData = quality + ["order@32473.id=A-17"]
/// rsyslog writes control characters as octal numbers, and the time of its own.
private func rsyslogLines(space: String = "") -> SyslogSent {
    SyslogSent(.daemon, .error, space + "two#012lines", app: "billing")
}
/// rsyslog sends no colon after a tag that came without: such a word may not be a tag.
private let rsyslogTraditional = {
    var sent = forwarded(lines: rsyslogLines())
    sent[2] = SyslogSent(.local3, .warning, "billing with data").from("web1").raw
    return sent
}()
/// syslog-ng keeps the line feed, and the time that was said.
private let ngLines = SyslogSent(.daemon, .error, "two\nlines", app: "billing").at(1_791_184_089)

/// A line feed ends a message of a stream of lines, even where the sender meant it as part of the message.
private func asLines(_ sent: [SyslogSent]) -> [SyslogSent] {
    var sent = sent
    sent[3].message = "two"
    return sent + [SyslogSent(.user, .notice, "lines").untimed.raw]
}

private func captures(_ name: String, _ parts: [String], _ sent: [SyslogSent]) -> [SyslogCapture] {
    zip(parts, sent).map { SyslogCapture("\(name)-\($0)", $1) }
}
private let forwardedParts = ["pid", "nonascii", "data", "lines"]

private let glibc = [
    SyslogSent(.user, .warning, "without openlog", app: "client"),
    SyslogSent(.daemon, .error, card, app: "billing", pid: "#"),
    SyslogSent(.local3, .informational, "Grüße\nsecond line", app: "billing", pid: "#"),
    // It looks like a host and a tag.
    SyslogSent(.user, .debug, "a tag with a space", app: "worker/2").from("billing"),
    SyslogSent(.user, .notice, "an empty tag"),
]
private let go = [
    SyslogSent(.local2, .error, card, app: "billing", pid: "#"),
    SyslogSent(.local2, .debug, "Grüße", app: "billing", pid: "#"),
    SyslogSent(.local2, .informational, "client.go:21: through log", app: "billing", pid: "#"),
]
private let perl = [
    SyslogSent(.local2, .error, card, app: "billing", pid: "#"),
    SyslogSent(.local4, .informational, "Grüße", app: "billing", pid: "#"),
]
private let access = #"127.0.0.1 - - [*] "GET /missing HTTP/1.1" 404 153 "-" "shop \x221.0\x22""#
private let error =
    #"2026/11/23 *#*: *1 open() "*/missing" failed (2: No such file or directory), client: 127.0.0.1, *"#
private let proxied = #"127.0.0.1:* front front/<NOSRV> * 200 76 - - LR-- * 0/0 "GET /cart HTTP/1.1""#
private let handlerData = ["order@32473.id=A-17", #"order@32473.note=says "no" ]\"#]
private let handler = [
    SyslogSent(.user, .warning, card, app: "billing", pid: "4711").from("web1").with(msgid: "DECLINE", handlerData),
    SyslogSent(.user, .informational, "Grüße", app: "billing", pid: "4711").from("web1"),
]
private let lines = ["first", "", "Grüße", #"<third> [x@1 a="b"]"#].map { billing($0, pid: "4711").from("web1") }

extension SyslogCapture {
    static let datagrams: [SyslogCapture] =
        [
            SyslogCapture("python-udp-plain", python(.warning, "disk 91% full")),
            SyslogCapture("python-udp-ident", python(.warning, "disk 91% full", app: "billing")),
            SyslogCapture("python-udp-pid", python(.warning, "WARNING disk 91% full", app: "billing", pid: "#")),
            SyslogCapture("python-udp-traceback", python(.error, traceback)),
            SyslogCapture("python-udp-nonascii", python(.informational, "Grüße, 世界 🎉")),
            SyslogCapture("python-udp-nonul", python(.warning, "disk 91% full")),
            SyslogCapture("python-unixgram-plain", python(.warning, "disk 91% full")),
            SyslogCapture("python-unixgram-traceback", python(.error, traceback)),
            SyslogCapture("logger-unixgram-plain", SyslogSent(.user, .notice, card, app: "root")),
            SyslogCapture("logger-unixgram-tag", billing(card)),
            SyslogCapture("logger-unixgram-pid", billing(card, pid: "#")),
            SyslogCapture("logger-unixgram-id", billing(card, pid: "4711")),
            SyslogCapture("logger-unixgram-rfc3164", billing(card).from("web1")),
            SyslogCapture(
                "logger-unixgram-rfc5424",
                billing(card).from("web1").with(msgid: "DECLINE", quality + order)
            ),
            SyslogCapture("logger-unixgram-nonascii", SyslogSent(.user, .notice, "Grüße, 世界 🎉", app: "root")),
            SyslogCapture("logger-stdin-first", SyslogSent(.user, .error, "first", app: "billing")),
            SyslogCapture("logger-stdin-second", SyslogSent(.user, .error, "second", app: "billing")),
            SyslogCapture("logger-stdin-fourth", SyslogSent(.local4, .error, "fourth", app: "billing")),
            SyslogCapture(
                "logger-udp-default",
                SyslogSent(.user, .notice, card, app: "root").from("web1").with(quality)
            ),
            SyslogCapture("logger-udp-rfc3164", billing(card, pid: "#").from("web1")),
            SyslogCapture("logger-udp-rfc3164-plain", SyslogSent(.user, .notice, card, app: "root").from("web1")),
            SyslogCapture(
                "logger-udp-rfc5424",
                billing(card, pid: "4711").from("web1").with(msgid: "DECLINE", quality + order)
            ),
            SyslogCapture("logger-udp-notime", billing(card).from("web1").untimed),
            SyslogCapture("logger-udp-notq", billing(card).from("web1")),
            SyslogCapture("logger-udp-nohost", billing(card).with(quality)),
            SyslogCapture("logger-udp-bare", billing(card).untimed),
            SyslogCapture(
                "logger-udp-size",
                billing(String(repeating: "x", count: 40)).from("web1").with(quality)
            ),
            SyslogCapture("logger-udp-zone", billing(card).from("web1").with(quality)),
            SyslogCapture("busybox-logger", billing(card)),
            SyslogCapture("busybox-syslogd-plain", billing(card)),
            SyslogCapture(
                "busybox-syslogd-pid",
                SyslogSent(.daemon, .error, "with a pid", app: "billing", pid: "4711")
            ),
            // A probe for a listener.
            SyslogCapture("perl-udp-probe", SyslogSent(.user, .notice, "").untimed.raw),
            SyslogCapture("perl-options-probe", SyslogSent(.user, .notice, "").untimed.raw),
            SyslogCapture("perl-options-err", SyslogSent(.local2, .error, card, app: "billing")),
            SyslogCapture("perl-options-nonascii", SyslogSent(.local4, .informational, "Grüße", app: "billing")),
            SyslogCapture("ruby-err", SyslogSent(.daemon, .error, card, app: "billing", pid: "#")),
            SyslogCapture("ruby-nonascii", SyslogSent(.daemon, .informational, "Grüße", app: "billing", pid: "#")),
            // Ruby's logger lowers the level by one: an error of a program is a warning of the system.
            SyslogCapture("ruby-logger", SyslogSent(.local1, .notice, "disk 91% full", app: "shop", pid: "#")),
            SyslogCapture("ruby-exception", SyslogSent(.local1, .warning, "bad card", app: "shop", pid: "#")),
            SyslogCapture("nginx-udp-access", SyslogSent(.local3, .warning, access, app: "shop").from("web1")),
            SyslogCapture("nginx-udp-error", SyslogSent(.local3, .error, error, app: "shop").from("web1")),
            SyslogCapture("nginx-nohostname-access", SyslogSent(.local3, .warning, access, app: "shop")),
            SyslogCapture("nginx-nohostname-error", SyslogSent(.local3, .error, error, app: "shop")),
            SyslogCapture("nginx-unixgram-access", SyslogSent(.local7, .warning, access, app: "nginx").from("web1")),
            SyslogCapture("nginx-unixgram-error", SyslogSent(.local7, .error, error, app: "nginx").from("web1")),
            SyslogCapture(
                "haproxy-udp",
                SyslogSent(.local0, .informational, proxied, app: "haproxy", pid: "#").from("web1")
            ),
            SyslogCapture(
                "haproxy-tag",
                SyslogSent(.local0, .informational, proxied, app: "billing", pid: "#").from("web1")
            ),
            SyslogCapture(
                "haproxy-rfc5424",
                SyslogSent(.local0, .informational, proxied, app: "haproxy", pid: "#").from("web1")
            ),
            SyslogCapture("haproxy-short", SyslogSent(.kern, .informational, proxied).untimed.raw),
            SyslogCapture("haproxy-raw", SyslogSent(.user, .notice, proxied).untimed.raw),
            SyslogCapture(
                "haproxy-unixgram",
                SyslogSent(.local0, .informational, proxied, app: "haproxy", pid: "#").from("web1")
            ),
        ]
        + captures("rfc5424handler-udp", ["data", "plain"], handler)
        + captures("glibc-unixgram", ["plain", "pid", "lines", "space", "empty"], glibc)
        + captures("go-unixgram", ["err", "nonascii", "log"], go)
        + captures("go-udp", ["err", "nonascii", "log"], go.map { $0.from("web1") })
        + ["native", "unix", "udp"].flatMap { captures("perl-\($0)", ["err", "nonascii"], perl) }
        + ["udp", "udp-forward", "udp-traditional"].flatMap {
            captures("rsyslog-\($0)", forwardedParts, rsyslogTraditional)
        }
        + captures(
            "rsyslog-udp-protocol23",
            forwardedParts,
            forwarded(forwardedData, msgid: "DECLINE", space: " ", lines: rsyslogLines(space: " "))
        )
        + captures("syslog-ng-udp", forwardedParts, forwarded(lines: ngLines))
        + captures(
            "syslog-ng-udp-rfc5424",
            forwardedParts,
            forwarded(forwardedData, msgid: "DECLINE", sequence: true, lines: ngLines)
        )

    static let streams: [SyslogCapture] =
        [
            SyslogCapture("rfc5424handler-tcp-newline", handler),
            SyslogCapture("rfc5424handler-tcp-counted", handler),
            SyslogCapture("glibc-unix-first", Array(glibc[..<3])),
            SyslogCapture("glibc-unix-second", [glibc[3]]),
            SyslogCapture("glibc-unix-third", [glibc[4]]),
            SyslogCapture("logger-unix", [billing("first"), billing("second")]),
            SyslogCapture("logger-tcp-rfc3164", lines),
            SyslogCapture("logger-tcp-rfc3164-counted", lines),
            SyslogCapture("logger-tcp-rfc5424", lines.map { $0.with(quality) }),
            SyslogCapture("logger-tcp-rfc5424-counted", lines.map { $0.with(quality) }),
            SyslogCapture("go-unix", go),
            SyslogCapture("go-tcp", go.map { $0.from("web1") }),
            SyslogCapture("perl-stream", perl),
            SyslogCapture("perl-tcp", perl),
            SyslogCapture("rsyslog-tcp", rsyslogTraditional),
            SyslogCapture("rsyslog-tcp-counted", rsyslogTraditional),
            SyslogCapture(
                "rsyslog-tcp-protocol23-counted",
                forwarded(forwardedData, msgid: "DECLINE", space: " ", lines: rsyslogLines(space: " "))
            ),
            SyslogCapture("syslog-ng-tcp", asLines(forwarded(lines: ngLines))),
            SyslogCapture(
                "syslog-ng-tcp-rfc5424",
                forwarded(forwardedData, msgid: "DECLINE", sequence: true, lines: ngLines)
            ),
            SyslogCapture(
                "syslog-ng-tcp-flag",
                asLines(forwarded(forwardedData, msgid: "DECLINE", sequence: true, lines: ngLines))
            ),
        ]
        + ["tcp", "unix"].flatMap { kind in
            [
                SyslogCapture(
                    "python-\(kind)-several",
                    [
                        python(.debug, "first"), python(.critical, "second\nhas two lines"),
                        python(.informational, "third"),
                    ]
                ),
                SyslogCapture("python-\(kind)-nonul", [python(.warning, "disk 91% full")]),
                SyslogCapture("python-\(kind)-traceback", [python(.error, traceback)]),
            ]
        }
}
