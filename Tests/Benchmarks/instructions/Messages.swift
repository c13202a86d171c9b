import LogFormats

/// Messages of one form, as the benchmarks send them.
struct Messages {
    let name: String
    let format: LogFormat
    let messages: [[UInt8]]

    static let all = [
        Messages(
            name: "rfc3164",
            format: .syslog,
            messages: syslog.map { "<\($0.0)>Nov 23 09:15:07 web-3 \($0.1): \($0.2) seq=0001234".bytes }
        ),
        Messages(
            name: "rfc5424",
            format: .syslog,
            messages: syslog.map { priority, tag, text in
                let words = tag.split(separator: "[")
                let start =
                    "<\(priority)>1 2026-11-23T09:15:07.123456+01:00 web-3 \(words[0]) \(words[1].dropLast()) - "
                return
                    (start + "[timeQuality tzKnown=\"1\" isSynced=\"1\" syncAccuracy=\"105500\"] \(text) seq=0001234")
                    .bytes
            }
        ),
        Messages(name: "json", format: .json, messages: json.map(\.bytes)),
        Messages(name: "gelf", format: .gelf, messages: gelf.map(\.bytes)),
        Messages(name: "python", format: .python, messages: [pickle]),
    ]

    private static let syslog = [
        (30, "nginx[1234]", "192.0.2.17 GET /api/v1/items/42 200 1532 0.013"),
        (86, "sshd[90211]", "Accepted publickey for deploy from 198.51.100.7 port 51514"),
        (29, "checkout[4711]", "order A-20931 accepted, total 129.90 EUR, 3 items"),
        (27, "postfix/smtpd[22871]", "lost connection after EHLO from unknown[203.0.113.9]"),
    ]
    private static let json = [
        #"{"asctime": "2026-11-23T09:15:07.123+01:00", "levelname": "INFO", "name": "shop.checkout", "message": "order A-20931 accepted", "pathname": "/srv/shop/checkout.py", "lineno": 42, "funcName": "accept", "process": 4711, "threadName": "MainThread", "order_id": 20931, "customer": "c-5521"}"#,
        #"{"level":"info","ts":"2026-11-23T09:15:07.123Z","logger":"shop.checkout","caller":"shop/checkout.go:42","msg":"order accepted","order_id":20931,"customer":"c-5521"}"#,
    ]
    private static let gelf = [
        #"{"version": "1.1", "host": "web-3", "short_message": "order A-20931 accepted", "full_message": "order A-20931 accepted", "timestamp": 1795424400.123, "level": 6, "facility": "shop.checkout", "_file": "/srv/shop/checkout.py", "_line": 42, "_function": "accept", "_pid": 4711, "_thread_name": "MainThread", "_process_name": "MainProcess", "_order_id": 20931, "_customer": "c-5521"}"#
    ]
    /// What Python 3.11's SocketHandler sends, protocol 1.
    private static let pickle: [UInt8] = {
        var bytes: [UInt8] = Array("}q\u{0}(".utf8)
        var memo: UInt8 = 1
        func text(_ text: String) {
            bytes += [0x58, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) + [0x71, memo]
            memo += 1
        }
        func pair(_ name: String, _ value: [UInt8]) {
            text(name)
            bytes += value
        }
        func pair(_ name: String, _ value: String) {
            text(name)
            text(value)
        }
        func number(_ value: Double) -> [UInt8] {
            [0x47] + (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (56 - 8 * $0)) }
        }
        pair("name", "shop.checkout")
        pair("msg", "order A-20931 accepted, total 129.90 EUR, customer c-5521 seq=0001234")
        pair("args", [0x4E])
        pair("levelname", "INFO")
        pair("levelno", [0x4B, 20])
        pair("pathname", "/srv/shop/checkout.py")
        pair("filename", "checkout.py")
        pair("module", "checkout")
        pair("exc_info", [0x4E])
        pair("exc_text", [0x4E])
        pair("stack_info", [0x4E])
        pair("lineno", [0x4B, 42])
        pair("funcName", "accept")
        pair("created", number(1_795_424_400.123456))
        pair("msecs", number(123))
        pair("relativeCreated", number(4567.8))
        pair("thread", Array("L140438312766336L\n".utf8))
        pair("threadName", "MainThread")
        pair("processName", "MainProcess")
        pair("process", [0x4D, 0x67, 0x12])
        pair("order_id", [0x4D, 0xC3, 0x51])
        return bytes + Array("u.".utf8)
    }()
}

extension String {
    fileprivate var bytes: [UInt8] { Array(utf8) }
}
